/** The list as lines of known height, and which of them are near the view. Pure. */
import type { ConversationRow } from '#lib/db';
import type { ConversationGroup } from './groups.ts';

export type ListLine =
	| { readonly kind: 'group'; readonly key: string; readonly label: string }
	| { readonly kind: 'row'; readonly key: string; readonly row: ConversationRow };

export interface LineSizes {
	/** px */
	readonly group: number;
	readonly row: number;
}

export function linesOf(groups: readonly ConversationGroup[]): ListLine[] {
	return groups.flatMap(({ label, rows }): ListLine[] => [
		{ kind: 'group', key: `group ${label}`, label },
		...rows.map((row): ListLine => ({ kind: 'row', key: row.id, row }))
	]);
}

export interface Slice {
	readonly from: number;
	/** Exclusive. */
	readonly to: number;
	/** px above the first line of the slice. */
	readonly above: number;
	/** px of all lines. */
	readonly total: number;
}

/** The lines that touch `view`, in px from the top of the list. */
export function sliceOf(
	lines: readonly ListLine[],
	sizes: LineSizes,
	view: { readonly top: number; readonly bottom: number }
): Slice {
	let from = -1;
	let to = 0;
	let above = 0;
	let offset = 0;
	for (const [index, line] of lines.entries()) {
		const end = offset + sizes[line.kind];
		if (end > view.top && offset < view.bottom) {
			if (from < 0) {
				from = index;
				above = offset;
			}
			to = index + 1;
		}
		offset = end;
	}
	return from < 0
		? { from: 0, to: 0, above: 0, total: offset }
		: { from, to, above, total: offset };
}
