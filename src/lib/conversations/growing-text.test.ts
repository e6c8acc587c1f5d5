import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingText } from './growing-text.ts';

/** A text, cut into deltas at random places, in order and shuffled. */
const stream = fc
	.record({
		text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
		cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
		order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 })
	})
	.map(({ text, cuts, order }) => {
		const bounds = [0, ...cuts.map((cut) => Math.floor(cut * text.length)), text.length].sort(
			(a, b) => a - b
		);
		const deltas = bounds
			.slice(1)
			.map((end, index) => ({ offset: bounds[index] ?? 0, text: text.slice(bounds[index], end) }))
			.filter((delta) => delta.text !== '');
		const shuffled = deltas
			.map((delta, index) => ({ delta, key: order[index] ?? 0 }))
			.sort((a, b) => a.key - b.key)
			.map(({ delta }) => delta);
		return { text, deltas, shuffled };
	});

test('deltas in any order, some twice, end in the whole text', () => {
	fc.assert(
		fc.property(stream, ({ text, shuffled }) => {
			const growing = new GrowingText();
			for (const delta of [...shuffled, ...shuffled]) {
				growing.push(delta.offset, delta.text);
				expect(text.startsWith(growing.text)).toBe(true);
			}
			expect(growing.text).toBe(text);
		})
	);
});

test('a lost delta is made good by the next flush', () => {
	fc.assert(
		fc.property(stream, fc.nat(), ({ text, deltas }, lost) => {
			const growing = new GrowingText();
			for (const [index, delta] of deltas.entries())
				if (index !== lost % deltas.length) growing.push(delta.offset, delta.text);
			growing.flush(text);
			expect(growing.text).toBe(text);
		})
	);
});

test('a flush that is behind what is shown takes nothing away', () => {
	const growing = new GrowingText();
	growing.push(0, 'Hello world');
	expect(growing.flush('Hello')).toBe(false);
	expect(growing.text).toBe('Hello world');
});

test('what waits behind a gap is shown as soon as the gap is filled', () => {
	const growing = new GrowingText();
	expect(growing.push(6, 'world')).toBe(false);
	expect(growing.flush('Hello ')).toBe(true);
	expect(growing.text).toBe('Hello world');
});
