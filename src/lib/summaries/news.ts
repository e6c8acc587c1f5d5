/** How a summary that is being made is told to all tabs, and taken orders for. */
import type { ConversationId, SummaryProgress } from '#lib/db';
import * as v from 'valibot';

const CHANNEL = 'summaries';

/** Name of the Web Lock held by whoever makes a summary of this conversation. */
export const summaryLock = (id: ConversationId): string => `summary:${id}`;

const Progress: v.GenericSchema<unknown, SummaryProgress> = v.object({
	count: v.number(),
	modelId: v.string(),
	part: v.number(),
	parts: v.number(),
	costUsd: v.exactOptional(v.number()),
	waitingUntil: v.exactOptional(v.number())
});

const conversationId = v.pipe(
	v.string(),
	v.transform((value) => value as ConversationId)
);

const News = v.variant('type', [
	v.object({ type: v.literal('progress'), conversationId, progress: Progress }),
	/** Whoever makes one is to say how far it is. */
	v.object({ type: v.literal('ask'), conversationId }),
	v.object({ type: v.literal('cancel'), conversationId })
]);

export type SummaryNews = v.InferOutput<typeof News>;

/** The channel between all engines and pages of this device. */
export class SummaryChannel {
	readonly #channel = new BroadcastChannel(CHANNEL);

	constructor(listener: (news: SummaryNews) => void) {
		this.#channel.onmessage = ({ data }) => {
			const news = v.safeParse(News, data);
			if (news.success) listener(news.output);
		};
	}

	tell(news: SummaryNews): void {
		this.#channel.postMessage(news);
	}

	close(): void {
		this.#channel.close();
	}
}
