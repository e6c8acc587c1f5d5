import { ProviderError } from './errors.ts';
import { once } from './once.ts';
import { demo } from './protocols/demo.ts';
import type { Protocol, ProtocolId } from './types.ts';

const loaders: Readonly<Record<ProtocolId, () => Promise<Protocol>>> = {
	'openai-responses': async () => (await import('./protocols/openai-responses.ts')).openaiResponses,
	'openai-chat': async () => (await import('./protocols/openai-chat.ts')).openaiChat,
	'anthropic-messages': async () =>
		(await import('./protocols/anthropic-messages.ts')).anthropicMessages,
	gemini: async () => (await import('./protocols/gemini.ts')).gemini,
	ollama: async () => (await import('./protocols/ollama.ts')).ollama,
	// Never a lazy chunk: it has to work offline from the first start.
	demo: () => Promise.resolve(demo)
};

const sdks: Readonly<Record<ProtocolId, () => Promise<unknown>>> = {
	'openai-responses': async () => (await import('./protocols/openai-client.ts')).loadOpenAi(),
	'openai-chat': async () => (await import('./protocols/openai-client.ts')).loadOpenAi(),
	'anthropic-messages': async () =>
		(await import('./protocols/anthropic-messages.ts')).loadAnthropic(),
	gemini: async () => (await import('./protocols/gemini.ts')).loadGemini(),
	ollama: async () => (await import('./protocols/ollama.ts')).loadOllama(),
	demo: () => Promise.resolve()
};

/**
 * What a loader brings.
 * @throws ProviderError when it could not be fetched: offline, or from a host that is away
 */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
	try {
		return await load();
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const details = { kind: 'network_or_cors', networkCause: 'not-loaded', message } as const;
		throw new ProviderError(details, { cause: error });
	}
}

const complete = (id: ProtocolId): (() => Promise<Protocol>) =>
	once(async () => (await Promise.all([loaders[id](), sdks[id]()]))[0]);

const protocols: Readonly<Record<ProtocolId, () => Promise<Protocol>>> = {
	'openai-responses': complete('openai-responses'),
	'openai-chat': complete('openai-chat'),
	'anthropic-messages': complete('anthropic-messages'),
	gemini: complete('gemini'),
	ollama: complete('ollama'),
	demo: complete('demo')
};

/** The adapter of a wire format with all it needs, loaded on first use. @throws ProviderError */
export function protocolOf(id: ProtocolId): Promise<Protocol> {
	return loaded(protocols[id]);
}

/** Loads everything a wire format needs ahead of its first request. Fails quietly when offline. */
export async function warm(id: ProtocolId): Promise<void> {
	await protocolOf(id).catch(() => undefined);
}
