import type { MessageRow } from '#lib/db';
import { describe, expect, it } from 'vitest';
import { duration, figuresOf, money } from './numbers.ts';

const answer = (fields: Partial<MessageRow>): MessageRow => fields as MessageRow;

describe('figuresOf', () => {
	it('says what the provider reported', () => {
		expect(
			figuresOf(
				answer({
					usage: { inputTokens: 1842, outputTokens: 612 },
					timings: { sentAt: 1_000, firstTokenAt: 1_600, settledAt: 9_870 },
					costUsd: 0.0147
				})
			)
		).toEqual(['1,842 in', '612 out', '74 tok/s', '0.6 s to first token', '$0.0147']);
	});

	it('marks an estimate, and everything reckoned from it', () => {
		expect(
			figuresOf(
				answer({
					estimatedOutputTokens: 100,
					timings: { sentAt: 0, firstTokenAt: 1_000, settledAt: 3_000 },
					costUsd: 0.004
				})
			)
		).toEqual(['≈ 100 out', '≈ 50 tok/s', '1.0 s to first token', '≈ $0.004']);
	});

	it('leaves out what is not known', () => {
		expect(figuresOf(answer({}))).toEqual([]);
	});
});

describe('money and duration', () => {
	it.each([
		[0, '$0.00'],
		[0.0000123, '$0.000012'],
		[0.0147, '$0.0147'],
		[0.05, '$0.05'],
		[12.3456, '$12.35']
	])('shows %d dollars as %s', (usd, text) => {
		expect(money(usd)).toBe(text);
	});

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
