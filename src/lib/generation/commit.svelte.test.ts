import {
	deviceId,
	nextStamp,
	openDatabase,
	type ConversationRow,
	type Database
} from '#lib/db/engine';
import { newConversationId, newMessageId } from '#lib/db';
import { storeConversation } from '#lib/db/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commitTurn, rehearseCommit, rowsOf, type Turn } from './commit.ts';

const AT = 1_750_000_000_000;
const held = Promise.resolve();

let db: Database;
/** Another tab: a realm of its own as far as the database is concerned. */
let other: Database;

beforeEach(async () => {
	const name = `commit-${crypto.randomUUID()}`;
	db = await openDatabase(name);
	other = await openDatabase(name);
	await db.transaction('rw', db.local, () => deviceId(db));
});

afterEach(async () => {
	other.close();
	db.close();
	await db.delete();
});

function turnIn(conversation: ConversationRow | undefined, fields: Partial<Turn> = {}): Turn {
	return {
		conversationId: conversation?.id ?? newConversationId(),
		parentId: conversation?.activeLeafId ?? '',
		question: { id: newMessageId(), text: 'A question' },
		answerId: newMessageId(),
		start: [],
		choice: { connectionId: 'connection-1' as never, modelId: 'model-1' },
		asked: { connectionId: 'connection-1' as never, modelId: 'model-1' },
		connection: undefined,
		deviceId: 'this',
		...(conversation === undefined && { create: { systemPrompt: '', parameters: {} } }),
		...fields
	};
}

const commitOf = (
	turn: Turn,
	stored: ConversationRow | undefined,
	lock: Promise<unknown> = held
) => ({
	turn,
	rows: rowsOf(turn, stored, AT),
	stored,
	at: AT,
	lock
});

async function storedConversation(): Promise<ConversationRow> {
	const { id } = await storeConversation(db, ['One', 'Two'], { title: 'Before' });
	const row = await db.conversations.get(id);
	if (row === undefined) throw new Error('not stored');
	return row;
}

const clock = async (): Promise<string> =>
	String(Reflect.get(Object((await db.local.get('clock'))?.value), 'last'));

describe('a turn', () => {
	it('is written in one transaction that waits for no read', async () => {
		const stored = await storedConversation();
		const transaction = vi.spyOn(db.backendDB(), 'transaction');
		const turn = turnIn(stored);
		await commitTurn(db, commitOf(turn, stored));
		expect(transaction).toHaveBeenCalledOnce();

		const after = await db.conversations.get(stored.id);
		expect(after).toMatchObject({
			activeLeafId: turn.answerId,
			lastActivityAt: AT,
			title: 'Before'
		});
		expect(after?.stamps['activeLeafId']).toBe(await clock());
		expect(await db.messages.where({ conversationId: stored.id }).count()).toBe(4);
		expect((await db.outbox.toArray()).map(({ table }) => table).toSorted()).toEqual([
			'conversations',
			'messages'
		]);
	});

	it('takes nothing back that another tab has written since the conversation was read', async () => {
		const stored = await storedConversation();
		await other.conversations.update(stored.id, { title: 'By the other tab' });
		const turn = turnIn(stored);
		await commitTurn(db, commitOf(turn, stored));
		expect(await db.conversations.get(stored.id)).toMatchObject({
			title: 'By the other tab',
			activeLeafId: turn.answerId
		});
	});

	it('has a stamp of its own although another tab made one meanwhile', async () => {
		const stored = await storedConversation();
		const theirs = await other.transaction('rw', other.local, () => nextStamp(other, AT));
		await commitTurn(db, commitOf(turnIn(stored), stored));
		const ours = (await db.conversations.get(stored.id))?.stamps['activeLeafId'] ?? '';
		expect(ours > theirs).toBe(true);
		expect(await clock()).toBe(ours);
	});

	it.each([
		['the conversation', (id: ConversationRow['id']) => other.conversations.delete(id)],
		['the message to answer', () => other.messages.clear()]
	])('is refused when %s is gone, and leaves nothing', async (_, remove) => {
		const stored = await storedConversation();
		await remove(stored.id);
		const before = await db.messages.count();
		await expect(commitTurn(db, commitOf(turnIn(stored), stored))).rejects.toMatchObject({
			kind: 'not-found'
		});
		expect(await db.messages.count()).toBe(before);
		expect(await db.outbox.count()).toBe(0);
	});

	it('is not on disk before its lock is held, and never when it is refused', async () => {
		const granted = Promise.withResolvers<undefined>();
		const turn = turnIn(undefined);
		let isCommitted = false;
		const committing = commitTurn(db, commitOf(turn, undefined, granted.promise)).then(() => {
			isCommitted = true;
		});
		// Tables that it does not hold answer meanwhile.
		for (let n = 0; n < 10; n++) await other.settings.count();
		expect(isCommitted).toBe(false);
		granted.resolve(undefined);
		await committing;
		expect(await db.messages.count()).toBe(2);

		const refused = commitOf(turnIn(undefined), undefined, Promise.reject(new Error('taken')));
		await expect(commitTurn(db, refused)).rejects.toThrow('taken');
		expect(await db.messages.count()).toBe(2);
	});

	it('that is only rehearsed leaves nothing, and the next one still waits for no read', async () => {
		await rehearseCommit(db, commitOf(turnIn(undefined), undefined));
		expect(await db.messages.count()).toBe(0);
		const transaction = vi.spyOn(db.backendDB(), 'transaction');
		await commitTurn(db, commitOf(turnIn(undefined), undefined));
		expect(transaction).toHaveBeenCalledOnce();
		expect(await db.messages.count()).toBe(2);
	});
});
