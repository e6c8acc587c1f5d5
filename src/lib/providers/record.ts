import { protocolOf } from './protocols.ts';
import type { GenerateRequest, OpenConnection } from './types.ts';

/** A request as it would stand on the wire. */
export interface WireRequest {
	readonly method: string;
	readonly url: string;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/**
 * What would be sent, from the protocol itself, without sending anything. Undefined for a
 * connection that answers inside the app.
 * @param connection its key goes into the headers as it is: pass a placeholder
 * @throws ProviderError when its address cannot be used
 */
export async function recordRequest(
	request: GenerateRequest,
	connection: OpenConnection
): Promise<WireRequest | undefined> {
	const protocol = await protocolOf(connection.protocol);
	const controller = new AbortController();
	let recorded: WireRequest | undefined;
	const record: typeof fetch = async (input, init = {}) => {
		const { method = 'GET' } = init;
		const body = await new Response(init.body).text();
		recorded ??= {
			method,
			url: input instanceof Request ? input.url : String(input),
			headers: Object.fromEntries(new Headers(init.headers)),
			body
		};
		controller.abort();
		throw new DOMException('Nothing is sent.', 'AbortError');
	};
	const events = protocol.stream(request, connection, controller.signal, {
		fetch: record,
		wait: () => Promise.resolve()
	});
	// It ends with its first request, or with the first word of an answer that needs none.
	await events.next();
	await events.return();
	return recorded;
}
