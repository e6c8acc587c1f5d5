import { liveQuery } from 'dexie';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onWrites } from './changes.ts';
import { transactDirectly } from './direct.ts';
import { openDatabase } from './open.ts';
import type { Database } from './schema.ts';

let db: Database;
/** Another tab, as far as IndexedDB is concerned. */
let other: Database;

beforeEach(async () => {
	const name = `direct-${crypto.randomUUID()}`;
	db = await openDatabase(name);
	other = await openDatabase(name);
});

afterEach(async () => {
	other.close();
	db.close();
	await db.delete();
});

const row = (key: string, value: unknown = key) => ({ key, value });

it('writes all, and reads what is there', async () => {
	await db.local.put(row('before'));
	const read: unknown[] = [];
	await transactDirectly(db, [db.local, db.outbox], async (transaction) => {
		transaction.put(db.local, row('a'));
		transaction.add(db.outbox, { rid: 'r', table: 'messages', key: 'k', at: 1 });
		read.push(await transaction.get(db.local, 'before'));
		read.push(await transaction.get(db.local, 'nowhere'));
		read.push(await transaction.keyOf(db.outbox, 'at', 1));
	});
	expect(read).toEqual([row('before'), undefined, 'r']);
	expect(await other.local.get('a')).toEqual(row('a'));
	expect(await other.outbox.count()).toBe(1);
});

it.each([
	['its work fails', () => Promise.reject(new Error('Taken back')), 'Taken back'],
	[
		'the database refuses a write',
		(transaction: Parameters<Parameters<typeof transactDirectly>[2]>[0]) => {
			transaction.add(db.local, row('there'));
			return Promise.resolve();
		},
		'ConstraintError'
	]
])('leaves nothing when %s', async (_, work, message) => {
	await db.local.put(row('there', 'before'));
	const writing = transactDirectly(db, [db.local], (transaction) => {
		transaction.put(db.local, row('a'));
		return work(transaction);
	});
	await expect(
		writing.catch((error: unknown) => Promise.reject(new Error(String(error))))
	).rejects.toThrow(message);
	expect(await db.local.toArray()).toEqual([row('there', 'before')]);
});

it('stays open while its work waits for something else, and is not seen meanwhile', async () => {
	const waited = Promise.withResolvers<undefined>();
	const seen: unknown[] = [];
	const writing = transactDirectly(db, [db.local], async (transaction) => {
		transaction.put(db.local, row('a'));
		await waited.promise;
	});
	// Tables that it does not hold answer meanwhile.
	for (let n = 0; n < 10; n++) await other.settings.count();
	void other.local.toArray().then((rows) => seen.push(...rows));
	await other.settings.count();
	expect(seen).toEqual([]);
	waited.resolve(undefined);
	await writing;
	expect(await other.local.toArray()).toEqual([row('a')]);
});

it('is heard of: at once by who keeps rows in memory, and by live queries', async () => {
	const heard: unknown[] = [];
	const stop = onWrites(db, 'local', (keys) => heard.push(keys));
	const values: (readonly string[])[] = [];
	const query = liveQuery(() => db.local.toArray()).subscribe((rows) => {
		values.push(rows.map(({ key }) => key));
	});
	await vi.waitFor(() => {
		expect(values).toEqual([[]]);
	});
	await transactDirectly(db, [db.local], (transaction) => {
		transaction.put(db.local, row('a'));
		return Promise.resolve();
	});
	expect(heard).toEqual([['a', 'a']]);
	await vi.waitFor(() => {
		expect(values.at(-1)).toEqual(['a']);
	});
	// A query that Dexie keeps the answer of is answered anew, too.
	expect(await db.local.toArray()).toEqual([row('a')]);
	query.unsubscribe();
	stop();
});

it('opens a database that was let go, but none that was closed', async () => {
	const write = () =>
		transactDirectly(db, [db.local], (transaction) => {
			transaction.put(db.local, row('a'));
			return Promise.resolve();
		});
	db.close({ disableAutoOpen: false });
	await write();
	expect(await other.local.count()).toBe(1);
	db.close();
	await expect(write()).rejects.toThrow();
});
