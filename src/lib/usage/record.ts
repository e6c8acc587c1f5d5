/** How a finished request is written down: a small row of its own, and its share in the totals. */
import {
	markForSync,
	newId,
	newRid,
	type ConnectionRow,
	type ConversationId,
	type Database,
	type UsageRow,
	type UsageTotalKey
} from '#lib/db/engine';
import { costOf, type ModelPrices, type Usage } from '#lib/providers';
import { localDay } from './days.ts';
import { totalKeys, withRequest } from './totals.ts';

/** A request that is over, with what is known of it. */
export interface FinishedRequest {
	readonly connectionId: ConnectionRow['id'] | '';
	readonly connectionLabel: string;
	readonly presetId: ConnectionRow['presetId'] | '';
	readonly conversationId: ConversationId;
	readonly modelId: string;
	readonly purpose: UsageRow['purpose'];
	/** As the provider reported it; missing when it was cut before the report. */
	readonly usage: Usage | undefined;
	/** ≈ tokens, which take the place of what was not reported. */
	readonly estimate?: { readonly inputTokens: number; readonly outputTokens: number } | undefined;
	readonly prices: ModelPrices | undefined;
}

/**
 * USD that the provider's prompt cache saved, less what filling it cost more than plain input.
 * Missing when nothing was cached or the prices are not known.
 */
function savedByCache(
	{ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens }: Usage,
	prices: ModelPrices | undefined
): number | undefined {
	if (inputTokens === undefined || outputTokens === undefined) return undefined;
	if ((cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0) === 0) return undefined;
	const plain = { inputTokens, outputTokens };
	const uncached = costOf(plain, prices);
	const actual = costOf(
		{
			...plain,
			...(cachedInputTokens !== undefined && { cachedInputTokens }),
			...(cacheWriteTokens !== undefined && { cacheWriteTokens })
		},
		prices
	);
	return uncached === undefined || actual === undefined ? undefined : uncached - actual;
}

/** The row of a finished request, priced as of now. */
export function usageRow(request: FinishedRequest, at: number): UsageRow {
	const { connectionLabel, presetId, usage: reported, estimate, prices, ...rest } = request;
	const isEstimated =
		estimate !== undefined &&
		(reported?.inputTokens === undefined || reported.outputTokens === undefined);
	const usage = { ...estimate, ...reported };
	const costUsd = costOf(usage, prices);
	const savedUsd = savedByCache(usage, prices);
	return {
		id: newId(),
		rid: newRid(),
		day: localDay(at),
		at,
		...rest,
		...(connectionLabel !== '' && { connectionLabel }),
		...(presetId !== '' && { presetId }),
		usage,
		...(costUsd !== undefined && { costUsd }),
		...(savedUsd !== undefined && { savedUsd }),
		...(isEstimated && { estimated: 1 })
	};
}

/** The tables that `recordUsage` needs in its transaction, besides the bookkeeping. */
export const usageTables = (db: Database) => [db.usage, db.usageTotals] as const;

/**
 * Writes a request down and counts it in. Must run inside a readwrite transaction that holds
 * `usageTables` and the bookkeeping: the totals are what the rows add up to, whoever writes.
 */
export async function recordUsage(db: Database, row: UsageRow): Promise<void> {
	await db.usage.add(row);
	await markForSync(db, 'usage', row, row.id, row.at);
	const keys = totalKeys(row);
	const stored = await db.usageTotals.bulkGet(
		keys.map(({ span, start, connectionId, modelId, purpose }): UsageTotalKey => [
			span,
			start,
			connectionId,
			modelId,
			purpose
		])
	);
	await db.usageTotals.bulkPut(keys.map((key, index) => withRequest(stored[index], key, row)));
}
