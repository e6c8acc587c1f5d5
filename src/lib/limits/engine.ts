/** Requests and tokens per minute, per connection, shared by all tabs. */
import type { NamedLimits } from './learn.ts';

export { Limiter, LimitError, waitUntil, type Grant } from './limiter.ts';
export { type Limits, type LimitsInForce, type PlaceRequest } from './log.ts';
export {
	countedModel,
	limitsFromWords,
	limitsInForce,
	tightest,
	withLearnt,
	type NamedLimits
} from './learn.ts';
export { noteLimits } from './note.ts';

/** See `headers.ts`, which is loaded with the first answer; undefined, too, when it cannot be. */
export const limitsFromHeaders = async (headers: Headers): Promise<NamedLimits | undefined> => {
	try {
		return (await import('./headers.ts')).limitsFromHeaders(headers);
	} catch {
		return undefined;
	}
};
