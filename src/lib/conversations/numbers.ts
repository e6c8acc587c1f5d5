/** Figures of an answer as people read them. Pure; `Intl` knows the separators. */
import type { MessageRow } from '#lib/db';
import { formatMoney, type Currency } from '#lib/usage';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Tokens and other counts. */
export const count = (amount: number): string => whole.format(amount);

/** A time span in ms, seconds or minutes, from ms. */
export function duration(ms: number): string {
	if (ms > 0 && ms < 99.5) return `${whole.format(Math.max(1, ms))} ms`;
	const seconds = ms / 1000;
	if (seconds < 9.95) return `${tenths.format(seconds)} s`;
	if (seconds < 119.5) return `${whole.format(seconds)} s`;
	const minutes = Math.floor(Math.round(seconds) / 60);
	return `${whole.format(minutes)} min ${whole.format(Math.round(seconds) - minutes * 60)} s`;
}

/** What of an answer's row has figures. */
type Counted = Pick<
	MessageRow,
	'usage' | 'timings' | 'estimatedOutputTokens' | 'costUsd' | 'savedUsd'
>;

/** What stands under an answer, model apart. Unknown figures are left out, never zero. */
export function figuresOf(row: Counted, currency: Currency | null): string[] {
	const { usage, timings, estimatedOutputTokens, costUsd, savedUsd } = row;
	const figures: string[] = [];
	if (usage?.inputTokens !== undefined) figures.push(`${whole.format(usage.inputTokens)} in`);
	if (usage?.cachedInputTokens !== undefined && usage.cachedInputTokens > 0)
		figures.push(`${whole.format(usage.cachedInputTokens)} cached`);
	const output = usage?.outputTokens ?? estimatedOutputTokens;
	const approx = usage?.outputTokens === undefined ? '≈ ' : '';
	if (output !== undefined && output > 0) figures.push(`${approx}${whole.format(output)} out`);
	const { sentAt, firstTokenAt, settledAt } = timings ?? {};
	if (firstTokenAt !== undefined && settledAt !== undefined && output !== undefined) {
		const seconds = (settledAt - firstTokenAt) / 1000;
		const speed = Math.round(output / seconds);
		// Below 1 it is the silence that was measured.
		if (seconds > 0.1 && output > 1 && speed > 0)
			figures.push(`${approx}${whole.format(speed)} tok/s`);
	}
	if (sentAt !== undefined && firstTokenAt !== undefined)
		figures.push(`${duration(firstTokenAt - sentAt)} to first token`);
	if (costUsd !== undefined)
		figures.push(`${usage?.costUsd === undefined ? approx : ''}${formatMoney(costUsd, currency)}`);
	// A cache that was filled and not yet read has cost more than it saved: no saving to show.
	if (savedUsd !== undefined && savedUsd > 0)
		figures.push(`${formatMoney(savedUsd, currency)} saved`);
	return figures;
}
