/** How many tokens a request's input may have, and how it is cut. All figures are tokens. */

export interface BudgetInput {
	/** The model's context window; undefined when nobody knows it. */
	readonly contextWindow: number | undefined;
	/** The output limit the person set, if any. */
	readonly maxOutputTokens?: number | undefined;
	/** The model's own output limit, where known. */
	readonly modelMaxOutput?: number | undefined;
	/** The key's tokens-per-minute limit, if any. */
	readonly tokensPerMinute?: number | undefined;
}

export interface Budget {
	/** What the input may have. Never negative. */
	readonly input: number;
	/** Kept free for the answer. */
	readonly reservedOutput: number;
	/** Kept free because counts of unsent text are estimates. */
	readonly margin: number;
	/** The window that was reckoned with. */
	readonly window: number;
	/** What the input ran into: the model, or the key's limit per minute. */
	readonly boundBy: 'window' | 'tokens-per-minute';
	/** Step size for cutting; depends on the window alone. */
	readonly step: number;
}

/** Reckoned with when a model's window is unknown: what nearly every model of today has. */
export const DEFAULT_WINDOW = 8192;

const DEFAULT_RESERVED_OUTPUT = 4096;
const MARGIN_SHARE = 0.02;

/** A usable token count out of anything: absurd values (negative, NaN) count as unset. */
function usable(value: number | undefined): number | undefined {
	return value !== undefined && Number.isFinite(value) && value > 0 ? Math.floor(value) : undefined;
}

/**
 * Room for the answer: what the person asked for, else 4,096, but never more than the model gives
 * nor more than a quarter of the window (half, when it was asked for).
 */
function reservedOutputOf(window: number, input: BudgetInput): number {
	const asked = usable(input.maxOutputTokens);
	const limit = usable(input.modelMaxOutput) ?? Number.POSITIVE_INFINITY;
	const share = Math.floor(window / (asked === undefined ? 4 : 2));
	return Math.min(asked ?? DEFAULT_RESERVED_OUTPUT, limit, share);
}

/** The budget of a request: min(window − reserved output − margin, what one minute's limit allows). */
export function budgetOf(input: BudgetInput): Budget {
	const modelWindow = usable(input.contextWindow) ?? DEFAULT_WINDOW;
	const perMinute = usable(input.tokensPerMinute);
	const boundBy =
		perMinute !== undefined && perMinute < modelWindow ? 'tokens-per-minute' : 'window';
	const window = Math.min(modelWindow, perMinute ?? modelWindow);
	const reservedOutput = reservedOutputOf(window, input);
	const margin = Math.ceil(window * MARGIN_SHARE);
	return {
		input: Math.max(0, window - reservedOutput - margin),
		reservedOutput,
		margin,
		window,
		boundBy,
		step: Math.max(256, Math.floor(modelWindow / 8))
	};
}
