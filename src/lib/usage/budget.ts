/** Whether a connection's monthly budget lets another request out. Pure. */
import type { ConnectionRow, UsageTotalRow } from '#lib/db';
import { localDay, monthOf } from './days.ts';
import { sumOf } from './totals.ts';

export type Budget = NonNullable<ConnectionRow['budget']>;

/** From this share of the budget on there is a warning. */
export const WARN_AT = 0.8;

export interface BudgetFigures {
	/** USD spent in this calendar month, as far as prices are known. */
	readonly spentUsd: number;
	readonly monthlyUsd: number;
	/** Of the budget; 1 is all of it. */
	readonly share: number;
	/** Requests of this month whose price nobody knows: they count as nothing. */
	readonly unpriced: number;
	/** `YYYY-MM` */
	readonly month: string;
}

/** `stop`: no request may go out. Spent, but without a stop, is `warn`. */
export interface BudgetState extends BudgetFigures {
	readonly state: 'ok' | 'warn' | 'stop';
}

/**
 * How far the budget of one connection is spent in the calendar month of `now`.
 * @param totals totals of that connection; other months and days in it do not count
 */
export function budgetState(
	totals: readonly UsageTotalRow[],
	budget: Budget,
	now: number
): BudgetState {
	const month = monthOf(localDay(now));
	const { costUsd, unpriced } = sumOf(
		totals.filter(({ span, start }) => span === 'month' && start === month)
	);
	const { monthlyUsd, stop } = budget;
	const isSpent = costUsd >= monthlyUsd;
	const state = isSpent && stop ? 'stop' : costUsd >= monthlyUsd * WARN_AT ? 'warn' : 'ok';
	return {
		state,
		spentUsd: costUsd,
		monthlyUsd,
		share: monthlyUsd > 0 ? costUsd / monthlyUsd : 1,
		unpriced,
		month
	};
}
