import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearOf, place } from './place.ts';

const viewport = { width: 1000, height: 800 };
const menu = { width: 240, height: 200 };

test('stands below its trigger, edges in line', () => {
	const anchor = { left: 100, top: 100, width: 32, height: 32 };
	expect(place(anchor, menu, viewport, { side: 'below', align: 'start', gap: 5 })).toEqual({
		left: 100,
		top: 137,
		side: 'below',
		maxHeight: 655
	});
	expect(place(anchor, menu, viewport, { side: 'below', align: 'end', gap: 5 }).left).toBe(8);
});

test('goes to the other side only when there is more room', () => {
	const low = { left: 100, top: 700, width: 32, height: 32 };
	expect(place(low, menu, viewport, { side: 'below', align: 'start', gap: 5 })).toMatchObject({
		side: 'above',
		top: 495
	});
	const tall = { width: 240, height: 2000 };
	const high = { left: 100, top: 300, width: 32, height: 32 };
	expect(place(high, tall, viewport, { side: 'below', align: 'start', gap: 5 }).side).toBe('below');
});

test('never leaves the window, never covers its trigger', () => {
	const length = (max: number) => fc.integer({ min: 0, max });
	fc.assert(
		fc.property(
			fc.record({ left: length(968), top: length(768), width: length(32), height: length(32) }),
			fc.record({ width: length(900), height: length(2000) }),
			fc.constantFrom('above' as const, 'below' as const),
			fc.constantFrom('start' as const, 'center' as const, 'end' as const),
			(anchor, size, side, align) => {
				const spot = place(anchor, size, viewport, { side, align, gap: 5 });
				const height = Math.min(size.height, spot.maxHeight);
				expect(spot.left).toBeGreaterThanOrEqual(8);
				expect(spot.left + size.width).toBeLessThanOrEqual(992);
				if (spot.side === 'below') {
					expect(spot.top).toBeGreaterThanOrEqual(anchor.top + anchor.height);
					if (spot.maxHeight > 0) expect(spot.top + height).toBeLessThanOrEqual(792);
				} else {
					expect(spot.top + height).toBeLessThanOrEqual(anchor.top);
					if (spot.maxHeight > 0) expect(spot.top).toBeGreaterThanOrEqual(8);
				}
			}
		)
	);
});

test('stands above all that its trigger is a part of, where there is room', () => {
	const key = { left: 100, top: 740, width: 120, height: 32 };
	const tray = { left: 80, top: 600, width: 700, height: 190 };
	const anchor = clearOf(key, tray, 400, 8);
	const spot = place(anchor, menu, viewport, { side: 'above', align: 'start', gap: 8 });
	expect(spot).toMatchObject({ left: 100, top: 392, side: 'above' });
	expect(clearOf(key, { ...tray, top: 400, height: 390 }, 400, 8)).toBe(key);
	expect(clearOf(key, undefined, 400, 8)).toBe(key);
});
