/**
 * When may a request go out? Pure. A sliding log of the last minute's reservations: unlike a token
 * bucket, which lets nearly twice the limit through in its worst minute, no 60 seconds ever hold
 * more than the limit.
 */

/** What one key allows in any 60 seconds. Missing: no limit. */
export interface Limits {
	readonly requestsPerMinute?: number | undefined;
	readonly tokensPerMinute?: number | undefined;
}

/** A request that went out, or is going out now. */
export interface Reservation {
	/** ms since the epoch. */
	readonly at: number;
	/** Input and expected output; corrected when the provider reports. */
	readonly tokens: number;
}

export type Decision =
	| { readonly kind: 'go' }
	/** ms since the epoch. */
	| { readonly kind: 'wait'; readonly until: number }
	/** More tokens than a whole minute allows. */
	| { readonly kind: 'never'; readonly tokens: number; readonly allowed: number };

/** A minute, and half a second for the way to the provider and its own clock. */
export const WINDOW_MS = 60_500;

const usable = (limit: number | undefined): number =>
	limit !== undefined && limit > 0 ? limit : Number.POSITIVE_INFINITY;

/**
 * Decides on one request.
 * @param log any order; entries older than the window are ignored, entries from the future (the
 * clock was set back) count as of now
 * @param blockedUntil the provider said to wait until then (ms since the epoch)
 */
export function decide(
	log: readonly Reservation[],
	tokens: number,
	limits: Limits,
	now: number,
	blockedUntil = 0
): Decision {
	const maxRequests = Math.max(1, usable(limits.requestsPerMinute));
	const maxTokens = usable(limits.tokensPerMinute);
	if (tokens > maxTokens) return { kind: 'never', tokens, allowed: maxTokens };

	const recent = log
		.map((entry) => ({ ...entry, at: Math.min(entry.at, now) }))
		.filter(({ at }) => at > now - WINDOW_MS)
		.toSorted((a, b) => a.at - b.at);
	let requests = recent.length;
	let spent = recent.reduce((sum, entry) => sum + entry.tokens, 0);
	let until = blockedUntil;
	for (const entry of recent) {
		if (requests < maxRequests && spent + tokens <= maxTokens) break;
		until = Math.max(until, entry.at + WINDOW_MS);
		requests -= 1;
		spent -= entry.tokens;
	}
	return until > now ? { kind: 'wait', until } : { kind: 'go' };
}
