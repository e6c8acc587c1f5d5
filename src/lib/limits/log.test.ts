import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionId, ReservationRow } from '#lib/db';
import { type Limits, WINDOW_MS, decide, decideAside, decideWithin, look } from './log.ts';

/** Lets requests through one after the other, each as early as it may. */
function run(
	arrivals: readonly { readonly gap: number; readonly tokens: number }[],
	limits: Limits
): { at: number; tokens: number }[] {
	const log: { at: number; tokens: number }[] = [];
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

	it('puts a new request behind everybody who waits', () => {
		const log = [
			{ at: 1_000, tokens: 900 },
			{ at: 1_000 + WINDOW_MS, tokens: 950, waiting: { seenAt: 2_000 } }
		];
		expect(decide(log, 10, { tokensPerMinute: 1_000 }, 2_000)).toEqual({
			kind: 'wait',
			until: 1_000 + WINDOW_MS
		});
		expect(decideAside([], 600, { tokensPerMinute: 1_000 }, 2_000).kind).toBe('go');
		expect(decideAside(log, 10, {}, 2_000).kind).toBe('wait');
	});

	it('takes absurd limits as unset', () => {
		expect(decide([], 5, { requestsPerMinute: -3, tokensPerMinute: 0 }, 1_000).kind).toBe('go');
	});
});

describe('decideWithin', () => {
	const models = ['a', 'b'] as const;
	const requests = fc.array(
		fc.record({
			gap: fc.integer({ min: 0, max: 15_000 }),
			tokens: fc.integer({ min: 1, max: 3_000 }),
			modelId: fc.constantFrom(...models)
		}),
		{ maxLength: 40 }
	);

	it('never lets more through than the connection allows, nor than each model does', () => {
		fc.assert(
			fc.property(requests, limits, limits, limits, (asked, whole, a, b) => {
				const own = { a, b };
				const log: { at: number; tokens: number; modelId: string }[] = [];
				let now = 1_000_000;
				for (const { gap, tokens, modelId } of asked) {
					now += gap;
					const order = { tokens, limits: { ...whole, ofModel: { ...own[modelId], modelId } } };
					let decision = decideWithin(log, order, now);
					if (decision.kind === 'wait') {
						now = decision.until;
						decision = decideWithin(log, order, now);
						// One wait is enough while nobody else comes.
						expect(decision.kind).toBe('go');
					}
					if (decision.kind === 'go') log.push({ at: now, tokens, modelId });
					else expect(tokens).toBeGreaterThan(decision.kind === 'never' ? decision.allowed : 0);
				}
				const holds = (entries: typeof log, allowed: Limits): void => {
					for (const { at: end } of entries) {
						const minute = entries.filter(({ at }) => at > end - 60_000 && at <= end);
						const tokens = minute.reduce((sum, entry) => sum + entry.tokens, 0);
						expect(minute.length).toBeLessThanOrEqual(allowed.requestsPerMinute ?? Infinity);
						expect(tokens).toBeLessThanOrEqual(allowed.tokensPerMinute ?? Infinity);
					}
				};
				holds(log, whole);
				for (const id of models)
					holds(
						log.filter(({ modelId }) => modelId === id),
						own[id]
					);
			})
		);
	});

	it('keeps nobody waiting for the limits of another model', () => {
		const log = [
			{ at: 1_000, tokens: 900, modelId: 'a' },
			{ at: 1_000 + WINDOW_MS, tokens: 900, modelId: 'a', waiting: { seenAt: 2_000 } }
		];
		const of = (modelId: string, whole: Limits = {}) =>
			decideWithin(
				log,
				{ tokens: 500, limits: { ...whole, ofModel: { modelId, tokensPerMinute: 1_000 } } },
				2_000
			);
		expect(of('b')).toEqual({ kind: 'go' });
		expect(of('a')).toEqual({ kind: 'wait', until: 1_000 + 2 * WINDOW_MS });
		// Where the connection has limits of its own there is one line.
		expect(of('b', { requestsPerMinute: 30 })).toEqual({ kind: 'wait', until: 1_000 + WINDOW_MS });
	});
});

