import { ProviderError } from './errors.ts';
import { protocolOf } from './protocols.ts';
import type { GenerateRequest, OpenConnection, ProtocolOptions } from './types.ts';

export interface CountOptions extends ProtocolOptions {
	readonly signal: AbortSignal;
}

/** The person waits for an answer: a count that takes longer is not worth it (ms). */
const patienceMs = 2_000;

/** Hosts that have said in this session that they count nothing. */
const withoutCount = new Set<string>();

/**
 * Tokens of a request's input as its provider counts them. Undefined where nobody counts, where it
 * fails, takes too long or is cancelled: an estimate has to do then.
 */
export async function countInput(
	request: GenerateRequest,
	connection: OpenConnection,
	{ signal, ...options }: CountOptions
): Promise<number | undefined> {
	const host = `${connection.protocol} ${connection.baseUrl}`;
	if (withoutCount.has(host)) return undefined;
	try {
		const protocol = await protocolOf(connection.protocol);
		const soon = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
		return await protocol.countInput?.(request, connection, soon, options);
	} catch (error) {
		const status = error instanceof ProviderError ? error.details.status : undefined;
		if (status === 404 || status === 405) withoutCount.add(host);
		return undefined;
	}
}
