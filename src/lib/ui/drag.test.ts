import { expect, test } from 'vitest';
import { intent, settlesOpen, shareShown } from './drag.ts';

const at = (x: number, y = 400, time = 0) => ({ x, y, time });

test('a finger is undecided for 8 px, then means the drawer or the page', () => {
	expect(intent(at(10), at(16, 403), true)).toBeUndefined();
	expect(intent(at(10), at(30, 408), true)).toBe('drag');
	expect(intent(at(10), at(20, 420), true)).toBe('other');
	expect(intent(at(30), at(10), true)).toBe('other');
	expect(intent(at(200), at(180), false)).toBe('drag');
});

test('the drawer follows one to one and stops at its ends', () => {
	expect(shareShown(at(10), at(160), 300, true)).toBe(0.5);
	expect(shareShown(at(10), at(390), 300, true)).toBe(1);
	expect(shareShown(at(200), at(140), 300, false)).toBe(0.8);
	expect(shareShown(at(100), at(140), 300, false)).toBe(1);
});

test('speed decides, place when it is slow or has come to rest', () => {
	expect(settlesOpen(0.2, at(60, 400, 0), at(90, 400, 16), 20)).toBe(true);
	expect(settlesOpen(0.8, at(90, 400, 0), at(60, 400, 16), 20)).toBe(false);
	expect(settlesOpen(0.2, at(60, 400, 0), at(90, 400, 16), 400)).toBe(false);
	expect(settlesOpen(0.6, at(200, 400, 0), at(201, 400, 16), 20)).toBe(true);
});
