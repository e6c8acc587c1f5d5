/** Usage as the page knows it: money, budgets, totals. */
export { formatMoney, type Currency } from './money.ts';
export { checkBudget, readConversationUsage } from './queries.ts';
export { conversationCost } from './totals.ts';

/** Settings → Usage. */
export const loadUsagePage = async () => (await import('./UsagePage.svelte')).default;
