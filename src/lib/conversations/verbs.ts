import {
	bookkeeping,
	markForSync,
	nextStamp,
	stamped,
	type ConversationId,
	type ConversationRow,
	type Database,
	type MessageId,
	type MessageRow,
	type SyncedTable
} from '#lib/db/engine';
import type { ConversationChange, ConversationVerbs, RequestVerbs } from '#lib/engine/engine';
import { ConversationError } from './errors.ts';
import { readConversationMessages, readMessage, readRunningKeys } from './queries.ts';

/** How long a deleted conversation can be brought back (ms). */
const BIN_KEEPS = 30 * 24 * 60 * 60_000;

/** `now` in ms since the epoch. */
export interface ConversationVerbsOptions {
	readonly db: Database;
	readonly now: () => number;
	/** Stops a running answer in whatever tab it runs; resolves when it no longer writes here. */
	readonly stopAnswer: (id: MessageId) => Promise<void>;
}

/**
 * Each verb is one transaction, stamped and marked for sync.
 * @throws ConversationError `not-found` for what is no longer here
 */
export function createConversationVerbs(options: ConversationVerbsOptions): ConversationVerbs {
	const { db, now } = options;
	return {
		update: (id, change) =>
			changeConversations(db, [id], now(), (row) => fieldsOf(row, change, now())),
		async trash(ids) {
			await stopAnswers(options, ids);
			await changeConversations(db, ids, now(), ({ trashedAt }) =>
				trashedAt === 0 ? { trashedAt: now() } : {}
			);
		},
		restore: (ids) =>
			changeConversations(db, ids, now(), ({ trashedAt }) =>
				trashedAt === 0 ? {} : { trashedAt: 0 }
			),
		async remove(ids) {
			await stopAnswers(options, ids);
			for (const id of ids) await removeConversation(db, id, now());
		},
		vote: (id, vote) => changeMessage(db, id, () => ({ vote }), now()),
		// What is pinned always goes along, so it is not left out.
		pinMessage: (id, pinned) =>
			changeMessage(
				db,
				id,
				(row) =>
					pinned ? { pinned: 1, ...(row.excluded === 1 && { excluded: 0 }) } : { pinned: 0 },
				now()
			)
	};
}

/** What a person says about the requests of a conversation. */
export function createContextChoices({
	db,
	now
}: Pick<ConversationVerbsOptions, 'db' | 'now'>): Pick<
	RequestVerbs,
	'excludeMessage' | 'clearUpTo' | 'setStrategy'
> {
	return {
		excludeMessage: (id, excluded) =>
			changeMessage(
				db,
				id,
				(row) =>
					excluded ? { excluded: 1, ...(row.pinned === 1 && { pinned: 0 }) } : { excluded: 0 },
				now()
			),
		async clearUpTo(id, messageId) {
			const message = messageId === '' ? undefined : await readMessage(db, messageId);
			if (messageId !== '' && message?.conversationId !== id)
				throw new ConversationError('not-found', 'This message is no longer here.');
			const divider = message === undefined ? '' : await questionOf(db, message);
			await changeConversations(db, [id], now(), ({ contextDividerId }) =>
				contextDividerId === divider ? {} : { contextDividerId: divider }
			);
		},
		setStrategy: (id, contextStrategy) =>
			changeConversations(db, [id], now(), () => ({ contextStrategy }))
	};
}

/** The question of an answer: it stays on the branch when another answer to it is shown. */
async function questionOf(db: Database, { id, role, parentId }: MessageRow): Promise<MessageId> {
	if (role === 'user' || parentId === '') return id;
	return (await readMessage(db, parentId))?.role === 'user' ? parentId : id;
}

/** Deletes for good what has been in the bin for 30 days. */
export async function purgeBin(options: ConversationVerbsOptions): Promise<void> {
	const expired = await options.db.conversations
		.where('[trashedAt+lastActivityAt]')
		.between([1], [options.now() - BIN_KEEPS])
		.primaryKeys();
	if (expired.length > 0) await createConversationVerbs(options).remove(expired);
}

type ConversationFields = Partial<Omit<ConversationRow, 'id' | 'rid' | 'stamps'>>;

