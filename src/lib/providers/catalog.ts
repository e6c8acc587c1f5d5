import { once } from './once.ts';
import { presets } from './presets.ts';
import type { ModelInfo, ModelPrices, PresetId } from './types.ts';

/** One model in `catalog.json`. */
export interface CatalogEntry {
	readonly id: string;
	readonly name?: string;
	/** Context window in tokens. */
	readonly window?: number;
	/** USD per million tokens: input, output, cached input, cache write. */
	readonly prices?: readonly (number | null)[];
	/** Input length above which `long` replaces `prices`. */
	readonly above?: number;
	readonly long?: readonly (number | null)[];
	/**
	 * Alternatives; one is a clause, or several that must all hold. A clause is a mark and a text:
	 * `=` equals, `^` starts with, `$` ends with, `~` contains, `/` regular expression.
	 */
	readonly match: readonly (string | readonly string[])[];
}

export interface Catalog {
	/** Day whose prices it holds, `YYYY-MM-DD`. */
	readonly asOf: string;
	readonly providers: Readonly<Record<string, readonly CatalogEntry[]>>;
}

function holds(clause: string, id: string): boolean {
	const text = clause.slice(1);
	switch (clause[0]) {
		case '=':
			return id === text.toLowerCase();
		case '^':
			return id.startsWith(text.toLowerCase());
		case '$':
			return id.endsWith(text.toLowerCase());
		case '~':
			return id.includes(text.toLowerCase());
		default:
			return new RegExp(text, 'i').test(id);
	}
}

/** How exactly an entry names the id: 0 not at all; an exact name beats any pattern. */
function score(entry: CatalogEntry, id: string): number {
	if (entry.id.toLowerCase() === id) return 10_000;
	let best = 0;
	for (const alternative of entry.match) {
		const clauses = typeof alternative === 'string' ? [alternative] : alternative;
		if (!clauses.every((clause) => holds(clause, id))) continue;
		const exact = clauses.some((clause) => clause.startsWith('='));
		best = Math.max(best, exact ? 9_000 : Math.max(...clauses.map((clause) => clause.length)));
	}
	return best;
}

/**
 * The entry that speaks of a model id, or none. Ids are matched without `models/`, without regard
 * to case, and, when nothing else fits, without a date or `-latest` at the end: a dated snapshot
 * costs what its model costs.
 */
export function matchCatalog(
	entries: readonly CatalogEntry[],
	modelId: string
): CatalogEntry | undefined {
	const id = modelId.toLowerCase().replace(/^models\//, '');
	const undated = id.replace(/(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest))$/, '');
	for (const candidate of new Set([id, undated])) {
		let best: CatalogEntry | undefined;
		let bestScore = 0;
		for (const entry of entries) {
			const value = score(entry, candidate);
			if (value > bestScore) {
				best = entry;
				bestScore = value;
			}
		}
		if (best !== undefined) return best;
	}
	return undefined;
}

function pricesOf(row: readonly (number | null)[]): Omit<ModelPrices, 'asOf' | 'longInput'> {
	const [input, output, cachedInput, cacheWrite] = row;
	return {
		...(typeof input === 'number' && { input }),
		...(typeof output === 'number' && { output }),
		...(typeof cachedInput === 'number' && { cachedInput }),
		...(typeof cacheWrite === 'number' && { cacheWrite })
	};
}

/** A catalog entry in the words of `ModelInfo`, under the id it was asked for. */
function entryToModel(entry: CatalogEntry, modelId: string, asOf: string): ModelInfo {
	return {
		id: modelId,
		...(entry.name !== undefined && { name: entry.name }),
		...(entry.window !== undefined && { contextWindow: entry.window }),
		...(entry.prices !== undefined && {
			prices: {
				...pricesOf(entry.prices),
				...(entry.above !== undefined &&
					entry.long !== undefined && {
						longInput: { above: entry.above, ...pricesOf(entry.long) }
					}),
				asOf
			}
		})
	};
}

/** `catalog.json`, a chunk of its own. */
const loadCatalog = once(() => import('./catalog.json').then((module): Catalog => module.default));

/**
 * What the catalog (or, for hosts that are not in it, the preset) knows of some models, in their
 * order; unknown ones are missing. Without network on first use there is no catalog: then nothing
 * is known, which is no error.
 */
export async function catalogModels(
	presetId: PresetId,
	modelIds: readonly string[]
): Promise<Map<string, ModelInfo>> {
	const preset = presets[presetId];
	const known = new Map(preset.knownModels?.map((model) => [model.id, model]));
	const catalog =
		preset.catalog === undefined ? undefined : await loadCatalog().catch(() => undefined);
	const entries = catalog?.providers[preset.catalog ?? ''] ?? [];
	const found = new Map<string, ModelInfo>();
	for (const modelId of modelIds) {
		const entry = matchCatalog(entries, modelId);
		const model =
			catalog !== undefined && entry !== undefined
				? entryToModel(entry, modelId, catalog.asOf)
				: known.get(modelId);
		if (model !== undefined) found.set(modelId, model);
	}
	return found;
}
