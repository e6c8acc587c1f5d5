import type { MessageRow } from '#lib/db';
import { describe, expect, it } from 'vitest';
import { duration, figuresOf } from './numbers.ts';

const answer = (fields: Partial<MessageRow>): MessageRow => fields as MessageRow;

describe('figuresOf', () => {
	it('says what the provider reported', () => {
		expect(
			figuresOf(
				answer({
					usage: { inputTokens: 1842, outputTokens: 612 },
					timings: { sentAt: 1_000, firstTokenAt: 1_600, settledAt: 9_870 },
					costUsd: 0.0147
				}),
				null
			)
		).toEqual(['1,842 in', '612 out', '74 tok/s', '0.6 s to first token', '$0.015']);
	});

	it('says what came from the cache, what that saved, and all money in the chosen currency', () => {
		const row = { ...answer({ costUsd: 0.02 }), savedUsd: 0.1 };
		const usage = { inputTokens: 9_000, outputTokens: 12, cachedInputTokens: 8_192 };
		const currency = { code: 'EUR', perUsd: 0.5, asOf: '2026-11-21' };
		expect(figuresOf({ ...row, usage }, currency)).toEqual([
			'9,000 in',
			'8,192 cached',
			'12 out',
			'€0.01',
			'€0.05 saved'
		]);
		expect(figuresOf({ usage, savedUsd: -0.01 }, null)).not.toContainEqual(
			expect.stringContaining('saved')
		);
	});

	it('marks an estimate, and everything reckoned from it', () => {
		expect(
			figuresOf(
				answer({
					estimatedInputTokens: 412,
					estimatedOutputTokens: 100,
					timings: { sentAt: 0, firstTokenAt: 1_000, settledAt: 3_000 },
					costUsd: 0.004
				}),
				null
			)
		).toEqual(['≈ 412 in', '≈ 100 out', '≈ 50 tok/s', '1.0 s to first token', '≈ $0.004']);
	});

	it('takes what was reported, and marks a price that rests on one estimate', () => {
		const row = answer({ estimatedInputTokens: 412, usage: { outputTokens: 100 }, costUsd: 0.004 });
		expect(figuresOf(row, null)).toEqual(['≈ 412 in', '100 out', '≈ $0.004']);
		expect(figuresOf({ ...row, usage: { outputTokens: 100, costUsd: 0.004 } }, null)).toEqual([
			'≈ 412 in',
			'100 out',
			'$0.004'
		]);
	});

	it('leaves out a speed that rounds to none: the answer stood still', () => {
		const timings = { sentAt: 0, firstTokenAt: 1_000, settledAt: 301_000 };
		expect(figuresOf(answer({ estimatedOutputTokens: 12, timings }), null)).toEqual([
			'≈ 12 out',
			'1.0 s to first token'
		]);
	});

	it('leaves out a speed that rounds to none: the answer stood still', () => {
		const timings = { sentAt: 0, firstTokenAt: 1_000, settledAt: 301_000 };
		expect(figuresOf(answer({ estimatedOutputTokens: 12, timings }), null)).toEqual([
			'≈ 12 out',
			'1.0 s to first token'
		]);
	});

	it('leaves out what is not known', () => {
		expect(figuresOf(answer({}), null)).toEqual([]);
		const timings = { sentAt: 0, firstTokenAt: 1_000 };
		expect(figuresOf(answer({ estimatedOutputTokens: 100, timings }), null)).toEqual([
			'≈ 100 out',
			'1.0 s to first token'
		]);
	});
});

describe('duration', () => {
	it.each([
		[40, '40 ms'],
		[640, '0.6 s'],
		[9_970, '10 s'],
		[12_400, '12 s'],
		[119_800, '2 min 0 s'],
		[125_000, '2 min 5 s']
	])('shows %d ms as %s', (ms, text) => {
		expect(duration(ms)).toBe(text);
	});
});
