/** A person's corrections to a model, from fields and back. Pure. */
import { parseTokens } from '#lib/context-window';
import type { ModelInfo } from '#lib/providers';

export type Ability = 'vision' | 'reasoning' | 'tools';
/** What is known, or the person's word against it. */
export type AbilityChoice = 'listed' | 'yes' | 'no';

export interface CorrectionFields {
	readonly name: string;
	readonly contextWindow: string;
	readonly maxOutput: string;
	readonly inputPrice: string;
	readonly outputPrice: string;
	readonly abilities: Readonly<Record<Ability, AbilityChoice>>;
}

export type CorrectionField = Exclude<keyof CorrectionFields, 'abilities'>;

const textOf = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** The fields as the stored corrections fill them. */
export function fieldsOf(user: ModelInfo | undefined): CorrectionFields {
	const choice = (ability: Ability): AbilityChoice => {
		const known = user?.capabilities?.[ability];
		return known === undefined ? 'listed' : known ? 'yes' : 'no';
	};
	return {
		name: user?.name ?? '',
		contextWindow: textOf(user?.contextWindow),
		maxOutput: textOf(user?.maxOutput),
		inputPrice: textOf(user?.prices?.input),
		outputPrice: textOf(user?.prices?.output),
		abilities: {
			vision: choice('vision'),
			reasoning: choice('reasoning'),
			tools: choice('tools')
		}
	};
}

function priceOf(text: string): number | undefined {
	const price = Number(text.trim().replace(/^\$/, '').replace(',', '.'));
	return Number.isFinite(price) && price >= 0 && price <= 1e6 ? price : undefined;
}

export type Correction =
	| { readonly ok: true; readonly user: ModelInfo | null }
	| { readonly ok: false; readonly problems: Partial<Record<CorrectionField, string>> };

/**
 * The corrections that the fields hold; null for none.
 * @param today `YYYY-MM-DD`: the day from which a typed price is true
 */
export function correctionOf(id: string, fields: CorrectionFields, today: string): Correction {
	const problems: Partial<Record<CorrectionField, string>> = {};
	const read = <T>(
		field: CorrectionField,
		parse: (text: string) => T | undefined,
		problem: string
	): T | undefined => {
		if (fields[field].trim() === '') return undefined;
		const value = parse(fields[field]);
		if (value === undefined) problems[field] = problem;
		return value;
	};
	const tokens = 'Enter a number of tokens, such as 128000 or 128k.';
	const price = 'Enter USD per million tokens, such as 2.50.';
	const name = fields.name.trim().slice(0, 256);
	const contextWindow = read('contextWindow', parseTokens, tokens);
	const maxOutput = read('maxOutput', parseTokens, tokens);
	const input = read('inputPrice', priceOf, price);
	const output = read('outputPrice', priceOf, price);
	if ((input === undefined) !== (output === undefined) && Object.keys(problems).length === 0)
		problems[input === undefined ? 'inputPrice' : 'outputPrice'] = 'Enter both prices, or none.';
	if (Object.keys(problems).length > 0) return { ok: false, problems };
	const abilities = Object.entries(fields.abilities).filter(([, choice]) => choice !== 'listed');
	const corrections = {
		...(name !== '' && { name }),
		...(contextWindow !== undefined && { contextWindow }),
		...(maxOutput !== undefined && { maxOutput }),
		...(input !== undefined && output !== undefined && { prices: { input, output, asOf: today } }),
		...(abilities.length > 0 && {
			capabilities: Object.fromEntries(
				abilities.map(([ability, choice]) => [ability, choice === 'yes'])
			)
		})
	};
	return { ok: true, user: Object.keys(corrections).length === 0 ? null : { id, ...corrections } };
}
