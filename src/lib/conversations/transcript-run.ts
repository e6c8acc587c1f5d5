/**
 * Which run of messages should be in the page, judged by where it stands in the view. Pure: lengths
 * are CSS px from the top of the view, places are counted from 0.
 */

/** Messages from one place in the branch to before another. */
export interface Run {
	readonly from: number;
	readonly to: number;
}

export interface Span {
	readonly top: number;
	readonly bottom: number;
}

/** In the page at first, and at least. */
export const FIRST = 8;
/** Added at a time at either end. */
export const STEP = 6;
/** Screens beyond the view that are kept ready, and at which messages are let go. */
const READY = 0.75;
const LET_GO = 2.5;

/**
 * The run that is wanted next; undefined when this one will do, `jump` when it is out of view and
 * the messages there are others.
 */
export function nextRun(
	run: Run,
	{
		length,
		span,
		height
	}: {
		/** How many messages the branch has. */
		readonly length: number;
		/** Where the run stands. */
		readonly span: Span;
		/** The height of the view. */
		readonly height: number;
	}
): Run | 'jump' | undefined {
	const { from, to } = run;
	if (span.top > height) return from === 0 ? undefined : 'jump';
	if (span.bottom < 0) return to >= length ? undefined : 'jump';
	if (from > 0 && span.top > -READY * height) return { from: Math.max(0, from - STEP), to };
	if (to < length && span.bottom < (1 + READY) * height)
		return { from, to: Math.min(length, to + STEP) };
	return undefined;
}

/**
 * The run without what is far from the view at either end.
 * @param spanOf where the message at a place stands; undefined while it is not in the page
 */
export function withoutFar(
	{ from, to }: Run,
	height: number,
	spanOf: (place: number) => Span | undefined
): Run {
	const isFar = (place: number): boolean => {
		const span = spanOf(place);
		if (span === undefined) return false;
		return span.bottom < -LET_GO * height || span.top > (1 + LET_GO) * height;
	};
	let start = from;
	let end = to;
	while (end - start > FIRST && isFar(start)) start += 1;
	while (end - start > FIRST && isFar(end - 1)) end -= 1;
	return { from: start, to: end };
}
