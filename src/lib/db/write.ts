/**
 * Writes of rows that may sync. The row, its outbox mark and the clock are one transaction, so a
 * crash leaves all of them or none, and two tabs never make equal stamps.
 */
import Dexie from 'dexie';
import { type ClockState, type Stamp, tick } from './clock.ts';
import { newId } from './ids.ts';
import type { OutboxRow, SyncedTable } from './rows.ts';
import type { Database } from './schema.ts';

const CLOCK_KEY = 'clock';

/** Tables every synced write needs in its transaction besides its own. */
export const bookkeeping = (db: Database) => [db.local, db.outbox] as const;

function clockOf(value: unknown): ClockState {
	if (
		typeof value === 'object' &&
		value !== null &&
		'deviceId' in value &&
		'last' in value &&
		typeof value.deviceId === 'string' &&
		typeof value.last === 'string'
	)
		return { deviceId: value.deviceId, last: value.last };
	return { deviceId: newId(), last: '' };
}

const readClock = (db: Database): PromiseLike<ClockState> =>
	db.local.get(CLOCK_KEY).then((row) => clockOf(row?.value));

/** This device's id, made on first use. Must run inside a transaction that holds `local`. */
export async function deviceId(db: Database): Promise<string> {
	const clock = await readClock(db);
	if (clock.last === '') await nextStamp(db, Date.now());
	return (await readClock(db)).deviceId;
}

/** Advances the clock. Must run inside a readwrite transaction that holds `local`. */
export async function nextStamp(db: Database, now: number): Promise<Stamp> {
	const { stamp, written } = await beginStamp(db, now);
	await written;
	return stamp;
}

/**
 * `nextStamp` for who has more to write: `written` is to be awaited with the other writes of the
 * transaction, so that it costs no step of its own.
 */
export const beginStamp = (
	db: Database,
	now: number
): PromiseLike<{ readonly stamp: Stamp; readonly written: PromiseLike<unknown> }> =>
	readClock(db).then((before) => {
		const clock = tick(before, now);
		return { stamp: clock.last, written: db.local.put({ key: CLOCK_KEY, value: clock }) };
	});

/** Waits for something else inside a transaction, which stays open meanwhile. */
export function waitInTransaction<T>(work: Promise<T>): PromiseLike<T> {
	return Dexie.waitFor(work);
}

/** Marks a row for the next sync. Must run inside a readwrite transaction that holds `outbox`. */
export function markForSync(
	db: Database,
	table: SyncedTable,
	row: { readonly rid: string },
	key: unknown,
	now: number
): PromiseLike<unknown> {
	const mark: OutboxRow = { rid: row.rid, table, key, at: now };
	return db.outbox.put(mark);
}

/** Stamps for a row's changed fields, merged over its earlier ones. */
export function stamped(
	earlier: Readonly<Record<string, Stamp>>,
	fields: Readonly<Record<string, unknown>>,
	stamp: Stamp
): Record<string, Stamp> {
	const stamps: Record<string, Stamp> = { ...earlier };
	for (const field of Object.keys(fields)) stamps[field] = stamp;
	return stamps;
}
