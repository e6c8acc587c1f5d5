/** What a connection form says, checked. Pure: the page shows the problems, the engine obeys them. */
import type { ConnectionRow } from '#lib/db';
import type { ConnectionForm, LocalFailure } from '#lib/engine';
import {
	cleanKey,
	normalizeBaseUrl,
	presets,
	type PresetId,
	type ProtocolId
} from '#lib/providers';
import { baseUrlProblems, formWords, keyProblems } from './words.ts';

export type FormField =
	'provider' | 'label' | 'apiKey' | 'baseUrl' | 'requestsPerMinute' | 'tokensPerMinute';

export interface FormProblem {
	readonly field: FormField;
	readonly kind: Extract<LocalFailure['kind'], 'no-key' | 'key-needed-for-new-origin' | 'bad-form'>;
	/** A sentence for people. */
	readonly message: string;
}

/** What is stored of the connection that the form edits. */
export interface SavedConnection {
	readonly baseUrl: string;
	readonly hasKey: boolean;
}

export interface CheckedForm {
	readonly presetId: PresetId;
	readonly protocol: ProtocolId;
	readonly label: string;
	/** As it is saved: without a trailing slash. */
	readonly baseUrl: string;
	readonly origin: string;
	/** `undefined` keeps the saved key, `''` is no key. */
	readonly apiKey: string | undefined;
	readonly limits: ConnectionRow['limits'];
}

export type FormCheck =
	| { readonly ok: true; readonly form: CheckedForm }
	| { readonly ok: false; readonly problems: readonly [FormProblem, ...FormProblem[]] };

const longestLabel = 80;
const longestKey = 4096;

/** Wire formats a person may choose for a preset; one means there is no choice. */
export function protocolChoices(presetId: PresetId): readonly ProtocolId[] {
	switch (presetId) {
		case 'custom':
			return ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'ollama'];
		case 'openai':
		case 'xai':
		case 'deepseek':
			return [
				presets[presetId].protocol,
				presets[presetId].protocol === 'openai-chat' ? 'openai-responses' : 'openai-chat'
			];
		default:
			return [presets[presetId].protocol];
	}
}

/** A label nobody else has: itself, or with the first number that is free: “Work 2”. */
export function numbered(label: string, taken: readonly string[]): string {
	for (let count = 1; ; count += 1) {
		const number = count === 1 ? '' : ` ${count}`;
		const free = label.slice(0, longestLabel - number.length).trimEnd() + number;
		if (!taken.includes(free)) return free;
	}
}

/** What a connection is called until somebody names it. */
export const freeLabel = (presetId: PresetId, taken: readonly string[]): string =>
	numbered(presets[presetId].name, taken);

/** A label as it is stored. */
export const tidyLabel = (label: string): string => label.trim().replace(/\s+/g, ' ');

/** Last four characters of a key, for recognition; nothing of one so short that they would tell. */
export function keyHint(key: string): string {
	return key.length < 12 ? '' : key.slice(-4);
}

/** Scheme, host and port of an address; `''` when it is none. */
export const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : '');

const highestLimit = 1e9;

const isLimit = (value: number | undefined): boolean =>
	value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= highestLimit);

/** Whether limits are those that the provider publishes as its defaults. */
export function arePublished(presetId: PresetId, limits: ConnectionForm['limits']): boolean {
	const published = presets[presetId].limits;
	return (
		published !== undefined &&
		limits.requestsPerMinute === published.requestsPerMinute &&
		limits.tokensPerMinute === published.tokensPerMinute
	);
}

/** Checks a form against what is saved of its connection (missing for a new one). */
export function checkForm(form: ConnectionForm, saved?: SavedConnection): FormCheck {
	const preset = presets[form.presetId];
	const problems: FormProblem[] = [];
	const complain = (field: FormField, message: string, kind: FormProblem['kind'] = 'bad-form') => {
		problems.push({ field, kind, message });
	};

	if (preset.id === 'demo' || !protocolChoices(preset.id).includes(form.protocol))
		complain('provider', formWords.badForm);

	const label = tidyLabel(form.label);
	if (label.length > longestLabel) complain('label', formWords.labelTooLong);

	const address = normalizeBaseUrl(form.baseUrl, preset);
	if (!address.ok) complain('baseUrl', baseUrlProblems[address.reason]);
	const origin = address.ok ? address.origin : '';

	let apiKey = form.apiKey;
	if (apiKey !== undefined) {
		const cleaned = cleanKey(apiKey);
		if ('key' in cleaned) apiKey = cleaned.key;
		else if (cleaned.problem === 'empty') apiKey = '';
		else complain('apiKey', keyProblems[cleaned.problem]);
		if (apiKey.length > longestKey) complain('apiKey', keyProblems['not-a-key']);
	}
	const isKept = apiKey === undefined && saved?.hasKey === true;
	if (isKept && address.ok && origin !== originOf(saved.baseUrl))
		complain(
			'apiKey',
			formWords.keyForNewOrigin(originOf(saved.baseUrl)),
			'key-needed-for-new-origin'
		);
	// A proxy of one's own may add the key by itself.
	if (
		!isKept &&
		(apiKey ?? '') === '' &&
		preset.key === 'required' &&
		origin === originOf(preset.baseUrl)
	)
		complain('apiKey', formWords.keyRequired(preset.name), 'no-key');

	const { requestsPerMinute, tokensPerMinute } = form.limits;
	if (!isLimit(requestsPerMinute)) complain('requestsPerMinute', formWords.limit);
	if (!isLimit(tokensPerMinute)) complain('tokensPerMinute', formWords.limit);

	const [first, ...rest] = problems;
	if (first !== undefined) return { ok: false, problems: [first, ...rest] };
	return {
		ok: true,
		form: {
			presetId: preset.id,
			protocol: form.protocol,
			label,
			baseUrl: address.ok ? address.url : '',
			origin,
			apiKey,
			limits: {
				...(requestsPerMinute !== undefined && { requestsPerMinute }),
				...(tokensPerMinute !== undefined && { tokensPerMinute }),
				...(arePublished(preset.id, form.limits) && { source: 'preset' })
			}
		}
	};
}
