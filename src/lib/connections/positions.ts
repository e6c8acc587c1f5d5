/** Order of the connections. Pure. */

interface Placed<Id> {
	readonly id: Id;
	readonly position: number;
}

const byPosition = <Id>(a: Placed<Id>, b: Placed<Id>): number => a.position - b.position;

/** The position behind every row. */
export function lastPosition(rows: readonly { readonly position: number }[]): number {
	return rows.reduce((last, row) => Math.max(last, row.position), 0) + 1;
}

/**
 * The positions to write so that a row stands before another, or last for null: the row's own, or
 * everybody's where no number fits in between any more. Empty when nothing changes or a row is
 * unknown.
 */
export function moved<Id>(
	rows: readonly Placed<Id>[],
	id: Id,
	before: Id | null
): ReadonlyMap<Id, number> {
	const row = rows.find((candidate) => candidate.id === id);
	if (row === undefined || id === before) return new Map();
	const others = rows.filter((candidate) => candidate.id !== id).sort(byPosition);
	const index = before === null ? others.length : others.findIndex((other) => other.id === before);
	if (index < 0) return new Map();
	const previous = others[index - 1];
	const next = others[index];
	const isThere =
		(previous === undefined || previous.position < row.position) &&
		(next === undefined || row.position < next.position);
	if (isThere) return new Map();
	const low = previous?.position ?? (next === undefined ? 0 : next.position - 2);
	const position = next === undefined ? low + 1 : (low + next.position) / 2;
	const fits = position > low && (next === undefined || position < next.position);
	if (fits) return new Map([[id, position]]);
	return new Map(others.toSpliced(index, 0, row).map((each, place) => [each.id, place + 1]));
}
