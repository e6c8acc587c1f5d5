/** Which messages fit a model, and how many tokens a text has. Pure: used by page and engine. */
export { budgetOf, type Budget } from './budget.ts';
export { DraftCount } from './draft-count.ts';
export {
	calibrate,
	calibrated,
	estimateTokens,
	familyFactor,
	MESSAGE_OVERHEAD,
	textWeight,
	UNCALIBRATED,
	type Calibration
} from './estimate.ts';
export {
	endOfExchange,
	exchangesOf,
	fit,
	type FitFailure,
	type FitResult,
	type LeftOutReason,
	type Strategy
} from './fit.ts';
export { strategySchema } from './strategy.ts';
export { parseTokens } from './tokens-text.ts';
