import type { ConversationId, MessageId } from '#lib/db/engine';
import { conversationChannel, type AnswerDelta } from '#lib/engine/engine';
import type { Added } from './answer.ts';

/** One frame at 60 Hz (ms): telling tabs more often than they paint is waste. */
const FRAME = 16;

/**
 * Tells all tabs, the own one included, what has arrived: the first piece at once, then at most
 * once a frame. Pieces of one part that wait for their frame go as one.
 */
export class Deltas {
	readonly #channel: BroadcastChannel;
	readonly #messageId: MessageId;
	#waiting: Added | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(conversationId: ConversationId, messageId: MessageId) {
		this.#channel = new BroadcastChannel(conversationChannel(conversationId));
		this.#messageId = messageId;
	}

	push(added: Added): void {
		if (added.text === '') return;
		const waiting = this.#waiting;
		if (waiting !== undefined && waiting.part !== added.part) this.#post();
		this.#waiting =
			this.#waiting === undefined
				? added
				: { ...this.#waiting, text: this.#waiting.text + added.text };
		if (this.#timer === undefined) {
			this.#post();
			this.#arm();
		}
	}

	/** Sends what still waits and ends. */
	close(): void {
		clearTimeout(this.#timer);
		this.#post();
		this.#channel.close();
	}

	#arm(): void {
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			if (this.#waiting === undefined) return;
			this.#post();
			this.#arm();
		}, FRAME);
	}

	#post(): void {
		if (this.#waiting === undefined) return;
		const delta: AnswerDelta = { messageId: this.#messageId, ...this.#waiting };
		this.#waiting = undefined;
		this.#channel.postMessage(delta);
	}
}
