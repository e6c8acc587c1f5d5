import type { ParameterName, ProviderErrorDetails, ProviderErrorKind } from './types.ts';
import { isRecord, parseJson, text } from './json.ts';
import { parameterNames } from './parameter-names.ts';

/** What went wrong between us and a provider. `details` is the part that may be stored and sent. */
export class ProviderError extends Error {
	override readonly name = 'ProviderError';
	readonly kind: ProviderErrorKind;
	readonly details: ProviderErrorDetails;

	constructor(details: ProviderErrorDetails, options?: ErrorOptions) {
		super(details.message, options);
		this.kind = details.kind;
		this.details = details;
	}
}

/** Longest wait a server may ask for before we leave the decision to the person, in ms. */
const longestRetryWait = 60_000;

/**
 * Whether the same request may be sent again by itself: a passing fault, and a wait the server
 * asks for of at most a minute. Only ever before the first content arrived.
 */
export function isRetryable(details: ProviderErrorDetails): boolean {
	if ((details.retryAfterMs ?? 0) > longestRetryWait) return false;
	switch (details.kind) {
		case 'rate_limit':
		case 'overloaded':
		case 'server':
		case 'interrupted':
			return details.status !== 413;
		case 'network_or_cors':
			return details.networkCause === 'remote' || details.networkCause === 'local-server';
		case 'timeout':
			return details.status === 408;
		default:
			return details.status === 409;
	}
}

/** What a provider said, from a response or from inside a stream. */
export interface ProviderComplaint {
	/** HTTP status; missing for an error inside a stream. */
	readonly status?: number;
	/** The body or the stream's error message as text: JSON of any family, HTML, or nothing. */
	readonly body: string;
	/** Value of a readable `retry-after` header. */
	readonly retryAfter?: string | null;
	/** Request id from a readable header. */
	readonly requestId?: string | null;
	readonly origin?: string;
	/** Erased from every sentence that is kept. */
	readonly apiKey?: string;
	readonly now?: number;
}

/** The provider's own words, gathered from whatever shape it chose. */
interface Heard {
	readonly message?: string;
	readonly codes: readonly string[];
	readonly parameter?: string;
	readonly requestId?: string;
	readonly retryAfterMs?: number;
	readonly statusInBody?: number;
	readonly quota: boolean;
}

function retryDelay(details: unknown): number | undefined {
	if (!Array.isArray(details)) return undefined;
	for (const detail of details) {
		const delay = isRecord(detail) ? text(detail.retryDelay) : undefined;
		const seconds = /^([\d.]+)s$/.exec(delay ?? '')?.[1];
		if (seconds !== undefined) return Number(seconds) * 1000;
	}
	return undefined;
}

function hear(body: string): Heard {
	const parsed = parseJson(body);
	const root = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed;
	if (!isRecord(root)) return { codes: [], quota: false };
	const response = isRecord(root.response) ? root.response : undefined;
	const error = [root.error, response?.error, root].find(isRecord) ?? root;
	const detail = root.detail;
	const firstDetail = Array.isArray(detail) ? detail.find(isRecord) : undefined;
	const location = Array.isArray(firstDetail?.loc)
		? (firstDetail.loc as unknown[]).at(-1)
		: undefined;
	const details = error.details ?? root.details;
	const detailRecords = (Array.isArray(details) ? details : [details]).filter(isRecord);
	const codes = [
		error.code,
		error.type,
		error.status,
		root.code,
		...detailRecords.flatMap((record) => [record.reason, record.error_code])
	]
		.map(text)
		.filter((code) => code !== undefined && code !== 'error');
	const nested = text(error.message);
	// Some hosts put the whole error of the provider behind them, as JSON, into the sentence.
	const inner = nested?.trimStart().startsWith('{') === true ? hear(nested).message : undefined;
	const metadata = isRecord(error.metadata) ? error.metadata : undefined;
	const raw = text(metadata?.raw);
	const message =
		inner ??
		(raw === undefined
			? undefined
			: (hear(raw).message ?? `${nested ?? ''}: ${raw}`.slice(0, 600))) ??
		nested ??
		text(root.error) ??
		text(root.message) ??
		text(detail) ??
		(firstDetail === undefined
			? undefined
			: [text(location), text(firstDetail.msg)].filter(Boolean).join(': '));
	const parameter = text(error.param) ?? text(location);
	const requestId = text(root.request_id) ?? text(error.request_id);
	const wait = retryDelay(details);
	const statusInBody = [error.code, error.status].find((code) => typeof code === 'number');
	return {
		codes: codes.filter((code) => code !== undefined),
		quota: detailRecords.some((record) => text(record['@type'])?.endsWith('QuotaFailure') === true),
		...(message !== undefined && { message }),
		...(parameter !== undefined && { parameter }),
		...(requestId !== undefined && { requestId }),
		...(wait !== undefined && { retryAfterMs: wait }),
		...(typeof statusInBody === 'number' && { statusInBody })
	};
}

