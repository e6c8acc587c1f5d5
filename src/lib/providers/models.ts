import type { ModelInfo, ModelPrices, Usage } from './types.ts';

function firstKnown<T>(...values: readonly (T | undefined)[]): T | undefined {
	return values.find((value) => value !== undefined);
}

/**
 * What is known of one model from its three sources, the later winning field by field:
 * catalog < the provider's own list < the person's corrections. Prices are one field, because half
 * a price list from one day and half from another is no price list.
 */
export function mergeModel(
	catalog: ModelInfo | undefined,
	listed: ModelInfo,
	user?: Partial<ModelInfo>
): ModelInfo {
	const name = firstKnown(user?.name, listed.name, catalog?.name);
	const contextWindow = firstKnown(
		user?.contextWindow,
		listed.contextWindow,
		catalog?.contextWindow
	);
	const maxOutput = firstKnown(user?.maxOutput, listed.maxOutput, catalog?.maxOutput);
	const prices = firstKnown(user?.prices, listed.prices, catalog?.prices);
	const capabilities = {
		...catalog?.capabilities,
		...listed.capabilities,
		...user?.capabilities
	};
	return {
		id: listed.id,
		...(name !== undefined && { name }),
		...(contextWindow !== undefined && { contextWindow }),
		...(maxOutput !== undefined && { maxOutput }),
		...(prices !== undefined && { prices }),
		...(Object.keys(capabilities).length > 0 && { capabilities })
	};
}

/**
 * Cost of one request in USD: what the provider says it charged, else tokens times prices. Missing
 * when the tokens or a price that matters are unknown; never a guess.
 */
export function costOf(usage: Usage, prices: ModelPrices | undefined): number | undefined {
	if (usage.costUsd !== undefined) return usage.costUsd;
	if (prices === undefined) return undefined;
	const { inputTokens, outputTokens } = usage;
	if (inputTokens === undefined || outputTokens === undefined) return undefined;
	const long = prices.longInput;
	const rates = long !== undefined && inputTokens > long.above ? { ...prices, ...long } : prices;
	if (rates.input === undefined || rates.output === undefined) return undefined;
	const cached = Math.min(usage.cachedInputTokens ?? 0, inputTokens);
	const written = Math.min(usage.cacheWriteTokens ?? 0, inputTokens - cached);
	return (
		((inputTokens - cached - written) * rates.input +
			cached * (rates.cachedInput ?? rates.input) +
			written * (rates.cacheWrite ?? rates.input) +
			outputTokens * rates.output) /
		1e6
	);
}
