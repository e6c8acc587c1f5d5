/** Sentences and numbers of usage. */
import type { UsageRow, UsageTotalRow } from '#lib/db';
import type { Budget, BudgetFigures } from './budget.ts';
import { spokenStart } from './days.ts';
import { formatMoney, type Currency } from './money.ts';
import type { Metric, PeriodChoice } from './report.ts';
import type { Figures } from './totals.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', {
	notation: 'compact',
	minimumSignificantDigits: 3,
	maximumSignificantDigits: 3
});

/** “1,206” */
export const count = (value: number): string => whole.format(value);
/** “4.31M”, “690k” */
export const shortCount = (value: number): string =>
	value < 1000 ? count(value) : compact.format(value).replace('K', 'k');
export const percent = (share: number): string => `${whole.format(share * 100)}%`;
/** “1 request”, “1,206 requests” */
export const requestCount = (value: number): string =>
	`${count(value)} ${value === 1 ? 'request' : 'requests'}`;

export const purposeNames: Readonly<Record<UsageRow['purpose'], string>> = {
	answer: 'Answers',
	title: 'Titles',
	summary: 'Summaries'
};

export const metricNames: Readonly<Record<Metric, string>> = {
	cost: 'Cost',
	tokens: 'Tokens',
	requests: 'Requests'
};

export const periodNames: Readonly<Record<PeriodChoice, string>> = {
	'7d': '7 days',
	'30d': '30 days',
	'12m': '12 months',
	all: 'All'
};

/** What an amount says when some prices are not known, or none is. */
export function costText(figures: Figures, currency: Currency | null): string {
	const { costUsd, estimated, local, requests, unpriced } = figures;
	if (costUsd === 0 && unpriced > 0) return words.unknownCost;
	if (costUsd === 0 && local > 0 && local === requests) return 'Local';
	return `${estimated > 0 && costUsd > 0 ? '≈ ' : ''}${formatMoney(costUsd, currency)}`;
}

/** “+ 12 requests of unknown price” */
export const unpricedText = (unpriced: number): string =>
	`+ ${requestCount(unpriced)} of unknown price`;

/** The line below the cost: what is not in it, else how it compares. */
export function costNote(
	now: Figures,
	before: Figures | undefined,
	choice: PeriodChoice,
	currency: Currency | null
): string {
	if (now.unpriced > 0) return unpricedText(now.unpriced);
	if (before === undefined || before.requests === 0) return requestCount(now.requests);
	const difference = now.costUsd - before.costUsd;
	const amount = formatMoney(Math.abs(difference), currency);
	const earlier = `the ${periodNames[choice]} before`;
	if (formatMoney(now.costUsd, currency) === formatMoney(before.costUsd, currency))
		return `the same as ${earlier}`;
	return `${amount} ${difference < 0 ? 'less' : 'more'} than ${earlier}`;
}

/** Below the share of input that came from the provider's cache. */
export function savedNote({ savedUsd }: Figures, currency: Currency | null): string {
	if (savedUsd === 0) return 'nothing saved so far';
	const amount = formatMoney(Math.abs(savedUsd), currency);
	return savedUsd > 0 ? `saved ≈ ${amount}` : `filling it cost ${amount} more than it saved`;
}

export const budgetNote = (
	figures: BudgetFigures,
	{ stop }: Budget,
	currency: Currency | null
): string => {
	const { month, monthlyUsd, share, spentUsd, unpriced } = figures;
	const left = formatMoney(Math.max(0, monthlyUsd - spentUsd), currency);
	const spent =
		share < 1
			? `${left} left for ${spokenStart(month)}.`
			: stop
				? `Spent for ${spokenStart(month)}: nothing more is sent with it.`
				: `Spent for ${spokenStart(month)}. Requests still go out.`;
	return unpriced > 0 ? `${spent} ${requestCount(unpriced)} of unknown price not counted.` : spent;
};

/** Why a request was not sent: the connection's budget for the month is spent. */
export const describeStop = (
	label: string,
	{ month, monthlyUsd, spentUsd }: BudgetFigures,
	currency: Currency | null
): string =>
	`The budget of “${label}” for ${spokenStart(month)} is spent: ${formatMoney(spentUsd, currency)} of ${formatMoney(monthlyUsd, currency)}. Nothing was sent. Raise it under Settings → Usage, or choose another connection.`;

