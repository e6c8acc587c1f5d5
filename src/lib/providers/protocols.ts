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

/** The adapter of a wire format, loaded on first use. */
export function protocolOf(id: ProtocolId): Promise<Protocol> {
	return loaders[id]();
}

const sdks: Readonly<Record<ProtocolId, () => Promise<unknown>>> = {
	'openai-responses': async () => (await import('./protocols/openai-client.ts')).loadOpenAi(),
	'openai-chat': async () => (await import('./protocols/openai-client.ts')).loadOpenAi(),
	'anthropic-messages': async () =>
		(await import('./protocols/anthropic-messages.ts')).loadAnthropic(),
	gemini: async () => (await import('./protocols/gemini.ts')).loadGemini(),
	ollama: async () => (await import('./protocols/ollama.ts')).loadOllama(),
	demo: () => Promise.resolve()
};

/** Loads everything a wire format needs ahead of its first request. Fails quietly when offline. */
export async function warm(id: ProtocolId): Promise<void> {
	await Promise.allSettled([protocolOf(id), sdks[id]()]);
}
