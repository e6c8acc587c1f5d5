import type { ConversationId, Database, MessageId, SummaryRow } from '#lib/db';

/** All summaries of a conversation, on whatever branch, those taken back included. */
export function readSummaries(db: Database, id: ConversationId): Promise<SummaryRow[]> {
	return db.summaries.where('conversationId').equals(id).toArray();
}

/** The summary that counts on a branch: the newest that was not taken back and stands for a part of it. */
export function activeSummary(
	summaries: readonly SummaryRow[],
	branch: readonly MessageId[]
): SummaryRow | undefined {
	let active: SummaryRow | undefined;
	for (const row of summaries) {
		if (row.removedAt > 0 || row.text.trim() === '' || !branch.includes(row.upToId)) continue;
		if (active === undefined || row.id > active.id) active = row;
	}
	return active;
}
