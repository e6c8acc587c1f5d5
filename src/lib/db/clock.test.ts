import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observe, tick, type ClockState } from './clock.ts';

const start: ClockState = { deviceId: 'device-1', last: '' };
const time = fc.integer({ min: 0, max: 2 ** 43 });
const MINUTE = 60_000;

/** A stamp of another device. */
const foreign = (at: number) => tick({ deviceId: 'device-2', last: '' }, at).last;

describe('stamps', () => {
	it('always grow, as text, whatever the wall clock says', () => {
		fc.assert(
			fc.property(fc.array(time, { minLength: 2 }), (times) => {
				let clock = start;
				const stamps = times.map((now) => (clock = tick(clock, now)).last);
				expect(stamps).toEqual(stamps.toSorted());
				expect(new Set(stamps).size).toBe(stamps.length);
			})
		);
	});

	it('sort by time first', () => {
		fc.assert(
			fc.property(time, time, (a, b) => {
				fc.pre(a < b);
				expect(foreign(a) < tick(start, b).last).toBe(true);
			})
		);
	});

	it('made after one was seen are later than it', () => {
		fc.assert(
			fc.property(time, fc.integer({ min: -MINUTE, max: MINUTE }), (now, ahead) => {
				fc.pre(now + ahead >= 0);
				const seen = foreign(now + ahead);
				expect(tick(observe(start, seen, now), now).last > seen).toBe(true);
			})
		);
	});

	it('go on in the next millisecond when one has no room left', () => {
		const full = { ...start, last: '0000000003e8ffff-device-1' };
		expect(tick(full, 1000).last).toBe('0000000003e90000-device-1');
	});
});

describe('a stamp from far in the future', () => {
	it('does not drag the clock along', () => {
		const now = 1_750_000_000_000;
		const clock = tick(start, now);
		expect(observe(clock, foreign(now + 6 * MINUTE), now)).toEqual(clock);
	});
});