/** What a change means for a row; fields that already have their value are left out. */
function fieldsOf(
	row: ConversationRow,
	change: ConversationChange,
	at: number
): ConversationFields {
	const { title, pinned, archived, readAt, ...rest } = change;
	const wanted: ConversationFields = {
		...rest,
		...(title !== undefined && { title, titleSource: 'person' }),
		...(pinned !== undefined && { pinned: pinned ? 1 : 0 }),
		...(archived !== undefined && { archived: archived ? 1 : 0 }),
		// A page's clock may be ahead; what is read never becomes unread.
		...(readAt !== undefined && { readAt: Math.max(row.readAt, Math.min(readAt, at)) })
	};
	return Object.fromEntries(
		Object.entries(wanted).filter(([field, value]) => row[field as keyof ConversationRow] !== value)
	);
}

/** Writes the changed fields of some conversations with one stamp. Missing ones are an error. */
async function changeConversations(
	db: Database,
	ids: readonly ConversationId[],
	at: number,
	change: (row: ConversationRow) => ConversationFields
): Promise<void> {
	await db.transaction('rw', [db.conversations, ...bookkeeping(db)], async () => {
		const rows = await db.conversations.bulkGet([...ids]);
		let stamp: string | undefined;
		for (const row of rows) {
			if (row === undefined)
				throw new ConversationError('not-found', 'This conversation is no longer here.');
			const fields = change(row);
			if (Object.keys(fields).length === 0) continue;
			stamp ??= await nextStamp(db, at);
			await db.conversations.put({
				...row,
				...fields,
				stamps: stamped(row.stamps, fields, stamp)
			});
			await markForSync(db, 'conversations', row, row.id, at);
		}
	});
}

async function changeMessage(
	db: Database,
	id: MessageId,
	change: (row: MessageRow) => Partial<Pick<MessageRow, 'vote' | 'pinned' | 'excluded'>>,
	at: number
): Promise<void> {
	await db.transaction('rw', [db.messages, ...bookkeeping(db)], async () => {
		const row = await readMessage(db, id);
		if (row === undefined)
			throw new ConversationError('not-found', 'This message is no longer here.');
		const fields = change(row);
		const stamps = stamped(row.stamps, fields, await nextStamp(db, at));
		await db.messages.put({ ...row, ...fields, stamps });
		// A running answer is marked when it settles.
		if (row.state !== 'streaming')
			await markForSync(db, 'messages', row, [row.conversationId, row.parentId, id], at);
	});
}

async function stopAnswers(
	{ db, stopAnswer }: ConversationVerbsOptions,
	ids: readonly ConversationId[]
): Promise<void> {
	const running = await readRunningKeys(db);
	await Promise.all(
		running
			.filter(([conversationId]) => ids.includes(conversationId))
			.map(([, , answerId]) => stopAnswer(answerId))
	);
}

/** One transaction: the conversation with all that hangs on it goes, tombstones stay. */
async function removeConversation(db: Database, id: ConversationId, at: number): Promise<void> {
	const tables = [
		db.conversations,
		db.messages,
		db.summaries,
		db.attachments,
		db.drafts,
		db.tombstones
	];
	await db.transaction('rw', [...tables, ...bookkeeping(db)], async () => {
		const conversation = await db.conversations.get(id);
		if (conversation === undefined) return;
		const stamp = await nextStamp(db, at);
		const messages = await readConversationMessages(db, id);
		const summaries = await db.summaries.where('conversationId').equals(id).toArray();
		const attachments = await db.attachments.where('conversationId').equals(id).toArray();
		const messageKeys = messages.map(
			(row) => [row.conversationId, row.parentId, row.id] as [typeof id, MessageId | '', MessageId]
		);
		const buried: { rid: string; table: SyncedTable; key: unknown }[] = [
			{ rid: conversation.rid, table: 'conversations', key: id },
			...messages.map(({ rid }, n) => ({ rid, table: 'messages' as const, key: messageKeys[n] })),
			...summaries.map(({ rid, id: key }) => ({ rid, table: 'summaries' as const, key })),
			...attachments.map(({ rid, id: key }) => ({ rid, table: 'attachments' as const, key }))
		];
		await db.messages.bulkDelete(messageKeys);
		await db.summaries.bulkDelete(summaries.map((row) => row.id));
		await db.attachments.bulkDelete(attachments.map((row) => row.id));
		await db.drafts.delete(id);
		await db.conversations.delete(id);
		await db.tombstones.bulkPut(buried.map(({ rid, table }) => ({ rid, table, stamp })));
		await db.outbox.bulkPut(buried.map((mark) => ({ ...mark, at })));
	});
}
