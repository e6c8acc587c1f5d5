/** What a line of the picker says. Pure. */
import type { ConnectionChoice } from './choices.ts';
import { priceText, shortTokens, spokenDetails } from './format.ts';
import type { ChoiceLine } from './picker-list.ts';
import { describeSteps } from './route-list.ts';
import { troubleOf, type Trouble } from './status.ts';
import { modelWords as words } from './words.ts';

export interface RowWords {
	readonly name: string;
	/** What a screen reader hears after the name. */
	readonly about: string;
	/** Where it comes from, beside the name. */
	readonly source: string;
	/** The line below the name on a phone, where no column has a head. */
	readonly under: string;
	/** Why it may not answer. */
	readonly trouble: Trouble | undefined;
}

/** What a price says without the head of its column. */
function priceWords(text: string): string {
	if (text === 'Unknown') return 'Price unknown';
	return text.includes('/') ? `$${text.replace('/ ', '/ $')} per M` : text;
}

/**
 * @param choices all that a route's models are looked up in
 * @param namesSource whether nothing above the line says which connection it belongs to
 */
export function rowWords(
	line: ChoiceLine,
	choices: readonly ConnectionChoice[],
	namesSource: boolean
): RowWords {
	if (line.kind === 'route') {
		const { text, isUsable } = describeSteps(line.route, choices);
		return {
			name: line.route.name,
			about: `Route: ${text}`,
			source: text,
			under: text,
			trouble: isUsable ? undefined : { tone: 'bad', text: 'No model can answer' }
		};
	}
	if (line.kind === 'add') {
		const trouble = troubleOf(line.source);
		return {
			name: words.addTo(line.modelId, line.source.label),
			about: [words.unlisted, trouble?.text].filter(Boolean).join(', '),
			source: words.unlisted,
			under: words.unlisted,
			trouble
		};
	}
	const { option, source } = line;
	const { contextWindow, prices } = option.info;
	const trouble = troubleOf(source);
	const about = [
		source.label,
		spokenDetails(option.info, source.presetId),
		option.favourite && 'favourite',
		trouble?.text
	];
	const under = [
		namesSource && source.label,
		contextWindow !== undefined && `${shortTokens(contextWindow)} context`,
		priceWords(priceText(prices, source.presetId))
	];
	return {
		name: option.name,
		about: about.filter(Boolean).join(', '),
		source: source.label,
		under: under.filter(Boolean).join(' · '),
		trouble
	};
}
