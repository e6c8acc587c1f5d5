import type { Database } from '#lib/db/engine';
import {
	newAttachmentId,
	newConversationId,
	newMessageId,
	newRid,
	newSummaryId,
	openDatabase,
	type ConversationId,
	type ConversationRow,
	type MessageId,
	type MessageRow,
	type SummaryRow
} from '#lib/db/engine';
import { conversationRow, messageRow } from '#lib/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConversationVerbs, purgeBin, type ConversationVerbsOptions } from './verbs.ts';
import { listConversations, listTrashed, readSkeleton, walkUp } from './queries.ts';

const DAY = 24 * 60 * 60_000;
const now = Date.UTC(2026, 10, 1);

let db: Database;
let stopped: MessageId[];
let options: ConversationVerbsOptions;

beforeEach(async () => {
	db = await openDatabase(`verbs-${crypto.randomUUID()}`);
	stopped = [];
	options = {
		db,
		now: () => now,
		stopAnswer: (id) => {
			stopped.push(id);
			return Promise.resolve();
		}
	};
});

afterEach(() => db.delete());

async function conversation(fields: Partial<ConversationRow> = {}): Promise<ConversationRow> {
	const row = conversationRow({ titleSource: 'heuristic', ...fields });
	await db.conversations.add(row);
	return row;
}

async function message(
	conversationId: ConversationId,
	fields: Partial<MessageRow> = {}
): Promise<MessageRow> {
	const row = messageRow({ conversationId, ...fields });
	await db.messages.add(row);
	return row;
}

const marks = async (): Promise<string[]> => (await db.outbox.toArray()).map(({ rid }) => rid);

describe('changing a conversation', () => {
	it('stamps just what has changed and marks it for sync', async () => {
		const { id, rid } = await conversation({ stamps: { archived: 'earlier' } });
		const verbs = createConversationVerbs(options);
		await verbs.update(id, { title: 'Mine', pinned: true, archived: false });
		const row = await db.conversations.get(id);
		expect(row).toMatchObject({ title: 'Mine', titleSource: 'person', pinned: 1, archived: 0 });
		expect(Object.keys(row?.stamps ?? {}).toSorted()).toEqual([
			'archived',
			'pinned',
			'title',
			'titleSource'
		]);
		expect(row?.stamps.archived).toBe('earlier');
		expect(await marks()).toEqual([rid]);
	});

	it('writes nothing when nothing changes', async () => {
		const { id } = await conversation();
		await createConversationVerbs(options).update(id, { pinned: false });
		expect(await marks()).toEqual([]);
	});

	it('never makes read answers unread, nor reads the future', async () => {
		const { id } = await conversation({ readAt: 500 });
		const verbs = createConversationVerbs(options);
		await verbs.update(id, { readAt: 400 });
		expect((await db.conversations.get(id))?.readAt).toBe(500);
		await verbs.update(id, { readAt: now + DAY });
		expect((await db.conversations.get(id))?.readAt).toBe(now);
	});

	it('says when it is gone', async () => {
		const verbs = createConversationVerbs(options);
		await expect(verbs.update(newConversationId(), { pinned: true })).rejects.toMatchObject({
			kind: 'not-found'
		});
	});
});

describe('the bin', () => {
	it('takes conversations out of the list and gives them back; running answers are stopped', async () => {
		const { id } = await conversation();
		const other = await conversation();
		const running = await message(id, { role: 'assistant', state: 'streaming' });
		await message(other.id, { role: 'assistant', state: 'streaming' });
		const verbs = createConversationVerbs(options);
		await verbs.trash([id]);
		expect(stopped).toEqual([running.id]);
		expect((await listConversations(db)).map((row) => row.id)).toEqual([other.id]);
		expect((await listTrashed(db)).map((row) => row.id)).toEqual([id]);
		await verbs.restore([id]);
		expect((await listConversations(db)).map((row) => row.id).toSorted()).toEqual(
			[id, other.id].toSorted()
		);
	});

	it('is emptied of what has been in it for 30 days', async () => {
		const old = await conversation({ trashedAt: now - 30 * DAY - 1 });
		const young = await conversation({ trashedAt: now - 30 * DAY + 1 });
		const kept = await conversation();
		await message(old.id);
		await purgeBin(options);
		const left = await db.conversations.toCollection().primaryKeys();
		expect(left.toSorted()).toEqual([young.id, kept.id].toSorted());
		expect(await db.messages.count()).toBe(0);
	});
});

