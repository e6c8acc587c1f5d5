import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Limits, type Reservation, WINDOW_MS, decide } from './log.ts';

/** Lets requests through one after the other, each as early as it may. */
function run(
	arrivals: readonly { readonly gap: number; readonly tokens: number }[],
	limits: Limits
): Reservation[] {
	const log: Reservation[] = [];
	let now = 1_000_000;
	for (const { gap, tokens } of arrivals) {
		now += gap;
		let decision = decide(log, tokens, limits, now);
		while (decision.kind === 'wait') {
			expect(decision.until).toBeGreaterThan(now);
			now = decision.until;
			decision = decide(log, tokens, limits, now);
		}
		if (decision.kind === 'go') log.push({ at: now, tokens });
	}
	return log;
}

const arrivals = fc.array(
	fc.record({
		gap: fc.integer({ min: 0, max: 20_000 }),
		tokens: fc.integer({ min: 1, max: 5_000 })
	}),
	{ maxLength: 60 }
);
const limits = fc.record({
	requestsPerMinute: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
	tokensPerMinute: fc.option(fc.integer({ min: 100, max: 12_000 }), { nil: undefined })
});

describe('decide', () => {
	it('never lets more than the limit through in any 60 seconds', () => {
		fc.assert(
			fc.property(arrivals, limits, (requests, allowed) => {
				const log = run(requests, allowed);
				for (const { at: end } of log) {
					const window = log.filter(({ at }) => at > end - 60_000 && at <= end);
					const tokens = window.reduce((sum, entry) => sum + entry.tokens, 0);
					expect(window.length).toBeLessThanOrEqual(allowed.requestsPerMinute ?? Infinity);
					expect(tokens).toBeLessThanOrEqual(allowed.tokensPerMinute ?? Infinity);
				}
			})
		);
	});

	it('lets everything through in the end, or says at once that it never fits', () => {
		fc.assert(
			fc.property(arrivals, limits, (requests, allowed) => {
				const fitting = requests.filter(
					({ tokens }) => tokens <= (allowed.tokensPerMinute ?? Infinity)
				);
				expect(run(requests, allowed)).toHaveLength(fitting.length);
			})
		);
	});

	it('waits no longer than it must', () => {
		const log = [
			{ at: 1_000, tokens: 100 },
			{ at: 2_000, tokens: 100 }
		];
		expect(decide(log, 100, { requestsPerMinute: 2 }, 3_000)).toEqual({
			kind: 'wait',
			until: 1_000 + WINDOW_MS
		});
		expect(decide(log, 100, { tokensPerMinute: 250 }, 3_000)).toEqual({
			kind: 'wait',
			until: 1_000 + WINDOW_MS
		});
		expect(decide(log, 100, { tokensPerMinute: 300 }, 3_000)).toEqual({ kind: 'go' });
	});

	it('obeys a wait that the provider named', () => {
		expect(decide([], 1, {}, 1_000, 39_000)).toEqual({ kind: 'wait', until: 39_000 });
	});

	it('waits a minute at most when the clock was set back', () => {
		const log = [{ at: 9_000_000, tokens: 1 }];
		expect(decide(log, 1, { requestsPerMinute: 1 }, 1_000)).toEqual({
			kind: 'wait',
			until: 1_000 + WINDOW_MS
		});
	});

	it('takes absurd limits as unset', () => {
		expect(decide([], 5, { requestsPerMinute: -3, tokensPerMinute: 0 }, 1_000).kind).toBe('go');
	});
});
