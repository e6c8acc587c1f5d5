/**
 * Writes of rows that may sync. The row, its outbox mark and the clock are one transaction, so a
 * crash leaves all of them or none, and two tabs never make equal stamps.
 */
import Dexie from 'dexie';
import { type ClockState, type Stamp, tick } from './clock.ts';
import type { DirectTransaction } from './direct.ts';
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

/** This device's id, made on first use. Must run inside a transaction that holds `local`. */
export async function deviceId(db: Database): Promise<string> {
	const clock = await readClock(db);
	if (clock.last === '') await nextStamp(db, Date.now());
	else knownClocks.set(db, clock);
	return (await readClock(db)).deviceId;
}

/** Advances the clock. Must run inside a readwrite transaction that holds `local`. */
export async function nextStamp(db: Database, now: number): Promise<Stamp> {
	const clock = tick(await readClock(db), now);
	Dexie.currentTransaction.on('complete', () => {
		knownClocks.set(db, clock);
	});
	await db.local.put({ key: CLOCK_KEY, value: clock });
	return clock.last;
}

/** The clock in a direct transaction: what it was, as far as it is known, and what is written. */
export interface DirectStamp {
	readonly stamp: Stamp;
	/** To be called when the transaction is on disk. */
	readonly written: () => void;
}

/** `nextStamp` in a direct transaction that holds `local`. */
export async function directStamp(
	db: Database,
	transaction: DirectTransaction,
	now: number
): Promise<DirectStamp> {
	const row = await transaction.get(db.local, CLOCK_KEY);
	return putClock(db, transaction, tick(clockOf(row?.value), now));
}

/**
 * `directStamp` that waits for no read: the stamp follows the clock as this realm knows it. A
 * transaction in which `isRight` says false must not be committed.
 * @returns undefined while the clock is not known
 */
export function stampAhead(
	db: Database,
	transaction: DirectTransaction,
	now: number
): (DirectStamp & { readonly isRight: Promise<boolean> }) | undefined {
	const known = knownClocks.get(db);
	if (known === undefined) return undefined;
	const isRight = transaction
		.get(db.local, CLOCK_KEY)
		.then((row) => clockOf(row?.value).last === known.last);
	return { ...putClock(db, transaction, tick(known, now)), isRight };
}

function putClock(db: Database, transaction: DirectTransaction, clock: ClockState): DirectStamp {
	transaction.put(db.local, { key: CLOCK_KEY, value: clock });
	return {
		stamp: clock.last,
		written: () => {
			knownClocks.set(db, clock);
		}
	};
}

/** What marks a row for the next sync. */
export const syncMark = (
	table: SyncedTable,
	{ rid }: { readonly rid: string },
	key: unknown,
	now: number
): OutboxRow => ({ rid, table, key, at: now });

/** Marks a row for the next sync. Must run inside a readwrite transaction that holds `outbox`. */
export function markForSync(
	db: Database,
	table: SyncedTable,
	row: { readonly rid: string },
	key: unknown,
	now: number
): PromiseLike<unknown> {
	return db.outbox.put(syncMark(table, row, key, now));
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
