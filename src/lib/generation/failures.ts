import type { MessageError } from '#lib/db/engine';
import { OWN_LIMIT, type LocalFailure } from '#lib/engine/engine';
import { LimitError } from '#lib/limits/engine';
import { ProviderError, type ProviderErrorDetails } from '#lib/providers';
import { words } from './words.ts';

/** Why a connection could not be opened, as it is stored with the answer. */
export function localError({ kind, message }: LocalFailure): MessageError {
	return {
		kind: kind === 'bad-form' || kind === 'key-needed-for-new-origin' ? 'key-unreadable' : kind,
		message
	};
}

/** Whatever was thrown while asking, as it is stored with the answer. */
export function detailsOf(error: unknown): ProviderErrorDetails {
	if (error instanceof ProviderError) return error.details;
	if (error instanceof LimitError)
		return {
			kind: 'too_large',
			code: OWN_LIMIT,
			message: words.neverFits(error.tokens, error.allowed)
		};
	return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
}
