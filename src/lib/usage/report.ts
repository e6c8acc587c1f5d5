/** What the usage page shows, from totals: periods, groups, bars. Pure. */
import type { ConnectionId, UsageTotalRow } from '#lib/db';
import { addDays, addMonths, monthOf } from './days.ts';
import { sumOf, type Figures } from './totals.ts';

export type PeriodChoice = '7d' | '30d' | '12m' | 'all';

/** A stretch of time and what it is cut into. */
export interface Period {
	readonly choice: PeriodChoice;
	/** Which totals it is made of. */
	readonly span: UsageTotalRow['span'];
	/** First and last day or month, both included. */
	readonly from: string;
	readonly to: string;
	/** One bar each, oldest first: days, months, or years where there are many. */
	readonly starts: readonly string[];
	/** As long a stretch before, to compare with. */
	readonly before?: { readonly from: string; readonly to: string };
}

/** More months than these are shown as years. */
const MOST_MONTHS = 36;

function range(from: string, to: string, next: (start: string) => string): string[] {
	const starts: string[] = [];
	for (let start = from; start <= to; start = next(start)) starts.push(start);
	return starts;
}

/**
 * @param today local day
 * @param months first and last month that have a total: the ends of `all`
 */
export function periodOf(
	choice: PeriodChoice,
	today: string,
	months: { readonly first: string; readonly last: string } | undefined
): Period {
	if (choice === '7d' || choice === '30d') {
		const count = choice === '7d' ? 7 : 30;
		const from = addDays(today, 1 - count);
		const starts = range(from, today, (day) => addDays(day, 1));
		const before = { from: addDays(from, -count), to: addDays(from, -1) };
		return { choice, span: 'day', from, to: today, starts, before };
	}
	const month = monthOf(today);
	if (choice === '12m') {
		const from = addMonths(month, -11);
		const starts = range(from, month, (start) => addMonths(start, 1));
		const before = { from: addMonths(from, -12), to: addMonths(from, -1) };
		return { choice, span: 'month', from, to: month, starts, before };
	}
	const from = months === undefined || months.first > month ? month : months.first;
	const to = months === undefined || months.last < month ? month : months.last;
	const isLong = addMonths(from, MOST_MONTHS - 1) < to;
	const starts = isLong
		? range(from.slice(0, 4), to.slice(0, 4), (year) => String(Number(year) + 1).padStart(4, '0'))
		: range(from, to, (start) => addMonths(start, 1));
	return { choice, span: 'month', from, to, starts };
}

/** The first and last day of a period, for single requests. */
export function daysOf({ span, from, to }: Period): { readonly from: string; readonly to: string } {
	return span === 'day' ? { from, to } : { from: `${from}-01`, to: `${to}-31` };
}

export type GroupBy = 'model' | 'connection' | 'time' | 'purpose';
export type SplitBy = Exclude<GroupBy, 'time'>;

/** Requests that have something in common. */
export interface Group {
	readonly key: string;
	/** A total of the group, for its names; the latest by time. */
	readonly sample: UsageTotalRow;
	readonly figures: Figures;
}

/** `Map.groupBy`, which is younger than the oldest runtime this has to work in. */
function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const item of items) {
		const key = keyOf(item);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [item]);
		else group.push(item);
	}
	return groups;
}

const keys: Readonly<Record<GroupBy, (total: UsageTotalRow) => string>> = {
	model: ({ presetId, modelId }) => `${presetId} ${modelId}`,
	connection: ({ connectionId }) => connectionId,
	time: ({ start }) => start,
	purpose: ({ purpose }) => purpose
};

/** The groups of some totals, the dearest first, then the busiest. */
export function groupsOf(totals: readonly UsageTotalRow[], by: GroupBy): Group[] {
	return [...grouped(totals, keys[by])]
		.flatMap(([key, members]) => {
			const sample = members.at(-1);
			return sample === undefined ? [] : [{ key, sample, figures: sumOf(members) }];
		})
		.sort(
			(a, b) =>
				b.figures.costUsd - a.figures.costUsd ||
				tokensOf(b.figures) - tokensOf(a.figures) ||
				(a.key < b.key ? -1 : 1)
		);
}

export type Metric = 'cost' | 'tokens' | 'requests';

export const tokensOf = ({ inputTokens, outputTokens }: Figures): number =>
	inputTokens + outputTokens;

