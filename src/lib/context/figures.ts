/** Tokens and prices of a request as people read them. Pure. */
import type { ContextMeasure } from '#lib/engine';
import type { MeterPart } from '#lib/ui';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Tokens in full: “4,210”. */
export const tokenCount = (tokens: number): string => whole.format(tokens);

/** Tokens, short: 612, 18.4k, 184k, 1.2M. */
export function shortCount(tokens: number): string {
	if (tokens < 1000) return whole.format(tokens);
	if (tokens < 99_950) return `${tenths.format(tokens / 1000)}k`;
	if (tokens < 999_500) return `${whole.format(tokens / 1000)}k`;
	return `${tenths.format(tokens / 1_000_000)}M`;
}

/**
 * A context window, short; powers of two are read as people say them: 8,192 is 8k. What is round in
 * thousands stays so: 128,000 is a multiple of 1024 too.
 */
export function windowText(tokens: number): string {
	if (tokens >= 1_048_576 && tokens % 1_048_576 === 0)
		return `${whole.format(tokens / 1_048_576)}M`;
	if (tokens >= 1024 && tokens % 1000 !== 0 && tokens % 1024 === 0)
		return `${whole.format(tokens / 1024)}k`;
	return shortCount(tokens).replace('.0', '');
}

/** What is shown of a request: as it was measured, with the draft as it is now. */
export interface ShownContext {
	readonly measure: ContextMeasure;
	/** ≈ tokens of the draft as it is now. */
	readonly draft: number;
	/** Of the whole input. */
	readonly input: number;
	/** By how many tokens it is too long; 0 when it fits. */
	readonly overBy: number;
	/** USD; undefined when the price is unknown. */
	readonly costUsd: number | undefined;
	/** True when any count is an estimate: shown with ≈. */
	readonly isApproximate: boolean;
	/** From 80 % of what the input may have. */
	readonly isNear: boolean;
}

/**
 * A measure brought up to date with what was typed since.
 * @param typed ≈ tokens that the draft has gained since the measure; negative when it has lost some
 * @param isOther whether the draft is another one, be it as long
 */
export function shownContext(
	measure: ContextMeasure,
	typed: number,
	isOther = typed !== 0
): ShownContext {
	const { parts, budget, failure, inputCostUsd } = measure;
	const draft = Math.max(0, parts.draft + typed);
	const input = parts.input - parts.draft + draft;
	const overBy = failure === undefined ? 0 : Math.max(0, failure.overBy + draft - parts.draft);
	return {
		measure,
		draft,
		// What has no room makes room for it: only a failure is shown as more than fits.
		input: failure === undefined ? Math.min(input, Math.max(budget.input, parts.input)) : input,
		overBy,
		isApproximate: measure.isApproximate || (isOther && draft > 0),
		costUsd:
			inputCostUsd === undefined || parts.input === 0
				? inputCostUsd
				: (inputCostUsd * input) / parts.input,
		isNear: budget.input > 0 && input >= budget.input * 0.8
	};
}

/** The parts of the groove, from left to right. */
export function meterParts({ measure, draft }: ShownContext): MeterPart[] {
	const { system, pinned, history, summary, attachments } = measure.parts;
	return [
		{ kind: 'system', amount: system },
		{ kind: 'pinned', amount: pinned },
		{ kind: 'conversation', amount: summary + history + attachments },
		{ kind: 'message', amount: draft },
		{ kind: 'reserved', amount: measure.budget.reservedOutput }
	];
}
