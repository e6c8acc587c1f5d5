/**
 * Writes `src/lib/providers/catalog.json`: context windows and prices for the models of our
 * presets, cut from the data package @pydantic/genai-prices. Run by `npm run catalog`; a test
 * compares the file with what this builds.
 */
import { findProvider, waitForUpdate } from '@pydantic/genai-prices';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Providers in the package that a preset names. OpenRouter is left out: its live list says more. */
const PROVIDERS = [
	'openai',
	'anthropic',
	'google',
	'mistral',
	'groq',
	'deepseek',
	'x-ai',
	'together',
	'fireworks',
	'cerebras'
];

/** Models that answer no chat, and other companies' models that one host resells. */
const LEFT_OUT =
	/embed|whisper|tts|transcri|realtime|moderation|voice|-live-|image|audio|ocr|^gpt-image|-maas$|davinci|curie|babbage|^ada$/i;

/** @typedef {import('@pydantic/genai-prices').MatchLogic} MatchLogic */
/** @typedef {import('@pydantic/genai-prices').ModelInfo} Model */
/** @typedef {import('@pydantic/genai-prices').ModelPrice} ModelPrice */
/** @typedef {import('../src/lib/providers/catalog.ts').Catalog} Catalog */
/** @typedef {import('../src/lib/providers/catalog.ts').CatalogEntry} CatalogEntry */

/**
 * One clause as text: `=` equals, `^` starts with, `$` ends with, `~` contains, `/` regex.
 * @param {MatchLogic} match
 * @returns {string}
 */
function clause(match) {
	if ('equals' in match) return `=${match.equals}`;
	if ('starts_with' in match) return `^${match.starts_with}`;
	if ('ends_with' in match) return `$${match.ends_with}`;
	if ('contains' in match) return `~${match.contains}`;
	if ('regex' in match) return `/${match.regex}`;
	throw new Error(`A match clause of a new kind: ${JSON.stringify(match)}`);
}

/**
 * A list of alternatives, each one clause or several that all must hold.
 * @param {MatchLogic} match
 * @returns {(string | string[])[]}
 */
function alternatives(match) {
	if ('or' in match) return match.or.flatMap((inner) => alternatives(inner));
	if ('and' in match) return [match.and.map((inner) => clause(inner))];
	return [clause(match)];
}

/**
 * The prices in force on a day. Discounts by the hour are left out.
 * @param {Model['prices']} prices
 * @param {string} day
 * @returns {ModelPrice}
 */
function pricesOn(prices, day) {
	if (!Array.isArray(prices)) return prices;
	const dated = prices.filter(
		({ constraint }) =>
			constraint === undefined || (constraint.type === 'start_date' && constraint.start_date <= day)
	);
	return dated.at(-1)?.prices ?? {};
}

/**
 * @param {ModelPrice} prices
 * @param {(price: number | { base: number, tiers: { start: number, price: number }[] }) => number | undefined} pick
 * @returns {(number | null)[] | undefined}
 */
function priceRow(prices, pick) {
	const row = ['input_mtok', 'output_mtok', 'cache_read_mtok', 'cache_write_mtok'].map((key) => {
		const price = prices[key];
		return price === undefined ? null : (pick(price) ?? null);
	});
	while (row.at(-1) === null) row.pop();
	return row.length > 0 ? row : undefined;
}

/**
 * @param {Model} model
 * @param {string} day
 * @returns {CatalogEntry | undefined}
 */
function entry(model, day) {
	if (LEFT_OUT.test(model.id)) return undefined;
	const prices = pricesOn(model.prices, day);
	const base = priceRow(prices, (price) => (typeof price === 'number' ? price : price.base));
	if (base === undefined && model.context_window === undefined) return undefined;
	const tiered = Object.values(prices).find((price) => typeof price === 'object');
	const above = tiered?.tiers[0]?.start;
	const long =
		above === undefined
			? undefined
			: priceRow(prices, (price) => (typeof price === 'number' ? price : price.tiers[0]?.price));
	const name = model.name?.replace(/\s*\(free\)$/i, '');
	return {
		id: model.id,
		...(name !== undefined && name !== model.id && { name }),
		...(model.context_window !== undefined && { window: model.context_window }),
		...(base !== undefined && { prices: base }),
		...(above !== undefined && long !== undefined && { above, long }),
		match: alternatives(model.match)
	};
}

/**
 * @param {string} asOf day whose prices count, `YYYY-MM-DD`
 * @returns {Promise<Catalog>}
 */
export async function buildCatalog(asOf) {
	await waitForUpdate();
	/** @type {Record<string, CatalogEntry[]>} */
	const providers = {};
	for (const providerId of PROVIDERS) {
		const provider = findProvider({ providerId });
		if (provider === undefined) throw new Error(`The data package no longer has ${providerId}`);
		providers[providerId] = provider.models
			.filter((model) => providerId !== 'google' || !model.id.startsWith('claude'))
			.map((model) => entry(model, asOf))
			.filter((row) => row !== undefined);
	}
	return { asOf, providers };
}

/**
 * The file's text: one model a line, so that a change of one price is a change of one line.
 * @param {Catalog} catalog
 */
export function catalogText(catalog) {
	const blocks = Object.entries(catalog.providers).map(
		([id, entries]) =>
			`\t\t${JSON.stringify(id)}: [\n${entries.map((row) => `\t\t\t${JSON.stringify(row)}`).join(',\n')}\n\t\t]`
	);
	return `{\n\t"asOf": ${JSON.stringify(catalog.asOf)},\n\t"providers": {\n${blocks.join(',\n')}\n\t}\n}\n`;
}

const file = fileURLToPath(new URL('../src/lib/providers/catalog.json', import.meta.url));

/** The file as it is checked in. */
export const readCatalogText = () => readFileSync(file, 'utf8');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const text = catalogText(await buildCatalog(new Date().toISOString().slice(0, 10)));
	writeFileSync(file, text);
	console.log(`${file}: ${text.length} characters`);
}
