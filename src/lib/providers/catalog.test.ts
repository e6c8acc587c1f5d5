import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildCatalog, catalogText, readCatalogText } from '../../../scripts/catalog.js';
import { catalogModels, matchCatalog, type Catalog } from './catalog.ts';
import { presets } from './presets.ts';

const catalog = JSON.parse(readCatalogText()) as Catalog;

test('catalog.json is what `npm run catalog` makes of the installed data package', async () => {
	expect(readCatalogText()).toBe(catalogText(await buildCatalog(catalog.asOf)));
});

test('catalog.json stays small', () => {
	expect(gzipSync(readCatalogText()).length).toBeLessThan(25_000);
});

test('every provider a preset names is in the catalog', () => {
	for (const { catalog: id } of Object.values(presets))
		if (id !== undefined) expect(catalog.providers[id]?.length).toBeGreaterThan(3);
});

describe('matchCatalog', () => {
	const find = (provider: string, modelId: string) =>
		matchCatalog(catalog.providers[provider] ?? [], modelId)?.id;

	test.each([
		['openai', 'gpt-4o', 'gpt-4o'],
		['openai', 'gpt-4o-mini', 'gpt-4o-mini'],
		['openai', 'gpt-4o-2024-08-06', 'gpt-4o'],
		['openai', 'gpt-5.4-2026-03-05', 'gpt-5.4'],
		['anthropic', 'claude-haiku-4-5-20251001', 'claude-haiku-4-5'],
		['anthropic', 'claude-opus-5-5-20260901', 'claude-opus-5-5'],
		['anthropic', 'claude-sonnet-4-6', 'claude-sonnet-4-6'],
		['google', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
		['fireworks', 'accounts/fireworks/models/deepseek-r1-0528', 'deepseek-r1-0528']
	])('%s: %s is %s', (provider, modelId, expected) => {
		expect(find(provider, modelId)).toBe(expected);
	});

	test('an unknown model is unknown', () => {
		expect(find('openai', 'gpt-99')).toBeUndefined();
		expect(find('nobody', 'gpt-4o')).toBeUndefined();
	});
});

test('a model comes with its window and the day of its prices', async () => {
	expect(
		(await catalogModels('anthropic', ['claude-haiku-4-5-20251001'])).get(
			'claude-haiku-4-5-20251001'
		)
	).toMatchObject({
		id: 'claude-haiku-4-5-20251001',
		contextWindow: 200_000,
		prices: { input: 1, output: 5, cachedInput: 0.1, asOf: catalog.asOf }
	});
});

test('a longer input has its own price where the provider says so', async () => {
	const model = (await catalogModels('xai', ['grok-4.6'])).get('grok-4.6');
	expect(model?.prices?.longInput).toMatchObject({ above: 199_999, input: 4, output: 12 });
});

test('hosts outside the catalog answer from their preset, others not at all', async () => {
	const found = await catalogModels('typhoon', ['typhoon-v2.5-30b-a3b-instruct', 'x']);
	expect([...found.keys()]).toEqual(['typhoon-v2.5-30b-a3b-instruct']);
	expect((await catalogModels('custom', ['gpt-4o'])).get('gpt-4o')).toBeUndefined();
});
