import { describe, expect, test } from 'vitest';
import { costOf, mergeModel } from './models.ts';

describe('mergeModel', () => {
	const catalog = {
		id: 'gpt-x',
		name: 'GPT X',
		contextWindow: 1000,
		prices: { input: 1, output: 2, asOf: '2026-11-01' },
		capabilities: { vision: true, tools: true }
	};

	test('the list wins over the catalog, the person over both', () => {
		expect(
			mergeModel(
				catalog,
				{ id: 'gpt-x-2026', contextWindow: 2000, capabilities: { vision: false } },
				{ name: 'Mine', capabilities: { reasoning: true } }
			)
		).toEqual({
			id: 'gpt-x-2026',
			name: 'Mine',
			contextWindow: 2000,
			prices: { input: 1, output: 2, asOf: '2026-11-01' },
			capabilities: { vision: false, tools: true, reasoning: true }
		});
	});

	test('unknown stays unknown', () => {
		expect(mergeModel(undefined, { id: 'x' })).toEqual({ id: 'x' });
	});
});

describe('costOf', () => {
	const prices = { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 };

	test('counts cached and written tokens at their own price, once', () => {
		expect(
			costOf(
				{ inputTokens: 1000, cachedInputTokens: 600, cacheWriteTokens: 100, outputTokens: 200 },
				prices
			)
		).toBeCloseTo((300 * 3 + 600 * 0.3 + 100 * 3.75 + 200 * 15) / 1e6, 12);
	});

	test('takes what the provider charged before anything else', () => {
		expect(costOf({ costUsd: 0.01, inputTokens: 1 }, prices)).toBe(0.01);
	});

	test('uses the price of long inputs above their limit', () => {
		const tiered = { ...prices, longInput: { above: 1000, input: 6, output: 20 } };
		expect(costOf({ inputTokens: 1000, outputTokens: 0 }, tiered)).toBeCloseTo(0.003, 12);
		expect(costOf({ inputTokens: 1001, outputTokens: 0 }, tiered)).toBeCloseTo(0.006006, 12);
	});

	test('is unknown rather than wrong, and free rather than unknown', () => {
		expect(costOf({ inputTokens: 10, outputTokens: 10 }, undefined)).toBeUndefined();
		expect(costOf({ inputTokens: 10 }, prices)).toBeUndefined();
		expect(costOf({ inputTokens: 10, outputTokens: 10 }, { input: 1 })).toBeUndefined();
		expect(costOf({ inputTokens: 10, outputTokens: 10 }, { input: 0, output: 0 })).toBe(0);
	});
});
