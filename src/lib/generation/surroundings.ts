import type { Strategy } from '#lib/context-window';
import {
	onWrites,
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

/** Few conversations are asked in at once. */
const CAPACITY = 100;

/** Reads surroundings, once until something of them is written: Enter waits for no storage here. */
export class SurroundingsReader {
	readonly #db: Database;
	readonly #conversations = new Map<ConversationId, Promise<ConversationRow | undefined>>();
	readonly #summaries = new Map<ConversationId, Promise<readonly SummaryRow[]>>();
	readonly #stopListening: readonly (() => void)[];
	#strategy: Promise<Strategy> | undefined;

	constructor(db: Database) {
		this.#db = db;
		this.#stopListening = [
			onWrites(db, 'conversations', () => {
				this.#conversations.clear();
			}),
			onWrites(db, 'summaries', () => {
				this.#summaries.clear();
			}),
			onWrites(db, 'settings', () => {
				this.#strategy = undefined;
			})
		];
	}

	/** A conversation as it is stored; undefined while it is not. */
	conversationOf(id: ConversationId | ''): Promise<ConversationRow | undefined> {
		if (id === '') return Promise.resolve(undefined);
		const memory = this.#conversations;
		return memory.get(id) ?? remembered(this.#db.conversations.get(id), memory, id);
	}

	/** @param conversationId `''`: a chat that is not there yet */
	async read(conversationId: ConversationId | ''): Promise<Surroundings> {
		const [summaries, strategy] = await Promise.all([
			conversationId === '' ? [] : this.#summariesOf(conversationId),
			this.#strategyOfSettings()
		]);
		return { summaries, strategy };
	}

	close(): void {
		for (const stop of this.#stopListening) stop();
	}

	#summariesOf(id: ConversationId): Promise<readonly SummaryRow[]> {
		const known = this.#summaries.get(id);
		if (known !== undefined) return known;
		const reading = this.#db.summaries
			.where('conversationId')
			.equals(id)
			.filter(({ removedAt }) => removedAt === 0)
			.toArray();
		return remembered(reading, this.#summaries, id);
	}

	#strategyOfSettings(): Promise<Strategy> {
		this.#strategy ??= readSetting(this.#db, 'contextStrategy').catch((error: unknown) => {
			this.#strategy = undefined;
			throw error;
		});
		return this.#strategy;
	}
}

/** Keeps a reading under its key, unless it fails. */
function remembered<Key, T>(
	reading: PromiseLike<T>,
	memory: Map<Key, Promise<T>>,
	key: Key
): Promise<T> {
	const [oldest] = memory.keys();
	if (memory.size >= CAPACITY && oldest !== undefined) memory.delete(oldest);
	const kept: Promise<T> = Promise.resolve(reading).catch((error: unknown) => {
		if (memory.get(key) === kept) memory.delete(key);
		throw error;
	});
	memory.set(key, kept);
	return kept;
}
