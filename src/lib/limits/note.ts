import type { ConnectionId, Database } from '#lib/db/engine';
import type { NamedLimits } from './learn.ts';

/** What is confirmed within this time is not written again (ms). */
const WRITE_AGAIN = 10 * 60_000;

/** Keeps what a provider said of its limits, on this device alone. Writes when it is news. */
export async function noteLimits(
	db: Database,
	id: ConnectionId,
	said: NamedLimits,
	now: number
): Promise<void> {
	await db.transaction('rw', db.connections, async () => {
		const row = await db.connections.get(id);
		if (row === undefined) return;
		const known = row.learntLimits;
		// A refusal names one of the two; the other stays as it was.
		const learntLimits = { ...known, ...said, at: now };
		const isSame =
			known?.requestsPerMinute === learntLimits.requestsPerMinute &&
			known?.tokensPerMinute === learntLimits.tokensPerMinute;
		if (known !== undefined && isSame && Math.abs(now - known.at) < WRITE_AGAIN) return;
		await db.connections.put({ ...row, learntLimits });
	});
}