describe('deleting for good', () => {
	it('takes all that hangs on the conversation and leaves a tombstone for each', async () => {
		const { id, rid } = await conversation();
		const other = await conversation();
		const own = await message(id);
		const foreign = await message(other.id);
		const attachment = {
			id: newAttachmentId(),
			rid: newRid(),
			conversationId: id,
			blob: new Blob(['x']),
			mediaType: 'text/plain',
			name: 'x.txt',
			size: 1,
			hash: '',
			createdAt: 1
		};
		await db.attachments.add(attachment);
		const [summary, kept] = [id, other.id].map((conversationId, n) => ({
			id: newSummaryId(),
			rid: newRid(),
			conversationId,
			upToId: [own, foreign][n]?.id ?? own.id,
			count: 1,
			text: 'What was said.',
			source: 'model' as const,
			connectionId: '' as const,
			connectionLabel: '',
			modelId: 'm',
			createdAt: 1,
			// One that was taken back goes too.
			removedAt: 1,
			stamps: {}
		})) as [SummaryRow, SummaryRow];
		await db.summaries.bulkAdd([summary, kept]);
		await db.drafts.add({ conversationId: id, text: 'unsent', updatedAt: 1 });
		await createConversationVerbs(options).remove([id]);

		expect(await db.conversations.toCollection().primaryKeys()).toEqual([other.id]);
		expect((await db.messages.toArray()).map((row) => row.id)).toEqual([foreign.id]);
		expect(await db.attachments.count()).toBe(0);
		expect((await db.summaries.toArray()).map((row) => row.id)).toEqual([kept.id]);
		expect(await db.drafts.count()).toBe(0);
		const buried = (await db.tombstones.toArray()).map((row) => row.rid).toSorted();
		expect(buried).toEqual([rid, own.rid, summary.rid, attachment.rid].toSorted());
		expect((await marks()).toSorted()).toEqual(buried);
	});
});

describe('votes and pins', () => {
	it('are fields of their own with stamps of their own', async () => {
		const { id } = await conversation();
		const row = await message(id, { role: 'assistant' });
		const verbs = createConversationVerbs(options);
		await verbs.vote(row.id, 1);
		await verbs.pinMessage(row.id, true);
		const stored = await db.messages.where('id').equals(row.id).first();
		expect(stored).toMatchObject({ vote: 1, pinned: 1, parts: row.parts });
		expect(Object.keys(stored?.stamps ?? {}).toSorted()).toEqual(['pinned', 'vote']);
		expect(await marks()).toEqual([row.rid]);
	});

	it('do not put a running answer up for sync', async () => {
		const { id } = await conversation();
		const row = await message(id, { role: 'assistant', state: 'streaming' });
		await createConversationVerbs(options).vote(row.id, -1);
		expect(await marks()).toEqual([]);
	});
});

describe('reading', () => {
	it('knows a tree from its keys, and walks up from a leaf', async () => {
		const { id } = await conversation();
		const other = await conversation();
		await message(other.id);
		const root = await message(id);
		const middle = await message(id, { parentId: root.id });
		const leaf = await message(id, { parentId: middle.id });
		expect(await readSkeleton(db, id)).toEqual([
			[id, '', root.id],
			[id, root.id, middle.id],
			[id, middle.id, leaf.id]
		]);
		const last = await walkUp(db, leaf.id, 2);
		expect(last.map((row) => row.id)).toEqual([middle.id, leaf.id]);
		expect(await walkUp(db, leaf.id, 10)).toHaveLength(3);
		expect(await walkUp(db, newMessageId(), 10)).toEqual([]);
	});

	it('lists conversations by their last activity', async () => {
		const [a, b, c] = [
			await conversation({ lastActivityAt: 2 }),
			await conversation({ lastActivityAt: 3 }),
			await conversation({ lastActivityAt: 1 })
		];
		expect((await listConversations(db)).map(({ id }) => id)).toEqual([b.id, a.id, c.id]);
		expect((await listConversations(db, 1)).map(({ id }) => id)).toEqual([b.id]);
	});
});
