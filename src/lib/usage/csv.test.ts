import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request, unpriced } from './__fixtures__/requests.ts';
import { csvRecord, usageHeader, usageRecord } from './csv.ts';

/** Reads one record as RFC 4180 says. */
function parse(record: string): string[] {
	const fields: string[] = [];
	const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
	for (let match = pattern.exec(record); match; match = pattern.exec(record))
		fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
	return fields;
}

/** Any text, often one that a spreadsheet would calculate. */
const anyText = fc
	.tuple(fc.constantFrom('', '=', '+', '-', '@', '\t', '\r'), fc.string({ unit: 'binary' }))
	.map((parts) => parts.join(''));

describe('csvRecord', () => {
	it('quotes what needs it and ends with CRLF', () => {
		expect(csvRecord(['plain', 'a, b', 'say "hi"', 'two\nlines', 0.5, undefined])).toBe(
			'plain,"a, b","say ""hi""","two\nlines",0.5,\r\n'
		);
	});

	it('keeps every text, and no field starts a formula', () => {
		fc.assert(
			fc.property(fc.array(anyText, { minLength: 1 }), (texts) => {
				const fields = parse(csvRecord(texts));
				expect(
					fields.map((field, index) => (field === texts[index] ? field : field.slice(1)))
				).toEqual(texts);
				for (const field of fields) expect(field).not.toMatch(/^[=+\-@\t\r]/);
			})
		);
	});

	it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1'])('defuses %j', (text) => {
		expect(parse(csvRecord([text]))).toEqual([`'${text}`]);
	});

	it('writes small amounts without an exponent', () => {
		expect(csvRecord([0.000_000_15, 1e-7, -0.5, 2])).toBe('0.00000015,0.0000001,-0.5,2\r\n');
	});
});

describe('usageRecord', () => {
	it('has a field for every name in the header', () => {
		for (const currency of [null, { code: 'EUR', perUsd: 0.5, asOf: '2026-09-01' }]) {
			const names = parse(usageHeader(currency));
			const fields = parse(usageRecord(request('2026-09-01'), 'OpenAI, personal', currency));
			expect(fields).toHaveLength(names.length);
			const named = Object.fromEntries(names.map((name, index) => [name, fields[index]]));
			expect(named).toMatchObject({
				day: '2026-09-01',
				connection: 'OpenAI, personal',
				model: 'gpt-5.1',
				input_tokens: '1000',
				cached_input_tokens: '',
				cost_usd: '0.01',
				...(currency !== null && { cost_eur: '0.005' })
			});
		}
	});

	it('leaves an unknown price empty', () => {
		const row = unpriced('2026-09-01');
		const record = usageRecord(row, 'x', { code: 'EUR', perUsd: 0.5, asOf: '2026-09-01' });
		expect(parse(record).slice(-3)).toEqual(['', '', '']);
	});
});
