/** Writes of connections and their models: row, stamps, outbox mark and clock in one transaction. */
import {
	bookkeeping,
	markForSync,
	nextStamp,
	stamped,
	type ConnectionId,
	type ConnectionRow,
	type Database,
	type ModelRow
} from '#lib/db/engine';
import type { ModelInfo } from '#lib/providers';
import { newModelRow } from './model-list.ts';

/** Fields of a connection that sync; the others are this device's own. */
export type SyncedFields = Partial<
	Pick<
		ConnectionRow,
		| 'presetId'
		| 'protocol'
		| 'label'
		| 'baseUrl'
		| 'enabled'
		| 'position'
		| 'sealedKey'
		| 'keyHint'
		| 'isKeyErased'
		| 'limits'
	>
>;

/** Runs writes to connections in one transaction with their bookkeeping. */
export function changeConnections<T>(db: Database, work: () => Promise<T>): Promise<T> {
	return db.transaction('rw', [db.connections, db.models, db.tombstones, ...bookkeeping(db)], work);
}

const isSame = (a: unknown, b: unknown): boolean =>
	a === b ||
	(a instanceof Uint8Array && b instanceof Uint8Array
		? a.length === b.length && a.every((byte, index) => byte === b[index])
		: typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

/** The given fields that differ from the row's. */
export function differing(row: ConnectionRow, fields: SyncedFields): SyncedFields {
	const entries = Object.entries(fields) as [keyof SyncedFields, unknown][];
	return Object.fromEntries(entries.filter(([field, value]) => !isSame(row[field], value)));
}

/** Writes changed fields; nothing when nothing differs. Must run inside `changeConnections`. */
export async function writeFields(
	db: Database,
	row: ConnectionRow,
	fields: SyncedFields,
	now: number
): Promise<ConnectionRow> {
	const changed = differing(row, fields);
	if (Object.keys(changed).length === 0) return row;
	const stamp = await nextStamp(db, now);
	const after = { ...row, ...changed, stamps: stamped(row.stamps, changed, stamp) };
	await db.connections.put(after);
	await markForSync(db, 'connections', after, after.id, now);
	return after;
}

/** Must run inside `changeConnections`. */
export async function addConnection(
	db: Database,
	row: Omit<ConnectionRow, 'stamps' | 'test'>,
	now: number
): Promise<void> {
	const { id, rid, ...fields } = row;
	const stamp = await nextStamp(db, now);
	const stamps = stamped({}, fields, stamp);
	await db.connections.add({ ...row, stamps });
	await markForSync(db, 'connections', { rid }, id, now);
}

/** Deletes for good, sealed key and models included. Must run inside `changeConnections`. */
export async function removeConnection(db: Database, id: ConnectionId, now: number): Promise<void> {
	const row = await db.connections.get(id);
	if (row === undefined) return;
	const stamp = await nextStamp(db, now);
	await db.connections.delete(id);
	await modelsOf(db, id).delete();
	await db.tombstones.put({ rid: row.rid, table: 'connections', stamp });
	await markForSync(db, 'connections', row, id, now);
}

/** The stored models of one connection. */
export const modelsOf = (db: Database, id: ConnectionId) =>
	db.models.where('[connectionId+id]').between([id, ''], [id, '\uffff'], true, true);

/** Changes one model row, or makes it. */
export function changeModel(
	db: Database,
	connectionId: ConnectionId,
	listed: ModelInfo,
	change: (row: ModelRow) => ModelRow
): Promise<void> {
	return db.transaction('rw', [db.models], async () => {
		const row = await db.models.get([connectionId, listed.id]);
		await db.models.put(change(row ?? newModelRow(connectionId, listed)));
	});
}
