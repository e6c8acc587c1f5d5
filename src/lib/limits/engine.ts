/** Requests and tokens per minute, per connection, shared by all tabs. */
import type { NamedLimits } from './learn.ts';

export { Limiter, LimitError, NOTHING_LIMITED, waitUntil, type Grant } from './limiter.ts';
export { type Limits, type LimitsInForce, type PlaceRequest } from './log.ts';
export { countedModel, limitsInForce, tightest, withLearnt, type NamedLimits } from './learn.ts';
export { noteLimits } from './note.ts';

const loadNamed = () => import('./named.ts').catch(() => undefined);

/** See `named.ts`, which is loaded with the first answer; undefined, too, when it cannot be. */
export const limitsFromHeaders = async (headers: Headers): Promise<NamedLimits | undefined> =>
	(await loadNamed())?.limitsFromHeaders(headers);

/** See `named.ts`; undefined, too, when it cannot be loaded. */
export const limitsFromWords = async (message: string): Promise<NamedLimits | undefined> =>
	(await loadNamed())?.limitsFromWords(message);
