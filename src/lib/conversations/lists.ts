/** What the sidebar reads: never more conversations than it needs. */
import type { ConversationId, ConversationRow, Database, Flag } from '#lib/db';
import { generationLock } from '#lib/engine';
import { readRunningKeys } from './queries.ts';

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

/**
 * Conversations in which an answer is being generated, in any tab. Whoever generates holds the
 * answer's lock: what a crash left behind is known at once, long before an engine is there to find it.
 */
export async function readGenerating(db: Database): Promise<Set<ConversationId>> {
	const running = await readRunningKeys(db);
	if (running.length === 0) return new Set();
	const { held = [] } = await navigator.locks.query();
	const names = new Set(held.map(({ name }) => name));
	return new Set(running.filter(([, , id]) => names.has(generationLock(id))).map(([id]) => id));
}
