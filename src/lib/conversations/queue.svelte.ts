/**
 * Messages written while an answer was still running. Each goes out when the answer before it is
 * complete; an answer that was stopped or failed holds them until the person says what to do.
 */
import { Live, type ConversationId, type Database, type MessageId } from '#lib/db';
import type { ModelChoice } from '#lib/engine';
import { readMessage } from './queries.ts';

export interface QueuedMessage {
	readonly key: number;
	readonly text: string;
	readonly choice: ModelChoice;
}

export interface QueueOptions {
	readonly db: Database;
	/** Sends it below a settled answer. @returns the answer that it waits for next */
	readonly send: (
		conversationId: ConversationId,
		parentId: MessageId,
		message: QueuedMessage
	) => Promise<MessageId>;
	/** What waits has changed: it is stored with the draft. */
	readonly onchange: (conversationId: ConversationId, texts: readonly string[]) => void;
}

export class SendQueue {
	readonly #options: QueueOptions;
	readonly #watches = new Map<ConversationId, () => void>();
	#waiting = $state.raw<ReadonlyMap<ConversationId, readonly QueuedMessage[]>>(new Map());
	#nextKey = 0;

	constructor(options: QueueOptions) {
		this.#options = options;
	}

	of(id: ConversationId): readonly QueuedMessage[] {
		return this.#waiting.get(id) ?? [];
	}

	/** Sends the text after this answer. */
	add(id: ConversationId, answerId: MessageId, text: string, choice: ModelChoice): void {
		this.#set(id, [...this.of(id), { key: this.#nextKey++, text, choice }]);
		this.watch(id, answerId);
	}

	edit(id: ConversationId, key: number, text: string): void {
		this.#set(
			id,
			this.of(id).map((message) => (message.key === key ? { ...message, text } : message))
		);
	}

	remove(id: ConversationId, key: number): void {
		this.#set(
			id,
			this.of(id).filter((message) => message.key !== key)
		);
	}

	/** Waits for an answer, in this tab or another, and sends what is next. */
	watch(id: ConversationId, answerId: MessageId): void {
		if (this.of(id).length === 0) return;
		this.#watches.get(id)?.();
		const answer = new Live(() =>
			readMessage(this.#options.db, answerId).then((row) => row?.state)
		);
		const end = $effect.root(() => {
			$effect(() => {
				const state = answer.current;
				if (state === undefined || state === 'streaming') return;
				this.#watches.get(id)?.();
				this.#watches.delete(id);
				if (state === 'complete') void this.#sendNext(id, answerId);
			});
		});
		this.#watches.set(id, end);
	}

	async #sendNext(id: ConversationId, answerId: MessageId): Promise<void> {
		const [next] = this.of(id);
		if (next === undefined) return;
		try {
			const following = await this.#options.send(id, answerId, next);
			this.remove(id, next.key);
			this.watch(id, following);
		} catch {
			// It stays in the tray; `send` has said why.
		}
	}

	#set(id: ConversationId, messages: readonly QueuedMessage[]): void {
		const waiting = new Map(this.#waiting);
		if (messages.length === 0) waiting.delete(id);
		else waiting.set(id, messages);
		this.#waiting = waiting;
		this.#options.onchange(
			id,
			messages.map(({ text }) => text)
		);
	}
}
