/** What both realms read of conversations. All queries are narrow: they cost what they return. */
import type {
	ConversationId,
	ConversationRow,
	Database,
	MessageId,
	MessageKey,
	MessageRow
} from '#lib/db';

/** The keys of one conversation's messages: an array sorts behind every string. */
const ofConversation = (db: Database, id: ConversationId) =>
	db.messages.where('[conversationId+parentId+id]').between([id], [id, []]);

/** Keys of all messages of a conversation, for `MessageTree`: read without loading a body. */
export function readSkeleton(db: Database, id: ConversationId): Promise<MessageKey[]> {
	return ofConversation(db, id).primaryKeys();
}

/** All messages of a conversation, bodies included: for export, deletion and whole branches. */
export function readConversationMessages(db: Database, id: ConversationId): Promise<MessageRow[]> {
	return ofConversation(db, id).toArray();
}

/** Undefined when it is not here (any more). */
export function readMessage(db: Database, id: MessageId): Promise<MessageRow | undefined> {
	return db.messages.where('id').equals(id).first();
}

/** Bodies in the order of their ids' list; ids that are not here are left out. */
export async function readMessages(db: Database, ids: readonly MessageId[]): Promise<MessageRow[]> {
	const rows = await db.transaction('r', db.messages, () =>
		Promise.all(ids.map((id) => readMessage(db, id)))
	);
	return rows.filter((row) => row !== undefined);
}

/** The last `count` messages of the branch that ends in `leafId`, oldest first: the first paint. */
export function walkUp(db: Database, leafId: MessageId | '', count: number): Promise<MessageRow[]> {
	return db.transaction('r', db.messages, async () => {
		const rows: MessageRow[] = [];
		const seen = new Set<MessageId>();
		let id = leafId;
		while (id !== '' && rows.length < count && !seen.has(id)) {
			seen.add(id);
			const row = await readMessage(db, id);
			if (row === undefined) break;
			rows.push(row);
			id = row.parentId;
		}
		return rows.reverse();
	});
}

export function readConversation(
	db: Database,
	id: ConversationId
): Promise<ConversationRow | undefined> {
	return db.conversations.get(id);
}

/** Conversations outside the bin, last activity first. */
export function listConversations(
	db: Database,
	limit = Number.POSITIVE_INFINITY
): Promise<ConversationRow[]> {
	const rows = db.conversations.where('[trashedAt+lastActivityAt]').between([0], [0, []]).reverse();
	return (Number.isFinite(limit) ? rows.limit(limit) : rows).toArray();
}

/** Conversations in the bin, latest deletion first. */
export function listTrashed(db: Database): Promise<ConversationRow[]> {
	return db.conversations.where('[trashedAt+lastActivityAt]').above([0, []]).reverse().toArray();
}

/** Keys of the answers that are being generated, on this device, in any tab. */
export function readRunningKeys(db: Database): Promise<MessageKey[]> {
	return db.messages.where('state').equals('streaming').primaryKeys();
}
