/**
 * When may a request go out? Pure. A sliding log of the last minute's reservations: unlike a token
 * bucket, which lets nearly twice the limit through in its worst minute, no 60 seconds ever hold
 * more than the limit. Who has to wait stands in the log too, at the time when its turn comes, so
 * that everybody knows how long, and nobody overtakes.
 */
import type { ConnectionId, ReservationRow } from '#lib/db/engine';

/** What one key allows in any 60 seconds. Missing: no limit. */
export interface Limits {
	readonly requestsPerMinute?: number | undefined;
	readonly tokensPerMinute?: number | undefined;
}

/** What one request has to keep: the limits of its connection, and perhaps those of its model. */
export interface LimitsInForce extends Limits {
	/** The provider counts each model by itself: only requests to this one count here. */
	readonly ofModel?: Limits & { readonly modelId: string };
}

/** A request that went out, or one that waits for its place. */
type Reservation = Pick<ReservationRow, 'at' | 'tokens' | 'waiting' | 'modelId'>;

export type Decision =
	| { readonly kind: 'go' }
	/** ms since the epoch. */
	| { readonly kind: 'wait'; readonly until: number }
	/** More tokens than a whole minute allows. */
	| { readonly kind: 'never'; readonly tokens: number; readonly allowed: number };

/** A minute, and half a second for the way to the provider and its own clock. */
export const WINDOW_MS = 60_500;

/** Until a call in the background looks again whether anybody waits. */
const YIELD_MS = 1_000;

/** Browsers let a hidden tab look only once a minute; after that it is gone. */
const ABANDONED_MS = 90_000;

const usable = (limit: number | undefined): number =>
	limit !== undefined && limit > 0 ? limit : Number.POSITIVE_INFINITY;

/** Whether an entry says nothing about any later request. */
const isStale = ({ at, waiting }: Reservation, now: number): boolean =>
	waiting === undefined ? at <= now - WINDOW_MS : waiting.seenAt <= now - ABANDONED_MS;

/**
 * The entry as it is to be read: one from the future (the clock was set back) counts as of now, and
 * who waits goes out now at the earliest.
 */
function dated<Entry extends Reservation>(entry: Entry, now: number): Entry {
	const { at, waiting } = entry;
	if (waiting === undefined) return at > now ? { ...entry, at: now } : entry;
	const seenAt = Math.min(waiting.seenAt, now);
	return { ...entry, at: Math.max(at, now), waiting: { seenAt } };
}

/**
 * Decides on one request.
 * @param log what went out, and who waits before this request; any order
 * @param blockedUntil the provider said to wait until then (ms since the epoch)
 */
export function decide(
	log: readonly Reservation[],
	tokens: number,
	limits: Limits,
	now: number,
	blockedUntil = 0
): Decision {
	const maxRequests = Math.max(1, Math.floor(usable(limits.requestsPerMinute)));
	const maxTokens = usable(limits.tokensPerMinute);
	if (tokens > maxTokens) return { kind: 'never', tokens, allowed: maxTokens };

	const known = log
		.filter((entry) => !isStale(entry, now))
		.map((entry) => dated(entry, now))
		.toSorted((a, b) => a.at - b.at);
	// Not before those who wait already.
	const lastWaiting = known.findLast(({ waiting }) => waiting !== undefined);
	let until = Math.max(now, blockedUntil, lastWaiting?.at ?? 0);
	let requests = known.length;
	let spent = known.reduce((sum, entry) => sum + entry.tokens, 0);
	for (const entry of known) {
		if (requests < maxRequests && spent + tokens <= maxTokens) break;
		until = Math.max(until, entry.at + WINDOW_MS);
		requests -= 1;
		spent -= entry.tokens;
	}
	return until > now ? { kind: 'wait', until } : { kind: 'go' };
}

/** What is left of the limits for calls in the background: never all that a person could use. */
function spareOf(limits: Limits, tokens: number): Limits {
	const { requestsPerMinute, tokensPerMinute } = limits;
	return {
		requestsPerMinute:
			requestsPerMinute === undefined ? undefined : Math.max(1, requestsPerMinute - 1),
		// What is larger than half a minute goes out when nothing else does.
		tokensPerMinute:
			tokensPerMinute === undefined ? undefined : Math.max(tokens, tokensPerMinute / 2)
	};
}

/**
 * Decides on one call in the background (a title, a summary): it goes behind everybody who waits,
 * and leaves the last request and half the tokens of a minute to the person.
 */
