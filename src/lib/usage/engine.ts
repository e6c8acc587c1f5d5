/** Usage as the engine knows it: requests are written down here, budgets are kept. */
import {
	bookkeeping,
	markForSync,
	nextStamp,
	stamped,
	type ConnectionId,
	type Database
} from '#lib/db/engine';
import type { UsageVerbs } from '#lib/engine/engine';

export { checkBudget } from './queries.ts';
export { recordUsage, usageRow, usageTables, type FinishedRequest } from './record.ts';
export { describeStop } from './words.ts';

/** `now` in ms since the epoch. A budget for a connection that is gone is let be. */
export function createUsageVerbs({
	db,
	now
}: {
	readonly db: Database;
	readonly now: () => number;
}): UsageVerbs {
	return {
		async setBudget(id: ConnectionId, budget) {
			await db.transaction('rw', [db.connections, ...bookkeeping(db)], async () => {
				const row = await db.connections.get(id);
				if (row === undefined) return;
				const at = now();
				const stamps = stamped(row.stamps, { budget }, await nextStamp(db, at));
				await db.connections.put({ ...row, budget, stamps });
				await markForSync(db, 'connections', row, id, at);
			});
		}
	};
}
