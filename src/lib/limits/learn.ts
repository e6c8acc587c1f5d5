/** What providers say of their limits in refusals, and which limits are in force. Pure. */
import type { ConnectionRow } from '#lib/db';
import type { Limits } from './log.ts';

/** The limits a provider named; never empty. */
export interface NamedLimits {
	readonly requestsPerMinute?: number;
	readonly tokensPerMinute?: number;
}

/** A limit that nobody has confirmed for so long may have changed (ms). */
const LIFETIME = 24 * 60 * 60_000;

/** A limit as it is written; undefined when it is none. */
export function limitOf(text: string | null | undefined): number | undefined {
	const value = Number((text ?? '').replaceAll(',', '').trim());
	return Number.isSafeInteger(value) && value >= 1 ? value : undefined;
}

/** Limits that were named, if any was. */
export function named(
	requestsPerMinute: number | undefined,
	tokensPerMinute: number | undefined
): NamedLimits | undefined {
	if (requestsPerMinute === undefined && tokensPerMinute === undefined) return undefined;
	return {
		...(requestsPerMinute !== undefined && { requestsPerMinute }),
		...(tokensPerMinute !== undefined && { tokensPerMinute })
	};
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

type Row = Pick<ConnectionRow, 'limits' | 'learntLimits'>;

/** What the provider said of the limits, unless that is too long ago. */
export function freshLimits({ learntLimits }: Row, now: number): ConnectionRow['learntLimits'] {
	return learntLimits !== undefined && Math.abs(now - learntLimits.at) <= LIFETIME
		? learntLimits
		: undefined;
}

/**
 * The limits to keep: what the provider says replaces a published default in both directions, and
 * only lowers what a person typed.
 */
export function limitsInForce(row: Row, now: number): Limits {
	const { limits } = row;
	const learnt = freshLimits(row, now);
	const one = (field: 'requestsPerMinute' | 'tokensPerMinute'): number | undefined => {
		const [own, said] = [limits[field], learnt?.[field]];
		if (own === undefined || said === undefined) return own ?? said;
		return limits.source === 'preset' ? said : Math.min(own, said);
	};
	return { requestsPerMinute: one('requestsPerMinute'), tokensPerMinute: one('tokensPerMinute') };
}
