import type { PresetId } from '#lib/providers';

/** Where a person gets a key, or reads how to start the server. */
export const keyPages: Readonly<Partial<Record<PresetId, string>>> = {
	openai: 'https://platform.openai.com/api-keys',
	anthropic: 'https://platform.claude.com/settings/keys',
	gemini: 'https://aistudio.google.com/apikey',
	mistral: 'https://console.mistral.ai/api-keys',
	groq: 'https://console.groq.com/keys',
	typhoon: 'https://playground.opentyphoon.ai/api-key',
	ollama: 'https://ollama.com/download',
	openrouter: 'https://openrouter.ai/settings/keys',
	deepseek: 'https://platform.deepseek.com/api_keys',
	xai: 'https://console.x.ai',
	together: 'https://api.together.ai/settings/api-keys',
	fireworks: 'https://app.fireworks.ai/settings/users/api-keys',
	cerebras: 'https://cloud.cerebras.ai',
	lmstudio: 'https://lmstudio.ai/docs/app/api',
	llamacpp: 'https://github.com/ggml-org/llama.cpp/tree/master/tools/server',
	vllm: 'https://docs.vllm.ai'
};
