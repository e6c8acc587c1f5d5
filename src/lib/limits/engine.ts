/** Requests and tokens per minute, per connection, shared by all tabs. */
export { Limiter, LimitError, waitUntil, type AcquireOptions, type Grant } from './limiter.ts';
export { decide, WINDOW_MS, type Decision, type Limits, type Reservation } from './log.ts';
