import type { Strategy } from '#lib/context-window';
import {
	Memory,
	type ConversationId,
	type ConversationRow,
	type Database,
	type SummaryRow
} from '#lib/db/engine';
import { readSetting } from '#lib/settings/engine';

/** What besides conversation, messages and model decides over a request. */
export interface Surroundings {
	/** The conversation's summaries that were not taken back. */
	readonly summaries: readonly SummaryRow[];
	/** What the settings say, where neither conversation nor model does. */
	readonly strategy: Strategy;
}

/** Reads surroundings, once until something of them is written: Enter waits for no storage here. */
export class SurroundingsReader {
	readonly #conversations: Memory<ConversationId, ConversationRow | undefined>;
	readonly #summaries: Memory<ConversationId, readonly SummaryRow[]>;
	readonly #strategy: Memory<'contextStrategy', Strategy>;

	constructor(db: Database) {
		this.#conversations = new Memory(db, ['conversations'], (id) => db.conversations.get(id));
		this.#summaries = new Memory(db, ['summaries'], (conversationId) =>
			db.summaries
				.where({ conversationId })
				.filter(({ removedAt }) => removedAt === 0)
				.toArray()
		);
		this.#strategy = new Memory(db, ['settings'], (key) => readSetting(db, key));
	}

	/** A conversation as it is stored; undefined while it is not. */
	async conversationOf(id: ConversationId | ''): Promise<ConversationRow | undefined> {
		return id === '' ? undefined : this.#conversations.get(id);
	}

	/** @param conversationId `''`: a chat that is not there yet */
	async read(conversationId: ConversationId | ''): Promise<Surroundings> {
		const [summaries, strategy] = await Promise.all([
			conversationId === '' ? [] : this.#summaries.get(conversationId),
			this.#strategy.get('contextStrategy')
		]);
		return { summaries, strategy };
	}

	close(): void {
		for (const memory of [this.#conversations, this.#summaries, this.#strategy]) memory.close();
	}
}
