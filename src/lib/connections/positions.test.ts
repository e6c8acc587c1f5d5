import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastPosition, moved } from './positions.ts';

const rows = (...positions: number[]) =>
	positions.map((position, index) => ({ id: index, position }));
const order = (list: readonly { id: number; position: number }[]) =>
	[...list].sort((a, b) => a.position - b.position).map((row) => row.id);

test('a row goes where it is put, whatever the positions were', () => {
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 1, maxLength: 8 }),
			fc.nat(),
			fc.option(fc.nat()),
			(positions, pick, beforePick) => {
				const list = rows(...positions);
				const id = pick % list.length;
				const before = beforePick === null ? null : beforePick % list.length;
				const changes = moved(list, id, before);
				const after = list.map((row) => ({
					...row,
					position: changes.get(row.id) ?? row.position
				}));
				if (before === id) {
					expect(changes.size).toBe(0);
					return;
				}
				const others = order(list).filter((other) => other !== id);
				const index = before === null ? others.length : others.indexOf(before);
				expect(order(after)).toEqual(others.toSpliced(index, 0, id));
			}
		)
	);
});

test('one row is written, unless no number fits in between', () => {
	expect(moved(rows(1, 2, 3), 2, 1)).toEqual(new Map([[2, 1.5]]));
	expect(moved(rows(1, 1 + Number.EPSILON, 3), 2, 1).size).toBe(3);
	expect(moved(rows(1, 2), 0, 1).size).toBe(0);
});

test('unknown rows change nothing; a new row goes last', () => {
	expect(moved(rows(1, 2), 9, null).size).toBe(0);
	expect(moved(rows(1, 2), 0, 9).size).toBe(0);
	expect(lastPosition(rows(1, 7, 2))).toBe(8);
	expect(lastPosition([])).toBe(1);
});
