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

/** The clocks as this realm last wrote them. */
const knownClocks = new WeakMap<Database, ClockState>();

function writeClock(db: Database, clock: ClockState): PromiseLike<unknown> {
	Dexie.currentTransaction.on('complete', () => {
		knownClocks.set(db, clock);
	});
	return db.local.put({ key: CLOCK_KEY, value: clock });
}

/** This device's id, made on first use. Must run inside a transaction that holds `local`. */
export async function deviceId(db: Database): Promise<string> {
	const clock = await readClock(db);
	if (clock.last === '') await nextStamp(db, Date.now());
	else knownClocks.set(db, clock);
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
		return { stamp: clock.last, written: writeClock(db, clock) };
	});

/**
 * `beginStamp` without its read, for what is to be on disk as soon as can be: the stamp follows the
 * clock as this realm knows it. A transaction in which `isRight` says false must not be committed.
 * @returns undefined while the clock is not known
 */
export function stampAhead(
	db: Database,
	now: number
):
	| {
			readonly stamp: Stamp;
			readonly written: PromiseLike<unknown>;
			readonly isRight: PromiseLike<boolean>;
	  }
	| undefined {
	const known = knownClocks.get(db);
	if (known === undefined) return undefined;
	const isRight = readClock(db).then(({ last }) => last === known.last);
	const clock = tick(known, now);
	return { stamp: clock.last, written: writeClock(db, clock), isRight };
}

/** Nothing more will be asked of this transaction: it ends without a word from us on each request. */
export function endTransaction(): void {
	Dexie.currentTransaction.idbtrans.commit();
}

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
