/** What is written of summaries: one transaction each, with the clock and the mark for sync. */
import {
	bookkeeping,
	markForSync,
	newRid,
	newSummaryId,
	nextStamp,
	stamped,
	type Database,
	type SummaryId,
	type SummaryRow,
	type UsageRow
} from '#lib/db/engine';
import { recordUsage, usageTables } from '#lib/usage/engine';
import { reasons } from './words.ts';

/** A summary, or what it belongs to, that is no longer here. */
export class SummaryError extends Error {
	override readonly name = 'SummaryError';
	readonly kind = 'not-found';
}

export type NewSummary = Omit<SummaryRow, 'id' | 'rid' | 'createdAt' | 'removedAt' | 'stamps'>;

/**
 * Adds a summary, and writes down the request that ended it.
 * @throws SummaryError when the conversation was deleted meanwhile; the request is written down then too
 */
export async function addSummary(
	db: Database,
	fields: NewSummary,
	usage: UsageRow,
	at: number
): Promise<SummaryRow> {
	const tables = [db.conversations, db.summaries, ...usageTables(db), ...bookkeeping(db)];
	const added = await db.transaction('rw', tables, async () => {
		await recordUsage(db, usage);
		if ((await db.conversations.get(fields.conversationId)) === undefined) return undefined;
		const row: SummaryRow = {
			...fields,
			id: newSummaryId(),
			rid: newRid(),
			createdAt: at,
			removedAt: 0,
			stamps: {}
		};
		await db.summaries.add(row);
		await markForSync(db, 'summaries', row, row.id, at);
		return row;
	});
	if (added === undefined) throw new SummaryError(reasons.goneConversation);
	return added;
}

/** Writes down a request of a summary that is not done yet, or never will be. */
export async function addUsage(db: Database, usage: UsageRow): Promise<void> {
	await db.transaction('rw', [...usageTables(db), ...bookkeeping(db)], () =>
		recordUsage(db, usage)
	);
}

/**
 * Changes what may change of a summary. Writes nothing when it is so already.
 * @throws SummaryError when it is no longer here
 */
export async function changeSummary(
	db: Database,
	id: SummaryId,
	at: number,
	change: (row: SummaryRow) => Partial<Pick<SummaryRow, 'text' | 'source' | 'removedAt'>>
): Promise<void> {
	await db.transaction('rw', [db.summaries, ...bookkeeping(db)], async () => {
		const row = await db.summaries.get(id);
		if (row === undefined) throw new SummaryError(reasons.gone);
		const fields = change(row);
		if (Object.keys(fields).length === 0) return;
		const stamps = stamped(row.stamps, fields, await nextStamp(db, at));
		await db.summaries.put({ ...row, ...fields, stamps });
		await markForSync(db, 'summaries', row, id, at);
	});
}