export function decideAside(
	log: readonly Reservation[],
	tokens: number,
	limits: Limits,
	now: number,
	blockedUntil = 0
): Decision {
	const decision = decide(log, tokens, limits, now, blockedUntil);
	if (decision.kind === 'never') return decision;
	const isWaitedFor = log.some((entry) => entry.waiting !== undefined && !isStale(entry, now));
	const aside = decide(log, tokens, spareOf(limits, tokens), now, blockedUntil);
	if (aside.kind === 'go' && isWaitedFor) return { kind: 'wait', until: now + YIELD_MS };
	return aside;
}

const isLimited = ({ requestsPerMinute, tokensPerMinute }: Limits): boolean =>
	requestsPerMinute !== undefined || tokensPerMinute !== undefined;

/** Whether any limit has to be kept. */
export const hasLimits = ({ ofModel, ...limits }: LimitsInForce): boolean =>
	isLimited(limits) || (ofModel !== undefined && isLimited(ofModel));

/** The one that says no for longer. */
function stricter(a: Decision, b: Decision): Decision {
	if (a.kind === 'never' && b.kind === 'never') return a.allowed <= b.allowed ? a : b;
	if (a.kind === 'never' || b.kind === 'go') return a;
	if (b.kind === 'never' || a.kind === 'go') return b;
	return a.until >= b.until ? a : b;
}

/**
 * Decides by the limits of the connection and by those of the model together. What holds for later
 * holds for ever: who waits for the one keeps the other meanwhile.
 * @param rule decides by either of them
 */
export function decideWithin(
	log: readonly Reservation[],
	{ limits, tokens }: Pick<PlaceRequest, 'limits' | 'tokens'>,
	now: number,
	blockedUntil = 0,
	rule: typeof decide = decide
): Decision {
	const { ofModel } = limits;
	if (ofModel === undefined) return rule(log, tokens, limits, now, blockedUntil);
	const own = log.filter(({ modelId = ofModel.modelId }) => modelId === ofModel.modelId);
	// Who waits for another model alone is in nobody's way.
	const shared = isLimited(limits) ? log : own;
	return stricter(
		rule(shared, tokens, limits, now, blockedUntil),
		rule(own, tokens, ofModel, now, blockedUntil)
	);
}

/** Why a request waits: the limits, or the provider that asked for it. */
export type WaitReason = 'limit' | 'blocked';

/** What is asked for. */
export interface PlaceRequest {
	readonly connectionId: ConnectionId;
	readonly limits: LimitsInForce;
	/** ≈ input plus expected output. */
	readonly tokens: number;
}

/** What one look at the log said, and how the log changes by it. */
export interface Look {
	readonly decision: Decision;
	readonly reason: WaitReason;
	readonly put: readonly ReservationRow[];
	readonly remove: readonly string[];
}

/**
 * One look of one request at its connection's log. All looks come one after the other; between two
 * looks of the same request anything may happen. A turn that has to wait stands in the log from
 * then on.
 * @param request its id is in the order of asking
 */
export function look(
	log: readonly ReservationRow[],
	request: PlaceRequest & { readonly id: string; readonly priority: 'turn' | 'background' },
	now: number,
	blockedUntil = 0
): Look {
	const { id, connectionId, tokens, limits, priority } = request;
	const stale = log.filter((entry) => isStale(entry, now));
	const known = log.filter((entry) => entry.id !== id && !stale.includes(entry));
	const before = known.filter((entry) => entry.waiting === undefined || entry.id < id);
	const decision =
		priority === 'turn'
			? decideWithin(before, request, now, blockedUntil)
			: decideWithin(known, request, now, blockedUntil, decideAside);
	// Once the clock was set back, what is dated later would never end.
	const put = known
		.filter((entry) => entry.waiting === undefined && entry.at > now)
		.map((entry) => dated(entry, now));
	const { ofModel } = limits;
	const place = {
		id,
		connectionId,
		tokens,
		...(ofModel !== undefined && { modelId: ofModel.modelId })
	};
	if (decision.kind === 'go') put.push({ ...place, at: now });
	else if (decision.kind === 'wait' && priority === 'turn')
		put.push({ ...place, at: decision.until, waiting: { seenAt: now } });
	const isBlocked = decision.kind === 'wait' && decision.until <= blockedUntil;
	const reason = isBlocked ? 'blocked' : 'limit';
	return { decision, reason, put, remove: stale.map((entry) => entry.id) };
}
