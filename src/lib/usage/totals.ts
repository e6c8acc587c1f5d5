/** Running totals of requests: how one request changes them, and how they add up. Pure. */
import type { UsageRow, UsageTotalRow } from '#lib/db';
import { presets } from '#lib/providers';
import { monthOf } from './days.ts';

const NANO = 1e9;

/** USD as whole nanodollars; sums of them are exact, whatever their order. */
const nanoOf = (usd: number | undefined): number => Math.round((usd ?? 0) * NANO);

/** Where a request counts in: its day and its month. */
export function totalKeys(
	row: UsageRow
): Pick<UsageTotalRow, 'span' | 'start' | 'connectionId' | 'modelId' | 'purpose'>[] {
	const { connectionId, modelId, purpose, day } = row;
	return [
		{ span: 'day', start: day, connectionId, modelId, purpose },
		{ span: 'month', start: monthOf(day), connectionId, modelId, purpose }
	];
}

const counters = {
	requests: 0,
	unpriced: 0,
	estimated: 0,
	inputTokens: 0,
	outputTokens: 0,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	costNano: 0,
	savedNano: 0
};

/** A total with one more request in it. */
export function withRequest(
	total: UsageTotalRow | undefined,
	key: ReturnType<typeof totalKeys>[number],
	row: UsageRow
): UsageTotalRow {
	const before = total ?? { ...key, ...counters, connectionLabel: '', presetId: '' as const };
	const { usage } = row;
	return {
		...before,
		connectionLabel: row.connectionLabel ?? before.connectionLabel,
		presetId: row.presetId ?? before.presetId,
		requests: before.requests + 1,
		unpriced: before.unpriced + (row.costUsd === undefined ? 1 : 0),
		estimated: before.estimated + (row.estimated ?? 0),
		inputTokens: before.inputTokens + (usage.inputTokens ?? 0),
		outputTokens: before.outputTokens + (usage.outputTokens ?? 0),
		cachedInputTokens: before.cachedInputTokens + (usage.cachedInputTokens ?? 0),
		reasoningTokens: before.reasoningTokens + (usage.reasoningTokens ?? 0),
		costNano: before.costNano + nanoOf(row.costUsd),
		savedNano: before.savedNano + nanoOf(row.savedUsd)
	};
}

/** What some requests came to. */
export interface Figures {
	readonly requests: number;
	/** Requests of unknown price; a model on the person's own machine has none and is not one. */
	readonly unpriced: number;
	/** Requests whose tokens are ≈. */
	readonly estimated: number;
	readonly inputTokens: number;
	readonly outputTokens: number;
	readonly cachedInputTokens: number;
	readonly reasoningTokens: number;
	/** USD, of the requests whose price is known. */
	readonly costUsd: number;
	/** USD that prompt caches saved. */
	readonly savedUsd: number;
	/** Requests to models on the person's own machine. */
	readonly local: number;
}

/** Whether a model runs on the person's own machine, where a request has no price. */
export const isLocal = ({ presetId }: Pick<UsageTotalRow, 'presetId'>): boolean =>
	presetId !== '' && presets[presetId].local;

/** The sum of some totals. Give days or months, never both: a month contains its days. */
export function sumOf(totals: Iterable<UsageTotalRow>): Figures {
	const sum = { ...counters, local: 0 };
	for (const total of totals) {
		sum.requests += total.requests;
		if (isLocal(total)) sum.local += total.requests;
		else sum.unpriced += total.unpriced;
		sum.estimated += total.estimated;
		sum.inputTokens += total.inputTokens;
		sum.outputTokens += total.outputTokens;
		sum.cachedInputTokens += total.cachedInputTokens;
		sum.reasoningTokens += total.reasoningTokens;
		sum.costNano += total.costNano;
		sum.savedNano += total.savedNano;
	}
	const { costNano, savedNano, ...figures } = sum;
	return { ...figures, costUsd: costNano / NANO, savedUsd: savedNano / NANO };
}

/** What one conversation came to, as far as its rows say. */
export interface ConversationCost {
	/** USD; undefined when no request has a known price. */
	readonly usd: number | undefined;
	/** Requests of unknown price on top. */
	readonly unpriced: number;
	/** Part of it is ≈. */
	readonly isEstimated: boolean;
	readonly requests: number;
}

/** The price of a conversation from its usage rows (`readConversationUsage`). */
export function conversationCost(
	rows: readonly Pick<UsageRow, 'costUsd' | 'estimated' | 'presetId'>[]
): ConversationCost {
	const priced = rows.filter((row) => row.costUsd !== undefined);
	return {
		usd:
			priced.length === 0
				? undefined
				: priced.reduce((sum, row) => sum + nanoOf(row.costUsd), 0) / NANO,
		unpriced: rows.filter(
			(row) => row.costUsd === undefined && !isLocal({ presetId: row.presetId ?? '' })
		).length,
		isEstimated: priced.some((row) => row.estimated === 1),
		requests: rows.length
	};
}