/** Codes and the kind they mean, before anything else is looked at. */
const byCode: Readonly<Record<string, ProviderErrorKind>> = {
	invalid_api_key: 'auth',
	authentication_error: 'auth',
	API_KEY_INVALID: 'auth',
	UNAUTHENTICATED: 'auth',
	permission_error: 'permission',
	PERMISSION_DENIED: 'permission',
	unsupported_country_region_territory: 'permission',
	insufficient_quota: 'billing',
	billing_error: 'billing',
	billing_hard_limit_reached: 'billing',
	rate_limit_exceeded: 'rate_limit',
	rate_limit_error: 'rate_limit',
	rate_limited: 'rate_limit',
	RESOURCE_EXHAUSTED: 'rate_limit',
	overloaded_error: 'overloaded',
	UNAVAILABLE: 'overloaded',
	timeout_error: 'timeout',
	DEADLINE_EXCEEDED: 'timeout',
	context_length_exceeded: 'context_too_long',
	model_not_found: 'model_not_found',
	invalid_model: 'model_not_found',
	not_found_error: 'model_not_found',
	NOT_FOUND: 'model_not_found',
	request_too_large: 'too_large',
	content_policy_violation: 'content_filter',
	content_filter: 'content_filter',
	unsupported_parameter: 'bad_parameter',
	unsupported_value: 'bad_parameter',
	api_error: 'server',
	server_error: 'server',
	INTERNAL: 'server'
};

