import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NdjsonFramer, SseFramer, type Framer } from './framing.ts';
import { cutAt } from './testing/cuts.ts';

function run(framer: Framer, chunks: readonly Uint8Array[]) {
	let out = '';
	for (const chunk of chunks) if (framer.fault === undefined) out += framer.push(chunk);
	if (framer.fault === undefined) out += framer.end();
	return { out, fault: framer.fault, sawEnd: framer.sawEnd };
}

const values = fc.array(
	fc.record({ type: fc.constantFrom('a', 'b.delta'), delta: fc.string({ unit: 'grapheme' }) }),
	{ maxLength: 6 }
);
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

test('events come out the same, wherever the bytes are cut and however lines end', () => {
	fc.assert(
		fc.property(values, cuts, lineEnd, fc.boolean(), (events, fractions, end, noise) => {
			const body = events
				.map(
					(event) =>
						`${noise ? `: comment${end}id: 7${end}` : ''}data: ${JSON.stringify(event)}${end}${end}`
				)
				.join('');
			const expected = events
				.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
				.join('');
			expect(run(new SseFramer(), cutAt(body, fractions))).toEqual({
				out: expected,
				fault: undefined,
				sawEnd: false
			});
		})
	);
});

test('lines come out the same, wherever the bytes are cut', () => {
	fc.assert(
		fc.property(values, cuts, (lines, fractions) => {
			const body = lines.map((line) => JSON.stringify(line)).join('\r\n\n');
			expect(run(new NdjsonFramer(), cutAt(body, fractions)).out).toBe(
				lines.map((line) => `${JSON.stringify(line)}\n`).join('')
			);
		})
	);
});

test('data over several lines is one event, however lines end', () => {
	fc.assert(
		fc.property(cuts, lineEnd, (fractions, end) => {
			const body = ['data: {"a":', 'data:  1,', 'data: "b": 2}', '', ''].join(end);
			expect(run(new SseFramer(), cutAt(body, fractions))).toMatchObject({
				out: 'data: {"a":  1, "b": 2}\n\n',
				fault: undefined
			});
		})
	);
});

const sse = (body: string) => run(new SseFramer(), [new TextEncoder().encode(body)]);

test('what came before an error is kept', () => {
	const { out, fault } = sse(
		'data: {"a":1}\n\ndata: {"error":{"message":"x"}}\n\ndata: {"b":2}\n\n'
	);
	expect(out).toBe('data: {"a":1}\n\n');
	expect(fault).toEqual({ type: 'error', body: '{"error":{"message":"x"}}' });
});

test('a last event cut in the middle is left out, one in between is a fault', () => {
	expect(sse('data: {"a":1}\n\ndata: {"b":')).toMatchObject({
		out: 'data: {"a":1}\n\n',
		fault: undefined
	});
	expect(sse('data: {"b":\n\ndata: {"a":1}\n\n')).toMatchObject({ fault: { type: 'broken' } });
});

test('an error field that is null is no error', () => {
	expect(sse('data: {"error":null,"a":1}\n\n').fault).toBeUndefined();
});

test('the end mark is noticed', () => {
	expect(sse('data: [DONE]\n\n').sawEnd).toBe(true);
});

test('a body that is no stream says what it is', () => {
	expect(sse('<html>')).toMatchObject({ fault: { type: 'not-a-stream' } });
	expect(sse('{\n "error": "x"\n}')).toMatchObject({ fault: { type: 'error' } });
	expect(sse('{"choices":[]}')).toMatchObject({ fault: { type: 'not-a-stream' } });
	expect(sse('')).toMatchObject({ fault: undefined, out: '' });
});
