/** Whether a summary of a conversation is being made, in any tab, and how far it is. */
import type { ConversationId, SummaryProgress } from '#lib/db';
import { SummaryChannel, summaryLock } from './news.ts';

export class MakingSummary {
	#progress = $state.raw<SummaryProgress>();

	/** Undefined while none is made. */
	get progress(): SummaryProgress | undefined {
		return this.#progress;
	}

	/** Follows one conversation until the returned function is called. */
	watch(id: ConversationId): () => void {
		const ended = new AbortController();
		let isWaiting = false;
		/** Whoever makes one holds the lock, and lets go of it even by dying. */
		const waitForEnd = async (): Promise<void> => {
			isWaiting = true;
			try {
				await navigator.locks.request(summaryLock(id), { signal: ended.signal }, () => {
					isWaiting = false;
					this.#progress = undefined;
				});
			} catch {
				// Nobody looks any more.
			}
		};
		const channel = new SummaryChannel((news) => {
			if (news.type !== 'progress' || news.conversationId !== id) return;
			this.#progress = news.progress;
			if (!isWaiting) void waitForEnd();
		});
		channel.tell({ type: 'ask', conversationId: id });
		return () => {
			ended.abort();
			channel.close();
			this.#progress = undefined;
		};
	}
}
