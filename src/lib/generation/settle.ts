import {
	bookkeeping,
	markForSync,
	nextStamp,
	stamped,
	type Database,
	type MessageError,
	type MessagePart,
	type MessageRow,
	type MessageState,
	type MessageTimings,
	type UsageRow
} from '#lib/db/engine';
import type { FinishReason, Usage } from '#lib/providers';
import { recordUsage, usageRow, usageTables, type FinishedRequest } from '#lib/usage/engine';

export type SettledState = Exclude<MessageState, 'streaming'>;

/** Who answered: the steps of a route take turns in it. */
export type Answerer = Pick<
	MessageRow,
	'connectionId' | 'presetId' | 'connectionLabel' | 'modelId' | 'route'
>;

/** What became of an answer. */
export interface Settlement extends Partial<Answerer> {
	readonly state: SettledState;
	readonly parts: readonly MessagePart[];
	readonly notSummarised?: NonNullable<MessageRow['notSummarised']>;
	readonly timings?: MessageTimings;
	readonly finishReason?: FinishReason;
	readonly error?: MessageError;
	readonly usage?: Usage;
	readonly estimatedInputTokens?: number;
	readonly estimatedOutputTokens?: number;
	readonly costUsd?: number;
	readonly savedUsd?: number;
}

/** What an answer has used, as it stands with it. */
export type Spent = Pick<
	Settlement,
	'estimatedInputTokens' | 'estimatedOutputTokens' | 'costUsd' | 'savedUsd'
>;

/** The row of what an answer has used. */
export function answerUsage(
	{ connectionId, connectionLabel, presetId, conversationId, modelId }: MessageRow,
	used: Pick<FinishedRequest, 'usage' | 'estimate' | 'prices'>,
	at: number
): UsageRow {
	const answer = { connectionId, connectionLabel, presetId, conversationId, modelId };
	return usageRow({ ...answer, purpose: 'answer', ...used }, at);
}

/** The mutable fields of a stored answer that a running generation must not take back. */
type Mutable = Pick<MessageRow, 'vote' | 'pinned' | 'excluded' | 'stamps'>;

const mutableOf = ({ vote, pinned, excluded, stamps }: MessageRow): Mutable => ({
	vote,
	pinned,
	...(excluded !== undefined && { excluded }),
	stamps
});

/**
 * Writes what has arrived so far of a running answer.
 * @param base the row as it was committed
 * @returns false when the row is gone or settled: then nobody waits for this answer
 */
export async function writePartial(
	db: Database,
	base: MessageRow,
	partial: Pick<MessageRow, 'parts' | 'timings' | 'waiting' | 'summarising' | 'notSummarised'> &
		Spent
): Promise<boolean> {
	return db.transaction('rw', db.messages, async () => {
		const stored = await db.messages.get([base.conversationId, base.parentId, base.id]);
		if (stored?.state !== 'streaming') return false;
		await db.messages.put({ ...base, ...partial, ...mutableOf(stored) });
		return true;
	});
}

/** The answer's row once it will not change again. */
function settledRow(stored: MessageRow, settlement: Settlement): MessageRow {
	const row: { -readonly [Field in keyof MessageRow]: MessageRow[Field] } = {
		...stored,
		...settlement
	};
	delete row.waiting;
	delete row.summarising;
	if (settlement.error === undefined) delete row.error;
	// What a write before has estimated.
	if (settlement.usage?.inputTokens !== undefined) delete row.estimatedInputTokens;
	if (settlement.usage?.outputTokens !== undefined) delete row.estimatedOutputTokens;
	return row;
}

/** Settled for want of room; the whole answer may still be in some engine's memory. */
const isUnsaved = (row: MessageRow): boolean => row.error?.kind === 'storage';

/**
 * Settles an answer together with its usage, the conversation's dates and the marks for sync. The
 * caller holds the answer's lock.
 * @param decide what became of the stored row; undefined leaves it alone
 * @returns the settled row; undefined when there was nothing to settle
 */
export async function settleAnswer(
	db: Database,
	key: Pick<MessageRow, 'conversationId' | 'parentId' | 'id'>,
	at: number,
	decide: (stored: MessageRow) => Settlement | undefined,
	usage?: UsageRow
): Promise<MessageRow | undefined> {
	const tables = [db.conversations, db.messages, ...usageTables(db), ...bookkeeping(db)];
	return db.transaction('rw', tables, async () => {
		const messageKey: [typeof key.conversationId, typeof key.parentId, typeof key.id] = [
			key.conversationId,
			key.parentId,
			key.id
		];
		const stored = await db.messages.get(messageKey);
		if (stored === undefined || (stored.state !== 'streaming' && !isUnsaved(stored)))
			return undefined;
		const settlement = decide(stored);
		if (settlement === undefined) return undefined;
		const row = settledRow(stored, settlement);
		await db.messages.put(row);
		await markForSync(db, 'messages', row, messageKey, at);
		if (usage !== undefined) await recordUsage(db, usage);
		const conversation = await db.conversations.get(key.conversationId);
		if (conversation !== undefined) {
			const fields = { lastActivityAt: at, lastAnswerAt: at };
			const stamps = stamped(conversation.stamps, fields, await nextStamp(db, at));
			await db.conversations.put({ ...conversation, ...fields, stamps });
			await markForSync(db, 'conversations', conversation, conversation.id, at);
		}
		return row;
	});
}
