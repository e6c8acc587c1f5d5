import type { ConversationRow } from '#lib/db';
import { expect, test } from 'vitest';
import { groupByDate } from './groups.ts';

const at = (...parts: [number, number, number, number?, number?]): ConversationRow =>
	({ lastActivityAt: new Date(...parts).getTime() }) as ConversationRow;

const now = new Date(2026, 2, 15, 10, 30).getTime();
const labels = (rows: ConversationRow[]) =>
	groupByDate(rows, now).map(({ label, rows: own }) => [label, own.length]);

test('groups by the days of the calendar, not by hours passed', () => {
	expect(
		labels([
			at(2026, 2, 15, 0, 0),
			at(2026, 2, 14, 23, 59),
			at(2026, 2, 14, 0, 0),
			at(2026, 2, 13, 23, 59),
			at(2026, 2, 8, 0, 0),
			at(2026, 2, 7, 23, 59),
			at(2026, 1, 28),
			at(2025, 2, 20)
		])
	).toEqual([
		['Today', 1],
		['Yesterday', 2],
		['Previous 7 days', 2],
		['March', 1],
		['February', 1],
		['March 2025', 1]
	]);
});

test('what another device dated into the future is today', () => {
	expect(labels([at(2026, 2, 16)])).toEqual([['Today', 1]]);
});

test('no rows, no groups', () => {
	expect(labels([])).toEqual([]);
});