/** Of one request in the line of several tabs. */
const asked = fc.record({
	gap: fc.integer({ min: 0, max: 15_000 }),
	tokens: fc.integer({ min: 1, max: 1_000 }),
	/** Of what was asked for, what it took in the end. */
	took: fc.constantFrom(1, 0.2, 0.9),
	priority: fc.constantFrom('turn', 'turn', 'background'),
	/** How late its tab wakes when the time has come. */
	late: fc.constantFrom(0, 0, 700, 20_000),
	/** The clock is set back just before (ms). */
	setBack: fc.constantFrom(0, 0, 0, 4_000, 3_600_000),
	patience: fc.constantFrom(Infinity, Infinity, 10_000)
});
type Asked = typeof asked extends fc.Arbitrary<infer Value> ? Value : never;

const both: Limits = { requestsPerMinute: 4, tokensPerMinute: 2_000 };
const LOOK_AGAIN = 5_000;

/** Plays tabs that share a log: each look is atomic, everything else happens in any order. */
function play(requests: readonly Asked[]) {
	const log = new Map<string, ReservationRow>();
	let real = 1e9;
	let offset = 0;
	const sent: { at: number; tokens: number; place: number; priority: string }[] = [];
	const gaveUp: number[] = [];
	const events: { at: number; act: () => void }[] = [];
	const at = (time: number, act: () => void) => events.push({ at: time, act });
	let arrival = real;
	requests.forEach((request, place) => {
		arrival += request.gap;
		const since = arrival;
		const id = String(place).padStart(4, '0');
		const ask = () => {
			if (real - since > request.patience) {
				log.delete(id);
				gaveUp.push(place);
				return;
			}
			const now = real + offset;
			const { tokens, priority } = request;
			const connectionId = 'connection-1' as ConnectionId;
			const order = { id, connectionId, tokens, limits: both, priority } as const;
			const seen = look([...log.values()], order, now);
			for (const gone of seen.remove) log.delete(gone);
			for (const row of seen.put) log.set(row.id, row);
			if (seen.decision.kind === 'wait') {
				const wait = Math.min(seen.decision.until - now, LOOK_AGAIN);
				const isTime = seen.decision.until - now <= LOOK_AGAIN;
				at(real + wait + (isTime ? request.late : 0), ask);
				return;
			}
			const taken = tokens * request.took;
			sent.push({ at: real, tokens: taken, place, priority });
			const row = log.get(id);
			if (row !== undefined) log.set(id, { ...row, tokens: taken });
		};
		at(arrival, () => {
			offset -= request.setBack;
			ask();
		});
	});
	for (let steps = 0; events.length > 0 && steps < 100_000; steps += 1) {
		events.sort((a, b) => a.at - b.at);
		const next = events.shift();
		if (next === undefined) break;
		real = Math.max(real, next.at);
		next.act();
	}
	return { sent, gaveUp, took: real - arrival };
}

describe('the line of several tabs', () => {
	const requests = fc.array(asked, { minLength: 1, maxLength: 30 });

	it('never exceeds the limits in any 60 seconds, whatever the clock does', () => {
		fc.assert(
			fc.property(requests, (all) => {
				const { sent } = play(all);
				for (const { at: end } of sent) {
					const minute = sent.filter(({ at }) => at > end - 60_000 && at <= end);
					expect(minute.length).toBeLessThanOrEqual(4);
					expect(minute.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(2_000);
				}
			}),
			{ numRuns: 300 }
		);
	});

	it('lets everybody through who does not give up, turns in the order of asking', () => {
		fc.assert(
			fc.property(requests, (all) => {
				const prompt = all.map((each) => ({ ...each, late: 0 as const }));
				const { sent, gaveUp, took } = play(prompt);
				expect(sent.length + gaveUp.length).toBe(all.length);
				const turns = sent.filter(({ priority }) => priority === 'turn');
				// Two whose time comes at once may pass each other by one look.
				for (const { place, at } of turns)
					for (const other of turns)
						if (other.place < place) expect(other.at).toBeLessThanOrEqual(at + LOOK_AGAIN);
				// A minute each at the very worst, one more for every time the clock was set back.
				const setBack = all.filter((each) => each.setBack > 0).length;
				expect(took).toBeLessThanOrEqual((all.length + setBack) * 62_000);
			}),
			{ numRuns: 300 }
		);
	});
});
