/** What providers say of their limits, in readable headers and in refusals. Pure. */
import type { NamedLimits } from './learn.ts';

/** A window of this length or less is a minute: some refill bit by bit, some count coarsely (ms). */
const LONGEST_MINUTE = 90_000;

/** A limit as it is written; undefined when it is none. */
function limitOf(text: string | null | undefined): number | undefined {
	const value = Number((text ?? '').replaceAll(',', '').trim());
	return Number.isSafeInteger(value) && value >= 1 ? value : undefined;
}

/** Limits that were named, if any was. */
function named(
	requestsPerMinute: number | undefined,
	tokensPerMinute: number | undefined
): NamedLimits | undefined {
	if (requestsPerMinute === undefined && tokensPerMinute === undefined) return undefined;
	return {
		...(requestsPerMinute !== undefined && { requestsPerMinute }),
		...(tokensPerMinute !== undefined && { tokensPerMinute })
	};
}

/** `1m30.5s`, `250ms`, `1h0m2s`, or plain seconds, in ms. */
function durationOf(text: string | null): number | undefined {
	if (text === null || text.trim() === '') return undefined;
	if (Number.isFinite(Number(text))) return Number(text) * 1000;
	const units = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
	let ms = 0;
	for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|[hms])/g))
		ms += Number(amount) * units[unit as keyof typeof units];
	return ms;
}

/**
 * `x-ratelimit-limit-requests` is a day's at one provider and a minute's at another. What was used
 * and how long it takes to come back tell which: undefined when they do not.
 */
function isPerMinute(headers: Headers, what: 'requests' | 'tokens', limit: number) {
	const remaining = Number(headers.get(`x-ratelimit-remaining-${what}`) ?? Number.NaN);
	const reset = durationOf(headers.get(`x-ratelimit-reset-${what}`));
	if (reset === undefined || !(remaining < limit)) return undefined;
	// Either all comes back at once, or bit by bit: then this is how long all of it takes.
	return reset <= LONGEST_MINUTE && (reset * limit) / (limit - remaining) <= LONGEST_MINUTE
		? true
		: reset > LONGEST_MINUTE || (reset * limit) / (limit - remaining) > 10 * LONGEST_MINUTE
			? false
			: undefined;
}

/** The limits per minute that readable headers name; limits per day are none of ours. */
export function limitsFromHeaders(headers: Headers): NamedLimits | undefined {
	const get = (name: string): number | undefined => limitOf(headers.get(name));
	const input = get('anthropic-ratelimit-input-tokens-limit');
	const output = get('anthropic-ratelimit-output-tokens-limit');
	const anthropicTokens =
		get('anthropic-ratelimit-tokens-limit') ??
		(input === undefined ? undefined : input + (output ?? 0));
	const requests = get('x-ratelimit-limit-requests');
	const tokens = get('x-ratelimit-limit-tokens');
	return named(
		get('anthropic-ratelimit-requests-limit') ??
			get('x-ratelimit-limit-requests-minute') ??
			get('x-ratelimit-limit-req-minute') ??
			(requests !== undefined && isPerMinute(headers, 'requests', requests) === true
				? requests
				: undefined),
		anthropicTokens ??
			get('x-ratelimit-limit-tokens-minute') ??
			(tokens !== undefined && isPerMinute(headers, 'tokens', tokens) !== false
				? tokens
				: undefined)
	);
}

/** The limits per minute that a refusal names in its sentence. */
export function limitsFromWords(message: string): NamedLimits | undefined {
	const find = (...patterns: readonly RegExp[]): number | undefined =>
		patterns.map((pattern) => limitOf(pattern.exec(message)?.[1])).find((n) => n !== undefined);
	return named(
		find(/\(RPM\):? limit:? ([\d,]+)/i, /\bof ([\d,]+) requests per min/i),
		find(/\(TPM\):? limit:? ([\d,]+)/i, /\bof ([\d,]+) (?:input |output )?tokens per min/i)
	);
}
