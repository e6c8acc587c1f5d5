/** Providers as the engine knows them: the wire. Runs in the worker only. */
import type * as catalog from './catalog.ts';
import type * as connectionTest from './connection-test.ts';
import type * as count from './count-input.ts';
import { generate, type GenerateOptions } from './generate.ts';
import type * as record from './record.ts';
import type { ModelInfo, PresetId } from './types.ts';

export type { ConnectionTest } from './connection-test.ts';
export { generate, type GenerateOptions };
export { warm } from './protocols.ts';
export type { WireRequest } from './record.ts';

// What follows is loaded with its first use, as the wire formats and lists that it needs are.

/** See `catalog.ts`; nothing is known, too, when it cannot be loaded. */
export const catalogModels: typeof catalog.catalogModels = async (presetId, modelIds) => {
	try {
		return await (await import('./catalog.ts')).catalogModels(presetId, modelIds);
	} catch {
		return new Map();
	}
};

/** `catalogModels` for one model. */
export const catalogModel = async (
	presetId: PresetId,
	modelId: string
): Promise<ModelInfo | undefined> => (await catalogModels(presetId, [modelId])).get(modelId);

/** See `count-input.ts`; undefined, too, when it cannot be loaded. */
export const countInput: typeof count.countInput = async (request, connection, options) => {
	try {
		return await (await import('./count-input.ts')).countInput(request, connection, options);
	} catch {
		return undefined;
	}
};

/** See `connection-test.ts`; it never rejects, not even when it cannot be loaded. */
export const testConnection: typeof connectionTest.testConnection = async (connection, options) => {
	try {
		return await (await import('./connection-test.ts')).testConnection(connection, options);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return { ok: false, error: { kind: 'network_or_cors', message, networkCause: 'not-loaded' } };
	}
};

/** See `connection-test.ts`. */
export const listModels: typeof connectionTest.listModels = async (connection, options) =>
	(await import('./connection-test.ts')).listModels(connection, options);

/**
 * Asks as `generate` does, by the connection's own protocol and SDK, but nobody: a short answer
 * comes from here and nothing is sent. Code that has run before runs several times as fast.
 * @throws ProviderError
 */
export const rehearse: typeof generate = async function* (request, connection, options) {
	if (connection.protocol === 'demo') return;
	const { answering } = await import('./rehearse.ts');
	yield* generate(request, connection, { ...options, fetch: answering(connection.protocol) });
};

/** See `record.ts`. */
export const recordRequest: typeof record.recordRequest = async (request, connection) =>
	(await import('./record.ts')).recordRequest(request, connection);
