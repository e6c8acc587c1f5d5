/**
 * Models whose provider named a wait that nobody waits through: a route asks its next model at once
 * instead. In memory alone; a shorter wait is the limiter's affair.
 */
import type { ConnectionRow } from '#lib/db/engine';
import type { ModelChoice } from '#lib/engine/engine';
import type { ProviderErrorDetails } from '#lib/providers';

/** Up to this a request waits by itself (ms). */
const LONGEST_WAIT = 60_000;

interface Asked {
	readonly choice: ModelChoice;
	readonly connection: Pick<ConnectionRow, 'keyHint'> | undefined;
}

/** Another key may be let in. */
const nameOf = ({ choice, connection }: Asked): string =>
	JSON.stringify([choice.connectionId, choice.modelId, connection?.keyHint]);

export class Refusals {
	readonly #refusals = new Map<
		string,
		{ readonly at: number; readonly until: number; readonly error: ProviderErrorDetails }
	>();

	/** Takes in how a request went wrong. */
	note(asked: Asked, error: ProviderErrorDetails, now: number): void {
		const { retryAfterMs = 0 } = error;
		if (retryAfterMs <= LONGEST_WAIT) return;
		this.#refusals.set(nameOf(asked), { at: now, until: now + retryAfterMs, error });
	}

	/** It answered. */
	forget(asked: Asked): void {
		this.#refusals.delete(nameOf(asked));
	}

	/** Why a model is not worth asking now, with the wait that is left; undefined when it is. */
	of(asked: Asked, now: number): ProviderErrorDetails | undefined {
		const known = this.#refusals.get(nameOf(asked));
		if (known === undefined) return undefined;
		const { at, until, error } = known;
		// Also when the clock was set back: then nobody knows how much is left.
		if (now >= until || now < at) {
			this.forget(asked);
			return undefined;
		}
		return { ...error, retryAfterMs: until - now };
	}
}
