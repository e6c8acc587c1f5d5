/** What the sidebar reads: never more conversations than it needs. */
import type { ConversationRow, Database, Flag } from '#lib/db';

/** Conversations outside the bin with these marks, latest activity first. */
export function readListed(
	db: Database,
	{ pinned, archived, limit }: { pinned: Flag; archived: Flag; limit: number }
): Promise<ConversationRow[]> {
	return db.conversations
		.where('[trashedAt+archived+pinned+lastActivityAt]')
		.between([0, archived, pinned], [0, archived, pinned, []])
		.reverse()
		.limit(limit)
		.toArray();
}
