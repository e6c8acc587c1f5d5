import type OpenAI from 'openai';
import { once } from '../once.ts';
import type { Transport } from '../transport.ts';
import type { OpenConnection } from '../types.ts';

/** The SDK, loaded on first use as a chunk of its own. */
export const loadOpenAi = once(() => import('./openai-sdk.ts'));

/** A client whose every request goes through `transport`, which also retries nothing. */
export async function openAiClient(
	connection: OpenConnection,
	transport: Transport
): Promise<OpenAI> {
	const { OpenAI: Client } = await loadOpenAi();
	return new Client({
		// The SDK insists on a key; the transport drops the header where there is none.
		apiKey: connection.apiKey ?? 'none',
		baseURL: connection.baseUrl,
		organization: null,
		project: null,
		maxRetries: 0,
		fetch: transport.fetch,
		logLevel: 'off',
		dangerouslyAllowBrowser: true
	});
}