export const words = {
	title: 'Usage',
	period: 'Period',
	export: 'Export CSV',
	exportTip: 'Every request of this period as a CSV file',
	exportFailed: 'The export could not be written. Nothing was changed; try again.',
	empty: 'No requests yet',
	emptyText:
		'After your first message this page shows what it took: tokens, money and time, by model and by connection.',
	nothingHere: 'No requests in this period',
	nothingHereText: 'Choose a longer one to see earlier requests.',
	noPrice: 'No price is known for these requests',
	noPriceText:
		'Enter the price of a model under Settings → Models, and its next requests are counted. Tokens and Requests show what there was.',
	noCost: 'These requests cost nothing',
	noCostText: 'Tokens and Requests show what there was.',
	cost: 'Cost',
	tokens: 'Tokens',
	cached: 'Read from cache',
	requests: 'Requests',
	estimatedRequests: (n: number): string =>
		n === 1
			? '≈: one request was cut before the provider reported its tokens, so they are estimated.'
			: `≈: ${count(n)} requests were cut before the provider reported their tokens, so they are estimated.`,
	/** “1,100 answers, 106 titles” */
	purposes: (totals: readonly Pick<UsageTotalRow, 'purpose' | 'requests'>[]): string =>
		(['answer', 'title', 'summary'] as const)
			.map((purpose) => {
				const requests = totals
					.filter((total) => total.purpose === purpose)
					.reduce((sum, total) => sum + total.requests, 0);
				if (requests === 0) return '';
				return requests === 1
					? `1 ${purpose}`
					: `${count(requests)} ${purposeNames[purpose].toLowerCase()}`;
			})
			.filter((part) => part !== '')
			.join(', '),
	inOut: (figures: Figures): string =>
		`${shortCount(figures.inputTokens)} in, ${shortCount(figures.outputTokens)} out`,
	show: 'Show',
	splitBy: 'Split by',
	by: { model: 'Model', connection: 'Connection', purpose: 'Purpose' },
	chartName: (metric: Metric, unit: string): string => `${metricNames[metric]} by ${unit}`,
	chartHint: 'Arrow keys move from bar to bar.',
	chartNone: 'No bar chosen',
	time: 'Time',
	others: 'Others',
	group: 'Group by',
	day: 'Day',
	month: 'Month',
	year: 'Year',
	table: 'Details',
	more: (n: number): string => `Show all ${count(n)}`,
	deleted: 'Deleted',
	unknownCost: 'Unknown',
	unknownConnection: 'Unknown connection',
	weeks: 'Last 26 weeks',
	weeksNote: 'Requests a day',
	busiest: (day: string, n: number): string => `Busiest: ${spokenStart(day)}, ${requestCount(n)}`,
	quiet: 'No requests in these weeks',
	budgets: 'Budgets',
	budgetsText: 'What each connection may cost in a calendar month. A warning comes at 80%.',
	thisMonth: 'this month, no budget',
	ofBudget: (amount: string): string => `of ${amount} this month`,
	stopped: 'Stopped',
	noConnections: 'Add a connection to give it a budget.',
	setBudget: 'Set budget',
	editBudget: 'Change',
	budgetTitle: (label: string): string => `Budget of “${label}”`,
	budgetText: 'Counted per calendar month, from the prices that are known.',
	amount: 'Per month',
	amountHint: (text: string): string => `About ${text}`,
	amountWrong: 'Enter an amount above 0, for example 20.',
	stop: 'Stop at the limit',
	stopHint:
		'Nothing more is sent with this connection until the next month, or until you raise the budget.',
	removeBudget: 'Remove budget',
	cancel: 'Cancel',
	save: 'Save',
	failed: 'That did not work, and nothing was changed. Try again, or reload the page.',
	currencyChange: 'Change currency',
	currencyUsd: 'US dollars, as providers charge.',
	currencyOther: ({ asOf, code, perUsd }: Currency): string =>
		`${code}, at ${perUsd} for 1 USD, your rate of ${spokenStart(asOf)} ${asOf.slice(0, 4)}.`,
	currencyTitle: 'Show money in',
	currencyText:
		'Providers charge in US dollars. Another currency is worked out at a rate you enter.',
	code: 'Currency code',
	codeHint: 'Three letters, for example EUR. USD shows dollars.',
	codeWrong: 'Enter three letters, for example EUR.',
	rate: 'For 1 USD',
	rateWrong: 'Enter a rate above 0, for example 0.92.',
	foot: 'Costs are worked out when a request ends, from the providers’ list prices of that day or your own where you changed them. “≈” marks an estimate. Counted on this device only.'
} as const;
