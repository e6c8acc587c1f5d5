/** Reads of usage: totals for what is shown, single requests only for an export. */
import type {
	ConnectionId,
	ConversationId,
	Database,
	UsageRow,
	UsageTotalKey,
	UsageTotalRow
} from '#lib/db';
import { budgetState, type BudgetState } from './budget.ts';
import { localDay, monthOf } from './days.ts';

/** The totals of the days or months from one to another, both included, in order. */
export function readTotals(
	db: Database,
	span: UsageTotalRow['span'],
	from: string,
	to: string
): Promise<UsageTotalRow[]> {
	return db.usageTotals
		.where('[span+start+connectionId+modelId+purpose]')
		.between([span, from], [span, to, []])
		.toArray();
}

/** All requests of one conversation: for `conversationCost`. Reads no message. */
export function readConversationUsage(db: Database, id: ConversationId): Promise<UsageRow[]> {
	return db.usage.where('conversationId').equals(id).toArray();
}

/**
 * The requests from one day to another, both included, a day at a time, so that a long export
 * neither holds all rows at once nor freezes the page.
 */
export async function* requestsByDay(
	db: Database,
	from: string,
	to: string
): AsyncGenerator<UsageRow[]> {
	const days = await db.usage.where('day').between(from, to, true, true).uniqueKeys();
	for (const day of days) yield db.usage.where('day').equals(day).sortBy('at');
}

/**
 * Whether the connection's budget lets another request out. Call it before one; costs two small
 * reads. Without a budget, or for a connection that is not a row, always `ok`.
 */
export async function checkBudget(
	db: Database,
	connectionId: ConnectionId,
	now: number
): Promise<BudgetState | { readonly state: 'ok' }> {
	const budget = (await db.connections.get(connectionId))?.budget;
	if (budget == null) return { state: 'ok' };
	const start: [UsageTotalKey[0], string, ConnectionId] = [
		'month',
		monthOf(localDay(now)),
		connectionId
	];
	const totals = await db.usageTotals
		.where('[span+start+connectionId+modelId+purpose]')
		.between(start, [...start, []])
		.toArray();
	return budgetState(totals, budget, now);
}
