import { ProviderError } from './errors.ts';
import { presets } from './presets.ts';
import { protocolOf } from './protocols.ts';
import { openTransport } from './transport.ts';
import type { ModelInfo, OpenConnection, ProtocolOptions, ProviderErrorDetails } from './types.ts';

export interface ConnectionTestOptions extends ProtocolOptions {
	readonly signal: AbortSignal;
	/** Milliseconds; any clock. */
	readonly now?: () => number;
}

/** What a test said; `ms` is how long the answer took. */
export type ConnectionTest =
	| { readonly ok: true; readonly models: ModelInfo[]; readonly ms: number }
	| { readonly ok: false; readonly error: ProviderErrorDetails };

/**
 * The models a connection offers, as its provider lists them.
 * @throws ProviderError
 */
export async function listModels(
	connection: OpenConnection,
	options: ConnectionTestOptions
): Promise<ModelInfo[]> {
	const protocol = await protocolOf(connection.protocol);
	return protocol.listModels(connection, options.signal, options);
}

/** An authenticated request that costs nothing (OpenRouter's `/key`). */
async function checkKey(
	connection: OpenConnection,
	path: string,
	options: ConnectionTestOptions
): Promise<void> {
	const transport = openTransport(connection, options.signal, options);
	try {
		await transport.fetch(connection.baseUrl + path, {
			headers: { authorization: `Bearer ${connection.apiKey ?? ''}` }
		});
	} catch (error) {
		throw transport.explain(error);
	} finally {
		transport.close();
	}
}

/** The shortest possible answer: whatever arrives first proves the key. */
async function probe(
	connection: OpenConnection,
	modelId: string,
	options: ConnectionTestOptions
): Promise<void> {
	const protocol = await protocolOf(connection.protocol);
	const request = {
		modelId,
		messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }] as const,
		parameters: { maxOutputTokens: 16 }
	};
	for await (const event of protocol.stream(request, connection, options.signal, options)) {
		if (event.type !== 'tool-call') break;
	}
}

async function answersWithoutKey(
	connection: OpenConnection,
	options: ConnectionTestOptions
): Promise<boolean> {
	const { presetId, protocol, baseUrl } = connection;
	try {
		await listModels({ presetId, protocol, baseUrl }, options);
		return true;
	} catch {
		return false;
	}
}

const hasNoList = (error: unknown): error is ProviderError =>
	error instanceof ProviderError && [404, 405, 501].includes(error.details.status ?? 0);

async function proveConnection(
	connection: OpenConnection,
	options: ConnectionTestOptions
): Promise<ModelInfo[]> {
	const preset = presets[connection.presetId];
	if (preset.keyCheckPath !== undefined) {
		await checkKey(connection, preset.keyCheckPath, options);
		return listModels(connection, options);
	}
	let models: ModelInfo[];
	try {
		models = await listModels(connection, options);
	} catch (error) {
		const modelId = preset.suggestedModels?.[0];
		if (!hasNoList(error) || modelId === undefined) throw error;
		await probe(connection, modelId, options);
		return [...(preset.knownModels ?? [{ id: modelId }])];
	}
	const first = models[0]?.id;
	const proves = preset.privateList === true || connection.apiKey === undefined;
	if (!proves && first !== undefined && (await answersWithoutKey(connection, options)))
		await probe(connection, first, options);
	return models;
}

/**
 * Tries a connection with the cheapest request that proves its key, and lists its models. A public
 * model list proves nothing, so there a request that needs the key is made as well.
 */
export async function testConnection(
	connection: OpenConnection,
	options: ConnectionTestOptions
): Promise<ConnectionTest> {
	const now = options.now ?? Date.now;
	const began = now();
	try {
		const models = await proveConnection(connection, options);
		if (options.signal.aborted)
			return { ok: false, error: { kind: 'unknown', message: 'The test was stopped.' } };
		return { ok: true, models, ms: Math.round(now() - began) };
	} catch (error) {
		const details: ProviderErrorDetails =
			error instanceof ProviderError
				? error.details
				: { kind: 'unknown', message: 'The connection could not be tested.' };
		return { ok: false, error: details };
	}
}
