/** Usage as the page knows it: money, budgets, totals. */
export { budgetState, WARN_AT, type Budget, type BudgetState } from './budget.ts';
export { formatMoney, type Currency } from './money.ts';
export { checkBudget, readConversationUsage } from './queries.ts';
export { conversationCost, type ConversationCost } from './totals.ts';

/** Settings → Usage. */
export const loadUsagePage = async () => (await import('./UsagePage.svelte')).default;
