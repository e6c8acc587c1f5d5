/**
 * What a summary has to cover so that a request fits beside it. Pure.
 */
import type { ConversationId, MessageId, SummaryId, SummaryRow } from '#lib/db/engine';
import { estimateSummary } from '#lib/summaries/engine';
import type { BranchMessage } from './counts.ts';
import { openWindow, type Window, type WindowInput } from './window.ts';

/** A summary that is not made yet. */
export interface SummaryWish {
	/** Oldest first; pinned ones too, but nothing that was cleared away or left out by hand. */
	readonly messages: readonly BranchMessage[];
	/** As in the row of the summary to be made. */
	readonly fromId?: MessageId;
	readonly without?: readonly MessageId[];
	/** The active summary of what comes before them: the new one takes it in. */
	readonly previous: SummaryRow | undefined;
	/** ≈ USD to make it; missing when a price is unknown. */
	readonly costUsd?: number;
}

/** The summary itself takes room, and so may leave out more: looked at so often. */
const ROUNDS = 4;
/** Models write more than they were asked for. */
const OVERRUN = 1.5;

/** About so many tokens in place of the summary that is not made yet. */
const standIn = (upToId: MessageId, tokens: number): SummaryRow => ({
	// Sorts behind every id: it is the newest.
	id: '\uffff' as SummaryId,
	rid: '',
	conversationId: '' as ConversationId,
	upToId,
	count: 0,
	text: 'word '.repeat(Math.ceil(tokens)),
	source: 'model',
	connectionId: '',
	connectionLabel: '',
	modelId: '',
	createdAt: 0,
	removedAt: 0,
	stamps: {}
});

/** The place after the last message that is to be summarised; 0 when none is. */
function endOf({ messages, result }: Window): number {
	const last = result.leftOut.findLast(({ reason }) => reason === 'to-summarise');
	return last === undefined ? 0 : messages.findIndex(({ row }) => row.id === last.id) + 1;
}

/**
 * What the strategy `summarise` would summarise for this request; undefined when everything fits,
 * when nothing fits beside a summary, or when there is one already that has no room.
 * @param input of the request; its own strategy does not matter here
 */
export function summaryWish(input: WindowInput): SummaryWish | undefined {
	const { info } = input.model;
	const open = (summaries: readonly SummaryRow[]): Window =>
		openWindow({
			...input,
			strategy: { kind: 'summarise' },
			surroundings: { ...input.surroundings, summaries }
		});
	const { summaries } = input.surroundings;
	const window = open(summaries);
	if (window.passedOver !== undefined) return undefined;
	const previous = window.summary;
	const reasons = new Map(window.result.leftOut.map(({ id, reason }) => [id, reason]));
	const upTo = (end: number) =>
		window.messages.slice(0, end).filter(({ row }) => {
			const reason = reasons.get(row.id);
			return reason === undefined || reason === 'to-summarise';
		});
	const estimated = (end: number) =>
		estimateSummary({
			info,
			tokensPerMinute: input.limits.tokensPerMinute,
			sizes: upTo(end).map(({ count }) => count.tokens),
			previousTokens: window.parts.summary
		});

	let end = endOf(window);
	for (let round = 0; round < ROUNDS; round += 1) {
		const last = window.messages[end - 1];
		const estimate = estimated(end);
		if (last === undefined || estimate === undefined) break;
		const tokens = OVERRUN * (estimate.outputTokens / estimate.requests);
		const next = open([...summaries, standIn(last.row.id, tokens)]);
		// Nobody pays for a summary beside which the question has no room.
		if (!next.result.ok || next.passedOver !== undefined) return undefined;
		if (endOf(next) <= end) break;
		end = endOf(next);
	}
	const messages = upTo(end).map(({ row }) => row);
	if (messages.length === 0) return undefined;
	const costUsd = estimated(end)?.costUsd;
	const ids = window.messages.slice(0, end).map(({ row }) => row.id);
	const without = ids.filter((id) => reasons.get(id) === 'excluded');
	const fromId = ids.find((id) => reasons.get(id) !== 'cleared');
	return {
		messages,
		previous,
		...(fromId !== undefined && fromId !== ids[0] && { fromId }),
		...(without.length > 0 && { without }),
		...(costUsd !== undefined && { costUsd })
	};
}
