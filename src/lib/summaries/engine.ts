/** Summaries as the engine knows them. */
export { Summaries } from './summaries.ts';
export { estimateSummary, type SummaryEstimate } from './plan.ts';
export { SummaryError } from './store.ts';
export type { SummaryOrder, SummaryParts } from './types.ts';
