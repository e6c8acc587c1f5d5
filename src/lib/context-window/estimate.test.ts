import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNCALIBRATED, calibrate, calibrated, estimateTokens } from './estimate.ts';

describe('estimateTokens', () => {
	it.each([
		['English', 'The quick brown fox jumps over the lazy dog near the river bank today.', 15, 0.35],
		['code', 'for (let i = 0; i < 10; i++) { sum += a[i] * b[i]; }', 24, 0.4],
		['Thai', 'สวัสดีครับ วันนี้อากาศดีมาก', 11, 0.4],
		['Chinese', '今天天气很好，我们去公园散步吧。', 12, 0.4]
	])('comes near the real count of %s text', (_, text, real, tolerance) => {
		expect(Math.abs(estimateTokens(text, 'gpt-4o') - real) / real).toBeLessThan(tolerance);
	});

	it('counts nothing for no text and more for more text', () => {
		expect(estimateTokens('', 'gpt-4o')).toBe(0);
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 1 }), (text, more) => {
				expect(estimateTokens(text + more, 'm')).toBeGreaterThanOrEqual(estimateTokens(text, 'm'));
			})
		);
	});

	it('knows that some families need more tokens', () => {
		const text = 'word '.repeat(200);
		expect(estimateTokens(text, 'claude-sonnet-4-5')).toBeGreaterThan(
			estimateTokens(text, 'gpt-5.1')
		);
	});
});

describe('calibration', () => {
	it('converges to the true ratio', () => {
		fc.assert(
			fc.property(fc.double({ min: 0.65, max: 1.7, noNaN: true }), (truth) => {
				let calibration = UNCALIBRATED;
				for (let turn = 0; turn < 40; turn += 1)
					calibration = calibrate(calibration, { estimated: 1_000, reported: 1_000 * truth });
				expect(calibration.ratio).toBeCloseTo(truth, 3);
				expect(calibrated(1_000, calibration)).toBe(Math.ceil(1_000 * calibration.ratio));
			})
		);
	});

	it('stays within 0.6 and 1.8 whatever is reported', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.double(), fc.double())), (lessons) => {
				const end = lessons.reduce(
					(calibration, [estimated, reported]) => calibrate(calibration, { estimated, reported }),
					UNCALIBRATED
				);
				expect(end.ratio).toBeGreaterThanOrEqual(0.6);
				expect(end.ratio).toBeLessThanOrEqual(1.8);
			})
		);
	});

	it('learns nothing from a tiny request', () => {
		expect(calibrate(UNCALIBRATED, { estimated: 5, reported: 40 })).toBe(UNCALIBRATED);
	});
});
