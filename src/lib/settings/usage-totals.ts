/** Sums over finished requests. Pure. */
import type { UsageRow } from '#lib/db';

export interface UsageTotal {
	readonly key: string;
	readonly requests: number;
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** USD over the requests whose cost is known. */
	readonly costUsd: number;
	/** Requests whose cost nobody knows. */
	readonly unpriced: number;
}

/** One total per key, in the order in which keys first appear. */
export function totalsBy(
	rows: readonly UsageRow[],
	keyOf: (row: UsageRow) => string
): readonly UsageTotal[] {
	const totals = new Map<string, UsageTotal>();
	for (const row of rows) {
		const key = keyOf(row);
		const sum = totals.get(key);
		totals.set(key, {
			key,
			requests: (sum?.requests ?? 0) + 1,
			inputTokens: (sum?.inputTokens ?? 0) + (row.usage.inputTokens ?? 0),
			outputTokens: (sum?.outputTokens ?? 0) + (row.usage.outputTokens ?? 0),
			costUsd: (sum?.costUsd ?? 0) + (row.costUsd ?? 0),
			unpriced: (sum?.unpriced ?? 0) + (row.costUsd === undefined ? 1 : 0)
		});
	}
	return [...totals.values()];
}

const dollars = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const cents = new Intl.NumberFormat('en', {
	style: 'currency',
	currency: 'USD',
	maximumSignificantDigits: 2
});

/** A sum of money; small ones with two digits that mean something. */
export function costText(total: Pick<UsageTotal, 'costUsd' | 'unpriced' | 'requests'>): string {
	if (total.unpriced === total.requests) return 'Unknown';
	const { costUsd } = total;
	const text = costUsd > 0 && costUsd < 0.1 ? cents.format(costUsd) : dollars.format(costUsd);
	return total.unpriced > 0 ? `${text} +` : text;
}
