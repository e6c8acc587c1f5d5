import Dexie from 'dexie';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from './open.ts';
import { Database } from './schema.ts';
import { conversationRow, messageRow } from './testing.ts';

/** Every version that was shipped, as it was. */
const shipped: readonly Readonly<Record<string, string>>[] = [
	{
		conversations:
			'id, &rid, [trashedAt+lastActivityAt], [trashedAt+archived+pinned+lastActivityAt]',
		messages: '[conversationId+parentId+id], &id, &rid, state',
		attachments: 'id, &rid, conversationId',
		connections: 'id, &rid, position',
		models: '[connectionId+id]',
		drafts: 'conversationId',
		usage: 'id, &rid, day, conversationId',
		usageTotals: '[span+start+connectionId+modelId+purpose]',
		reservations: 'id, connectionId',
		settings: 'key',
		local: 'key',
		vault: 'id',
		outbox: 'rid, at',
		tombstones: 'rid'
	},
	{ summaries: 'id, &rid, conversationId' }
];

let name = '';

beforeEach(() => {
	name = `schema-${crypto.randomUUID()}`;
});

afterEach(() => Dexie.delete(name));

/** The database as an app of that version left it. */
async function olderDatabase(version: number): Promise<Dexie> {
	const older = new Dexie(name);
	for (const [index, stores] of shipped.slice(0, version).entries())
		older.version(index + 1).stores(stores);
	return older.open();
}

const shapeOf = (db: Dexie) =>
	db.tables.map(({ name: table, schema }) => [
		table,
		schema.primKey.src,
		...schema.indexes.map(({ src }) => src).toSorted()
	]);

describe('the database', () => {
	it('is what its shipped versions say: none of them was edited', async () => {
		const older = await olderDatabase(shipped.length);
		const now = new Database(name);
		expect(now.verno).toBe(shipped.length);
		await now.open();
		expect(shapeOf(now)).toEqual(shapeOf(older));
		older.close();
		now.close();
	});

	it.each(shipped.map((_, index) => index + 1))(
		'of version %i is taken over with all its rows',
		async (version) => {
			const older = await olderDatabase(version);
			const conversation = conversationRow({ title: 'Kept' });
			const message = messageRow({ conversationId: conversation.id });
			await older.table('conversations').add(conversation);
			await older.table('messages').add(message);
			older.close();

			const db = await openDatabase(name);
			expect(await db.conversations.toArray()).toEqual([conversation]);
			expect(await db.messages.toArray()).toEqual([message]);
			expect(await db.summaries.count()).toBe(0);
			db.close();
		}
	);

	it('of a newer version is refused in words, and left as it is', async () => {
		const newer = new Dexie(name);
		newer.version(99).stores({ conversations: 'id', inventions: 'id' });
		await newer.open();
		await newer.table('inventions').add({ id: 1 });
		newer.close();

		await expect(openDatabase(name)).rejects.toMatchObject({ kind: 'newer-version' });
		await newer.open();
		expect(newer.verno).toBe(99);
		expect(await newer.table('inventions').count()).toBe(1);
		newer.close();
	});
});