/** Requests by day, month or whatever the totals start with. */
export function requestsBy(totals: readonly UsageTotalRow[]): Map<string, number> {
	const sums = new Map<string, number>();
	for (const { start, requests } of totals) sums.set(start, (sums.get(start) ?? 0) + requests);
	return sums;
}

/** Cost in USD. */
export function measure(figures: Figures, metric: Metric): number {
	if (metric === 'cost') return figures.costUsd;
	return metric === 'tokens' ? tokensOf(figures) : figures.requests;
}

/** What one colour of the chart stands for. */
export interface Series {
	/** `''`: everything that has no colour of its own. */
	readonly key: string;
	readonly sample: UsageTotalRow;
}

export interface Bar {
	/** Day, month or year. */
	readonly start: string;
	readonly value: number;
	readonly requests: number;
	readonly unpriced: number;
	/** One value per series, in their order. */
	readonly parts: readonly number[];
	/** Requests of unknown price in each part. */
	readonly unpricedParts: readonly number[];
}

export interface Chart {
	readonly series: readonly Series[];
	readonly bars: readonly Bar[];
}

/** Colours that can be told apart at a glance. */
const MOST_SERIES = 5;
const purposes: readonly string[] = [
	'answer',
	'summary',
	'title'
] satisfies UsageTotalRow['purpose'][];

/** Bars of a period, stacked by what they are split by. */
export function chartOf(
	totals: readonly UsageTotalRow[],
	period: Period,
	options: { readonly metric: Metric; readonly splitBy: SplitBy }
): Chart {
	const { metric, splitBy } = options;
	const keyOf = keys[splitBy];
	const ranked = groupsOf(totals, splitBy).sort((a, b) =>
		splitBy === 'purpose'
			? purposes.indexOf(a.key) - purposes.indexOf(b.key)
			: measure(b.figures, metric) - measure(a.figures, metric)
	);
	const own = ranked.slice(0, ranked.length > MOST_SERIES ? MOST_SERIES - 1 : MOST_SERIES);
	const rest = ranked[own.length];
	const series: Series[] = [
		...own.map(({ key, sample }) => ({ key, sample })),
		...(rest === undefined ? [] : [{ key: '', sample: rest.sample }])
	];
	const indexes = new Map(own.map(({ key }, index) => [key, index]));
	const width = period.starts[0]?.length ?? 10;
	const byStart = grouped(totals, ({ start }) => start.slice(0, width));
	const bars = period.starts.map((start): Bar => {
		const members = byStart.get(start) ?? [];
		const parts = series.map(() => 0);
		const unpricedParts = series.map(() => 0);
		for (const [index, rows] of grouped(members, (row) => indexes.get(keyOf(row)) ?? own.length)) {
			const figures = sumOf(rows);
			parts[index] = measure(figures, metric);
			unpricedParts[index] = figures.unpriced;
		}
		const { requests, unpriced } = sumOf(members);
		const value = parts.reduce((sum, part) => sum + part, 0);
		return { start, value, requests, unpriced, parts, unpricedParts };
	});
	return { series, bars };
}

/**
 * At most three round numbers above 0, the last at or above the greatest value: a scale.
 * @param least smallest step; 1 for what comes in whole pieces
 */
export function ticksOf(most: number, least = 0): number[] {
	if (!(most > 0)) return [];
	const rough = most / 3;
	const power = 10 ** Math.floor(Math.log10(rough));
	// A hair's breadth of slack, or 0.3 / 3 would not count as 0.1.
	const factor = [1, 2, 2.5, 5].find((each) => each * power >= rough * 0.999999) ?? 10;
	const step = Math.max(least, factor * power);
	return [step, step * 2, step * 3].filter((_, index) => index === 0 || step * index < most);
}

/** A connection as people know it, though it may be gone. */
export interface ConnectionName {
	readonly label: string;
	readonly isDeleted: boolean;
}

/** Names connections: the present label, else the one that was written down with the request. */
export function namesOf(
	labels: ReadonlyMap<ConnectionId, string>
): (total: Pick<UsageTotalRow, 'connectionId' | 'connectionLabel'>) => ConnectionName {
	return ({ connectionId, connectionLabel }) => {
		const label = connectionId === '' ? undefined : labels.get(connectionId);
		return { label: label ?? connectionLabel, isDeleted: label === undefined };
	};
}
