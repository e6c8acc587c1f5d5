/** Numbers and times of connections and models as people read them. Pure. */
import { presets, type ModelInfo, type ModelPrices, type PresetId } from '#lib/providers';

const thousands = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const dollars = new Intl.NumberFormat('en', {
	minimumFractionDigits: 2,
	maximumFractionDigits: 4
});
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/**
 * Tokens, short: 200k, 1M. Powers of two are read as people say them: 131,072 is 128k. What is round
 * in thousands stays so: 128,000 is a multiple of 1024 too, and no one calls it 125k.
 */
export function shortTokens(tokens: number): string {
	if (tokens >= 1_000_000)
		return `${thousands.format(tokens % 1_048_576 === 0 ? tokens / 1_048_576 : tokens / 1e6)}M`;
	if (tokens >= 1000)
		return `${Math.round(tokens / (tokens % 1000 !== 0 && tokens % 1024 === 0 ? 1024 : 1000)).toFixed(0)}k`;
	return String(tokens);
}

/** USD per million tokens, in and out; or why there is no number. */
export function priceText(prices: ModelPrices | undefined, presetId: PresetId): string {
	if (prices?.input === undefined || prices.output === undefined)
		return presets[presetId].local ? 'Local' : 'Unknown';
	if (prices.input === 0 && prices.output === 0) return presets[presetId].local ? 'Local' : 'Free';
	return `${dollars.format(prices.input)} / ${dollars.format(prices.output)}`;
}

/** What a screen reader hears after a model's name. */
export function spokenDetails(info: ModelInfo, presetId: PresetId): string {
	const { contextWindow, capabilities, prices } = info;
	const price = priceText(prices, presetId);
	const parts = [
		capabilities?.vision === true && 'vision',
		capabilities?.reasoning === true && 'reasoning',
		capabilities?.tools === true && 'tools',
		contextWindow !== undefined && `${shortTokens(contextWindow)} context`,
		price.includes('/')
			? `${price.replace('/', 'in,')} out, USD per million`
			: `price ${price.toLowerCase()}`
	];
	return parts.filter((part) => part !== false).join(', ');
}

const units = [
	{ unit: 'day', ms: 86_400_000 },
	{ unit: 'hour', ms: 3_600_000 },
	{ unit: 'minute', ms: 60_000 }
] as const;

/** “4 minutes ago”, “yesterday”; “just now” below a minute. */
export function ago(at: number, now: number): string {
	const passed = Math.max(0, now - at);
	for (const { unit, ms } of units)
		if (passed >= ms) return relative.format(-Math.floor(passed / ms), unit);
	return 'just now';
}

/** “1 model”, “47 models”. */
export function countText(count: number, noun: string): string {
	return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
