/** Summaries as the page sees them. */
export { activeSummary, readSummaries } from './active.ts';

/** After the last message that a summary stands for: `{ row, verbs, currency, isPassedOver }`. */
export const loadSummaryLine = async () => (await import('./SummaryLine.svelte')).default;

/** In place of an answer that waits for a summary: `{ progress, currency, onwithout, onstop }`. */
export const loadSummaryWait = async () => (await import('./SummaryWait.svelte')).default;

/** Above an answer that went without a summary: `{ count, reason }`. */
export const loadSummaryMissing = async () => (await import('./SummaryMissing.svelte')).default;

/** Makes a summary of what would stay behind: `{ verbs, query, toSummarise, currency, ondone }`. */
export const loadSummariseKey = async () => (await import('./SummariseKey.svelte')).default;
