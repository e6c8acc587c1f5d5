import type { ParameterSpec } from '#lib/providers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText, textOf, type TypedSpec } from './parameter-text.ts';

const output = {
	name: 'maxOutputTokens',
	kind: 'number',
	min: 1,
	max: 128_000,
	step: 1
} as const satisfies ParameterSpec;
const stop = { name: 'stop', kind: 'strings', maxItems: 4 } as const;

const read = (text: string, spec: TypedSpec = output) => {
	const reading = readText(spec, text);
	return reading.ok ? reading.value : reading.problem;
};

describe('a number', () => {
	test.each([
		['4096', 4096],
		[' 4096 ', 4096],
		['4,096', 4096],
		['4.096', 4096],
		['4 096', 4096],
		['4\u202F096', 4096],
		['4’096', 4096],
		['4_096', 4096],
		['４０９６', 4096],
		['128,000', 128_000],
		['', undefined],
		['  ', undefined]
	])('%j is %j', (text, value) => {
		expect(read(text)).toBe(value);
	});

	test.each([
		'-5',
		'−5',
		'0',
		'4k',
		'1.5',
		'15.',
		'1e3',
		'0x10',
		'40,96',
		'4,096.0',
		'1,000.000',
		'0,096',
		'4096 tokens',
		'128001',
		'99999999999',
		'Infinity',
		'٤٠٩٦'
	])('%j is refused, and the sentence says what fits', (text) => {
		expect(read(text)).toBe('Enter a whole number from 1 to 128,000, or leave it empty.');
	});

	test('a seed has no sign and may be large', () => {
		const seed = { ...output, name: 'seed', min: 0, max: 2_147_483_647 } as const;
		expect(read('-7', seed)).toMatch(/from 0 to 2,147,483,647/);
		expect(read('2147483647', seed)).toBe(2_147_483_647);
		expect(read('0', seed)).toBe(0);
	});

	test('what a field shows is read as the value it shows, however it is separated', () => {
		const separators = [',', '.', ' ', '\u00A0', '\u202F', '’', "'", '_'];
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 128_000 }),
				fc.constantFrom(...separators),
				(value, separator) => {
					expect(read(textOf(value))).toBe(value);
					const grouped = value.toLocaleString('en').replaceAll(',', separator);
					expect(read(grouped)).toBe(value);
				}
			)
		);
	});

	test('whatever is typed: a value within the range that has the same digits, or a sentence', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: fc.constantFrom(...Array.from('0123456789,. -+ek_')), maxLength: 12 }),
				(text) => {
					const reading = readText(output, text);
					if (!reading.ok) expect(reading.problem).toMatch(/^Enter .*\.$/);
					else if (reading.value === undefined) expect(text.trim()).toBe('');
					else {
						expect(reading.value).toBeGreaterThanOrEqual(output.min);
						expect(reading.value).toBeLessThanOrEqual(output.max);
						expect(textOf(reading.value)).toBe(text.replace(/\D/g, '').replace(/^0+/, ''));
					}
				}
			)
		);
	});
});

describe('stop sequences', () => {
	test('one per line; empty lines count for nothing, spaces do', () => {
		expect(read('END\n\n STOP \n', stop)).toEqual(['END', ' STOP ']);
		expect(read('\n', stop)).toBeUndefined();
	});

	test('none is dropped without a word', () => {
		expect(read('a\nb\nc\nd\ne', stop)).toMatch(/4 sequences at most/);
		expect(read('a'.repeat(1001), stop)).toMatch(/1,000 characters/);
	});

	test('what is stored is shown and read again', () => {
		const sequence = fc.string({ minLength: 1, maxLength: 20 }).filter((s) => !s.includes('\n'));
		fc.assert(
			fc.property(fc.array(sequence, { minLength: 1, maxLength: 4 }), (stops) => {
				expect(read(textOf(stops), stop)).toEqual(stops);
			})
		);
	});
});
