import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIRST, nextRun, STEP, withoutFar, type Run, type Span } from './transcript-run.ts';

const height = 800;

/** Messages of these heights below each other, the first of them at `start` in the view. */
function laidOut(heights: readonly number[], start: number): readonly Span[] {
	let top = start;
	return heights.map((own) => ({ top, bottom: (top += own) }));
}

const spanOf = (spans: readonly Span[], { from, to }: Run): Span => ({
	top: spans[from]?.top ?? 0,
	bottom: spans[to - 1]?.bottom ?? 0
});

/** A branch, a run in it, and where all of it stands. */
const scene = fc
	.array(fc.integer({ min: 20, max: 3000 }), { minLength: FIRST, maxLength: 60 })
	.chain((heights) =>
		fc
			.record({
				from: fc.integer({ min: 0, max: heights.length - FIRST }),
				start: fc.integer({ min: -40_000, max: 1_000 })
			})
			.chain(({ from, start }) =>
				fc.integer({ min: from + FIRST, max: heights.length }).map((to) => ({
					run: { from, to },
					spans: laidOut(heights, start)
				}))
			)
	);

describe('the run of messages in the page', () => {
	it('grows by a step where its end comes near the view, and not beyond the branch', () => {
		const near = { length: 20, span: { top: -100, bottom: height + 100 }, height };
		expect(nextRun({ from: 8, to: 16 }, near)).toEqual({ from: 8 - STEP, to: 16 });
		expect(nextRun({ from: 0, to: 16 }, near)).toEqual({ from: 0, to: 20 });
		expect(nextRun({ from: 0, to: 20 }, near)).toBeUndefined();
	});

	it('is another one where the view has left it, unless nothing is there', () => {
		const left = { length: 20, span: { top: height + 1, bottom: height + 900 }, height };
		expect(nextRun({ from: 8, to: 16 }, left)).toBe('jump');
		expect(nextRun({ from: 0, to: 16 }, left)).toBeUndefined();
		const passed = { length: 20, span: { top: -900, bottom: -1 }, height };
		expect(nextRun({ from: 8, to: 16 }, passed)).toBe('jump');
		expect(nextRun({ from: 8, to: 20 }, passed)).toBeUndefined();
	});

	it('lets go only what is far away, keeps enough, and wants none of it back at once', () => {
		fc.assert(
			fc.property(scene, ({ run, spans }) => {
				const kept = withoutFar(run, height, (place) => spans[place]);
				expect(kept.from).toBeGreaterThanOrEqual(run.from);
				expect(kept.to).toBeLessThanOrEqual(run.to);
				expect(kept.to - kept.from).toBeGreaterThanOrEqual(FIRST);
				const gone = spans.filter(
					(_, place) =>
						place >= run.from && place < run.to && (place < kept.from || place >= kept.to)
				);
				for (const { top, bottom } of gone)
					expect(bottom < -2 * height || top > 3 * height).toBe(true);
				const before = nextRun(run, { length: spans.length, span: spanOf(spans, run), height });
				const after = nextRun(kept, { length: spans.length, span: spanOf(spans, kept), height });
				if (before === undefined) expect(after).toBeUndefined();
			})
		);
	});
});
