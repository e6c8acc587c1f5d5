/** Summaries as the engine knows them. */
export { activeSummary, readSummaries } from './active.ts';
export { Summaries } from './summaries.ts';
export { estimateSummary, type SummaryEstimate } from './plan.ts';
export { SummaryError } from './store.ts';
export { SUMMARY_SYSTEM } from './prompt.ts';
export { reasons } from './words.ts';
export type { SummaryOrder, SummaryParts } from './types.ts';