/** Words and the kind they mean, in lower case, for bodies without a code that says it. */
const byWords: readonly (readonly [RegExp, ProviderErrorKind])[] = [
	[
		/prompt is too long|maximum context length|context length|context window|exceeds the maximum|prompt too long|too many tokens|input token count/,
		'context_too_long'
	],
	[
		/api key not valid|incorrect api key|invalid api key|invalid x-api-key|no auth credentials/,
		'auth'
	],
	[/cors requests are not allowed|location is not supported/, 'permission'],
	[
		/credit balance is too low|insufficient (?:balance|credits|quota)|billing|spend limit/,
		'billing'
	],
	[/no capacity|capacity exceeded|overloaded|at capacity/, 'overloaded'],
	[/rate limit|too many requests/, 'rate_limit'],
	[
		/model ['"`]?[^\s'"`]+['"`]? (?:not found|does not exist)|model not found|no such model|invalid model|unknown model|try pulling it/,
		'model_not_found'
	],
	[/content (?:filter|policy|management)/, 'content_filter']
];

function kindByStatus(status: number | undefined): ProviderErrorKind {
	if (status === undefined) return 'unknown';
	if (status === 401) return 'auth';
	if (status === 402) return 'billing';
	if (status === 403) return 'permission';
	if (status === 404) return 'model_not_found';
	if (status === 408) return 'timeout';
	if (status === 413) return 'too_large';
	if (status === 429) return 'rate_limit';
	if (status === 503 || status === 529) return 'overloaded';
	if (status >= 500) return 'server';
	return status === 400 || status === 422 ? 'bad_parameter' : 'unknown';
}

function kindOf(heard: Heard, status: number | undefined): ProviderErrorKind {
	const words = (heard.message ?? '').toLowerCase();
	const spent = heard.codes.some((code) => code.endsWith('_spend_limit_reached'));
	if (
		spent ||
		(heard.quota && /quota|billing|plan/.test(words) && heard.retryAfterMs === undefined)
	)
		return 'billing';
	const coded = heard.codes.map((code) => byCode[code]).find((kind) => kind !== undefined);
	const worded = byWords.find(([pattern]) => pattern.test(words))?.[1];
	if (coded === 'rate_limit' && worded === 'overloaded') return 'overloaded';
	// One request larger than the whole minute's allowance: waiting does not help.
	if (status === 413) return worded === 'context_too_long' ? worded : 'too_large';
	return coded ?? worded ?? kindByStatus(status);
}

/** Names under which hosts speak of our parameters, apart from the obvious spellings. */
const parameterAliases: Readonly<Record<string, ParameterName>> = {
	max_tokens: 'maxOutputTokens',
	max_completion_tokens: 'maxOutputTokens',
	max_output_tokens: 'maxOutputTokens',
	num_predict: 'maxOutputTokens',
	stop_sequences: 'stop',
	random_seed: 'seed',
	repeat_penalty: 'repetitionPenalty',
	reasoning: 'reasoningEffort',
	reasoning_effort: 'reasoningEffort',
	'reasoning.effort': 'reasoningEffort',
	'reasoning.summary': 'reasoningEffort',
	reasoning_format: 'reasoningEffort',
	thinking: 'reasoningEffort',
	thinking_budget: 'reasoningEffort',
	thinking_level: 'reasoningEffort',
	thinking_config: 'reasoningEffort',
	'output_config.effort': 'reasoningEffort',
	output_config: 'reasoningEffort',
	think: 'reasoningEffort',
	effort: 'reasoningEffort'
};

const snake = (name: string): string =>
	name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function parameterNamed(word: string): ParameterName | undefined {
	const name = snake(word).replace(/^(?:options|generation_config|body)\./, '');
	return parameterAliases[name] ?? parameterNames.find((parameter) => snake(parameter) === name);
}

/** The optional parameter a refusal speaks of, by its field or by the words of the sentence. */
function refusedParameter(heard: Heard): ParameterName | undefined {
	if (heard.parameter !== undefined) {
		const named = parameterNamed(heard.parameter);
		if (named !== undefined) return named;
	}
	const words = heard.message ?? '';
	const patterns = [
		/unsupported (?:parameter|value):? ['"`]([\w.]+)['"`]/i,
		/^(?:[\w]+\.)*([\w.]+): extra inputs are not permitted/i,
		/^([\w.]+): /,
		/[`'"]([\w.]+)[`'"](?: \([^)]*\))? (?:is|are|does|may|cannot|was|and)\b/i,
		/\b(thinking) (?:is not supported|budget|level)/i,
		/does not support (?:the )?(?:parameter )?['"`]?([\w.]+)/i
	];
	for (const pattern of patterns) {
		const word = pattern.exec(words)?.[1];
		const named = word === undefined ? undefined : parameterNamed(word);
		if (named !== undefined) return named;
	}
	return /\bthink(?:ing)?\b/i.test(words) && /support/i.test(words) ? 'reasoningEffort' : undefined;
}

/** A wait written in a sentence: “try again in 7.66s”, “in 1m2.5s”, “after 20 seconds”. */
function waitInWords(message: string): number | undefined {
	const found =
		/(?:try again|retry|wait)[^.\d]{0,24}(?:(\d+)m)?(\d+(?:\.\d+)?)\s?(ms|s\b|sec)/i.exec(message);
	if (found === null) return undefined;
	const value = Number(found[2]) * (found[3]?.toLowerCase() === 'ms' ? 1 : 1000);
	return Number(found[1] ?? 0) * 60_000 + value;
}

function waitInHeader(header: string | null | undefined, now: number): number | undefined {
	if (header === null || header === undefined || header.trim() === '') return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Takes a key, and whatever looks like one, out of a sentence. */
export function withoutSecrets(message: string, apiKey: string | undefined): string {
	const known =
		apiKey !== undefined && apiKey.length >= 6 ? message.replaceAll(apiKey, '…') : message;
	return known.replace(/\b(?:sk|gsk|xai|csk|fw|tgp|AIza)[-_][\w*-]{6,}|\bAIza[\w*-]{6,}/g, '…');
}

/** Normalises what a provider said into one of our kinds and keeps its sentence. */
export function providerError(complaint: ProviderComplaint, options?: ErrorOptions): ProviderError {
	const { body, origin, apiKey } = complaint;
	const heard = hear(body);
	const status =
		complaint.status !== undefined && complaint.status !== 200
			? complaint.status
			: heard.statusInBody;
	const kind = kindOf(heard, status);
	const html = /^\s*<(?:!doctype|html|head|body)/i.test(body);
	const plain = html || isRecord(parseJson(body)) ? undefined : text(body.trim().slice(0, 300));
	const message = withoutSecrets(
		heard.message ??
			plain ??
			(status === undefined
				? 'The provider reported an error without saying which.'
				: `The provider answered with status ${status} and no explanation.`),
		apiKey
	);
	const parameter = kind === 'bad_parameter' ? refusedParameter(heard) : undefined;
	const retryAfterMs =
		waitInHeader(complaint.retryAfter, complaint.now ?? Date.now()) ??
		heard.retryAfterMs ??
		(kind === 'rate_limit' || kind === 'too_large' ? waitInWords(message) : undefined);
	const code = heard.codes[0] ?? (html ? 'html_page' : undefined);
	const requestId = heard.requestId ?? text(complaint.requestId);
	return new ProviderError(
		{
			kind,
			message,
			...(status !== undefined && { status }),
			...(code !== undefined && { code }),
			...(requestId !== undefined && { requestId }),
			...(retryAfterMs !== undefined && { retryAfterMs }),
			...(parameter !== undefined && { parameter }),
			...(origin !== undefined && { origin })
		},
		options
	);
}
