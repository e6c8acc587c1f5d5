import { ProviderError } from './errors.ts';
import { protocolOf } from './protocols.ts';
import type { GenerateRequest, OpenConnection, ProtocolOptions } from './types.ts';

export interface CountOptions extends ProtocolOptions {
	readonly signal: AbortSignal;
	/** ms; of any clock that only goes forward. */
	readonly now?: () => number;
}

/** The person waits for an answer: a count that takes longer is not worth it (ms). */
const patienceMs = 2_000;

/** What answers in this way does not know the endpoint, or not for this model. */
const notThere: readonly unknown[] = [404, 405, 501];

/** Who counts nothing may learn it, or was only being rebuilt (ms). */
const askAgainMs = 60 * 60_000;

/** Until when a model at an address is not asked for counts, after it said that it has none. */
const withoutCount = new Map<string, number>();

/**
 * Tokens of a request's input as its provider counts them. Undefined where nobody counts, where it
 * fails, takes too long or is cancelled: an estimate has to do then.
 */
export async function countInput(
	request: GenerateRequest,
	connection: OpenConnection,
	{ signal, now = () => performance.now(), ...options }: CountOptions
): Promise<number | undefined> {
	const asked = JSON.stringify([connection.protocol, connection.baseUrl, request.modelId]);
	if (now() < (withoutCount.get(asked) ?? 0)) return undefined;
	// Held by its timer: a timeout signal that nobody holds may be collected before its time.
	const patience = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	try {
		const protocol = await protocolOf(connection.protocol);
		timer = setTimeout(() => {
			patience.abort();
		}, patienceMs);
		const soon = AbortSignal.any([signal, patience.signal]);
		return await protocol.countInput?.(request, connection, soon, options);
	} catch (error) {
		const status = error instanceof ProviderError ? error.details.status : undefined;
		if (notThere.includes(status)) withoutCount.set(asked, now() + askAgainMs);
		return undefined;
	} finally {
		clearTimeout(timer);
	}
}
