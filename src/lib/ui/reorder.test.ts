import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeAfter, shifts, type Span } from './reorder.ts';

const GAP = 10;
const spansOf = (heights: readonly number[]): Span[] => {
	let top = 0;
	return heights.map((height) => {
		const span = { top, height };
		top += height + GAP;
		return span;
	});
};
const list = fc
	.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 })
	.chain((heights) =>
		fc.record({
			spans: fc.constant(spansOf(heights)),
			from: fc.integer({ min: 0, max: heights.length - 1 })
		})
	);
const distance = fc.integer({ min: -3000, max: 3000 });

test('three of a height: past the middle of a neighbour is its place', () => {
	const spans = spansOf([60, 60, 60]);
	expect(placeAfter(spans, 0, 39)).toBe(0);
	expect(placeAfter(spans, 0, 41)).toBe(1);
	expect(placeAfter(spans, 0, 500)).toBe(2);
	expect(placeAfter(spans, 2, -41)).toBe(1);
	expect(shifts(spans, 0, 2)).toEqual([140, -70, -70]);
	expect(shifts(spans, 2, 0)).toEqual([70, 70, -140]);
});

test('an item that has not moved keeps its place, and farther is never nearer', () => {
	fc.assert(
		fc.property(list, distance, distance, ({ spans, from }, one, other) => {
			expect(placeAfter(spans, from, 0)).toBe(from);
			const [less, more] = one < other ? [one, other] : [other, one];
			expect(placeAfter(spans, from, less)).toBeLessThanOrEqual(placeAfter(spans, from, more));
			expect(placeAfter(spans, from, more)).toBeLessThan(spans.length);
			expect(placeAfter(spans, from, less)).toBeGreaterThanOrEqual(0);
		})
	);
});

test('moved items stand as the list stands afterwards', () => {
	fc.assert(
		fc.property(list, distance, ({ spans, from }, moved) => {
			const to = placeAfter(spans, from, moved);
			const shift = shifts(spans, from, to);
			const order = spans.map((_, at) => at);
			order.splice(to, 0, ...order.splice(from, 1));
			const after = spansOf(order.map((at) => spans[at]?.height ?? 0));
			order.forEach((at, place) => {
				expect((spans[at]?.top ?? NaN) + (shift[at] ?? NaN)).toBe(after[place]?.top);
			});
		})
	);
});
