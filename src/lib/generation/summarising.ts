/** Summaries as the person orders them, and as a turn asks for one before its own request. */
import type {
	ConnectionId,
	ConversationId,
	Database,
	MessageRow,
	SummaryProgress
} from '#lib/db/engine';
import type { SummaryVerbs } from '#lib/engine/engine';
import { readSummaries, reasons, type Summaries } from '#lib/summaries/engine';
import type { Requests } from './requests.ts';
import type { KnownModel } from './prompt.ts';
import type { SummaryWish } from './summary-wish.ts';
import type { Surroundings } from './surroundings.ts';

/** The page's orders about summaries. */
export function createSummaryVerbs({
	requests,
	summaries
}: {
	readonly requests: Pick<Requests, 'wishOf'>;
	readonly summaries: Summaries;
}): SummaryVerbs {
	return {
		async summarise(query) {
			const { conversationId } = query;
			const order = conversationId === '' ? undefined : await requests.wishOf(query);
			if (conversationId === '' || order === undefined)
				return { ok: false, isCancelled: false, message: reasons.nothing };
			const { wish, ...maker } = order;
			return summaries.make({ conversationId, ...maker, ...wish });
		},
		cancelSummary: (id) => summaries.cancelSummary(id),
		editSummary: (id, text) => summaries.editSummary(id, text),
		removeSummary: (id) => summaries.removeSummary(id),
		restoreSummary: (id) => summaries.restoreSummary(id)
	};
}

/** What became of the summary that a turn wished for. */
export type SummaryStep =
	/** It is there: the request is to be fitted anew with these. */
	| { readonly summaries: Surroundings['summaries'] }
	/** There is none, and the turn goes on with what fits. Without words when the person chose so. */
	| { readonly notSummarised?: MessageRow['notSummarised'] };

/** Makes the summary that a turn waits for. Never rejects. */
export async function summariseFirst(options: {
	readonly db: Database;
	readonly summaries: Pick<Summaries, 'make'>;
	readonly conversationId: ConversationId;
	readonly connectionId: ConnectionId;
	readonly model: KnownModel;
	readonly wish: SummaryWish;
	readonly signal: AbortSignal;
	readonly onProgress: (progress: SummaryProgress) => void;
}): Promise<SummaryStep> {
	const { db, summaries, wish, ...order } = options;
	const result = await summaries.make({ ...order, ...wish });
	if (result.ok) {
		const stored = await readSummaries(db, order.conversationId).catch(() => []);
		return { summaries: stored.filter(({ removedAt }) => removedAt === 0) };
	}
	if (result.isCancelled) return {};
	return { notSummarised: { count: wish.messages.length, reason: result.message } };
}

/** What is told once is not told again: whether the answer before said the same. */
export function isToldAlready(
	branch: readonly MessageRow[],
	notSummarised: MessageRow['notSummarised']
): boolean {
	const before = branch.findLast(({ role }) => role === 'assistant');
	return before?.notSummarised?.reason === notSummarised?.reason;
}
