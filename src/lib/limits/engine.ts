/** Requests and tokens per minute, per connection, shared by all tabs. */
export { Limiter, LimitError, waitUntil, type AcquireOptions, type Grant } from './limiter.ts';
export { type Limits, type PlaceRequest, type WaitReason } from './log.ts';
export { limitsFromHeaders, limitsFromWords, limitsInForce, type NamedLimits } from './learn.ts';
export { noteLimits } from './note.ts';
