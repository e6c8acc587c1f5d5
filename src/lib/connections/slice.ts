/** Which of many lines are worth rendering. Pure; lengths in CSS px. */

export interface Slice {
	/** First line to render, and the one after the last. */
	readonly from: number;
	readonly to: number;
	/** Where the first rendered line stands. */
	readonly top: number;
	readonly total: number;
}

/** Offsets of lines of known heights: one more than there are lines, the last is the total. */
export function offsetsOf(heights: readonly number[]): readonly number[] {
	const offsets = [0];
	let at = 0;
	for (const height of heights) offsets.push((at += height));
	return offsets;
}

/** The index of the line at a distance from the top. */
function lineAt(offsets: readonly number[], distance: number): number {
	let low = 0;
	let high = offsets.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((offsets[middle] ?? 0) <= distance) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** The lines in view, with some to spare above and below. */
export function sliceOf(
	offsets: readonly number[],
	view: { readonly top: number; readonly height: number },
	spare = 200
): Slice {
	const last = offsets.length - 1;
	const total = offsets[last] ?? 0;
	const from = Math.min(lineAt(offsets, Math.max(0, view.top - spare)), last);
	const to = Math.min(lineAt(offsets, view.top + view.height + spare) + 1, last);
	return { from, to: Math.max(from, to), top: offsets[from] ?? 0, total };
}

/** Where to scroll so that a line is wholly in view; the same place when it is. */
export function scrollTo(
	offsets: readonly number[],
	line: number,
	view: { readonly top: number; readonly height: number }
): number {
	const top = offsets[line] ?? 0;
	const bottom = offsets[line + 1] ?? top;
	if (top < view.top) return top;
	return bottom > view.top + view.height ? bottom - view.height : view.top;
}
