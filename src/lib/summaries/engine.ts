/** Summaries as the engine knows them. */
export { activeSummary, readSummaries } from './active.ts';
export { Summaries } from './summaries.ts';
export { estimateSummary } from './plan.ts';
export { SUMMARY_SYSTEM } from './prompt.ts';
export { reasons } from './words.ts';
