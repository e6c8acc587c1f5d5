/**
 * What a person sees of fitting requests to a context window: meter, card, “What will be sent”,
 * the choice of a strategy. Loaded after the first paint; knows no conversation, only its verbs.
 */
export { ContextTracker, type ContextSource, type OpenQuery } from './context-tracker.svelte.ts';
export { default as ContextKey } from './ContextKey.svelte';
export { default as StrategyField } from './StrategyField.svelte';
export { default as UnknownWindow } from './UnknownWindow.svelte';
export { strategyText } from './words.ts';

/** What the meter opens. */
export const loadContextCard = async () => (await import('./ContextCard.svelte')).default;
/** “What will be sent”. */
export const loadContextPanel = async () => (await import('./ContextPanel.svelte')).default;
