import {
	MessageTree,
	readConversationMessages,
	readMessage,
	readSkeleton
} from '#lib/conversations/engine';
import {
	onWrites,
	type ConversationId,
	type Database,
	type MessageId,
	type MessageRow
} from '#lib/db/engine';

/** Text kept in memory, in UTF-16 units over all rows. */
const CAPACITY = 8_000_000;
/** So many missing messages are fetched one by one before the whole branch is. */
const SINGLE_READS = 8;

const sizeOf = ({ parts }: MessageRow): number =>
	parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 0), 200);

/**
 * Branches as requests need them. Settled messages hardly ever change, so those of recent turns are
 * kept in memory: the next turn reads nothing, however long the history is. One that is written
 * again (pinned, left out), in whatever tab, is forgotten.
 */
export class Branches {
	readonly #db: Database;
	readonly #rows = new Map<MessageId, MessageRow>();
	readonly #stopListening: () => void;
	#size = 0;

	constructor(db: Database) {
		this.#db = db;
		this.#stopListening = onWrites(db, 'messages', (keys) => {
			this.#forget(keys);
		});
	}

	close(): void {
		this.#stopListening();
	}

	/** The branch that ends in a message, oldest first; it starts below a parent that is missing. */
	async read(conversationId: ConversationId, leafId: MessageId | ''): Promise<MessageRow[]> {
		const branch: MessageRow[] = [];
		const seen = new Set<MessageId>();
		let misses = 0;
		let id = leafId;
		while (id !== '' && !seen.has(id)) {
			seen.add(id);
			let row = this.#rows.get(id);
			if (row === undefined) {
				misses += 1;
				if (misses > SINGLE_READS) return this.#readAtOnce(conversationId, leafId);
				row = await readMessage(this.#db, id);
				if (row === undefined) break;
				this.remember(row);
			}
			branch.push(row);
			id = row.parentId;
		}
		return branch.reverse();
	}

	/** Keeps a message for later turns. One that is not settled is not kept. */
	remember(row: MessageRow): void {
		if (row.state === 'streaming') return;
		const known = this.#rows.get(row.id);
		if (known !== undefined) this.#size -= sizeOf(known);
		this.#rows.delete(row.id);
		this.#rows.set(row.id, row);
		this.#size += sizeOf(row);
		for (const [oldestId, oldest] of this.#rows) {
			if (this.#size <= CAPACITY || oldestId === row.id) break;
			this.#rows.delete(oldestId);
			this.#size -= sizeOf(oldest);
		}
	}

	#forget(keys: readonly unknown[] | undefined): void {
		if (keys === undefined) {
			this.#rows.clear();
			this.#size = 0;
			return;
		}
		for (const key of keys) {
			const id = (Array.isArray(key) ? key[2] : undefined) as MessageId;
			const row = this.#rows.get(id);
			if (row === undefined) continue;
			this.#rows.delete(id);
			this.#size -= sizeOf(row);
		}
	}

	async #readAtOnce(conversationId: ConversationId, leafId: MessageId | ''): Promise<MessageRow[]> {
		const keys = await readSkeleton(this.#db, conversationId);
		const ids = new MessageTree(keys).branchTo(leafId);
		const wanted = new Set(ids);
		// One sweep over the conversation is much faster per message than many single reads.
		const rows =
			ids.length * 2 >= keys.length
				? await readConversationMessages(this.#db, conversationId)
				: await this.#db.messages.bulkGet(keys.filter(([, , id]) => wanted.has(id)));
		const byId = new Map<MessageId, MessageRow>();
		for (const row of rows) if (row !== undefined) byId.set(row.id, row);
		const branch = ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
		for (const row of branch) this.remember(row);
		return branch;
	}
}
