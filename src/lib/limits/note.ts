import type { Database } from '#lib/db/engine';
import type { ModelChoice } from '#lib/engine/engine';
import { learntOf, withLearnt, type NamedLimits } from './learn.ts';

/** What is confirmed within this time is not written again (ms). */
const WRITE_AGAIN = 10 * 60_000;

/** Keeps what a provider said of its limits, on this device alone. Writes when it is news. */
export async function noteLimits(
	db: Database,
	{ connectionId, modelId }: ModelChoice,
	said: NamedLimits,
	now: number
): Promise<void> {
	await db.transaction('rw', db.connections, async () => {
		const row = await db.connections.get(connectionId);
		if (row === undefined) return;
		const known = learntOf(row, modelId);
		const next = withLearnt(row, modelId, said, now);
		const learnt = learntOf(next, modelId);
		const isSame =
			known?.requestsPerMinute === learnt?.requestsPerMinute &&
			known?.tokensPerMinute === learnt?.tokensPerMinute;
		if (known !== undefined && isSame && Math.abs(now - known.at) < WRITE_AGAIN) return;
		await db.connections.put(next);
	});
}
