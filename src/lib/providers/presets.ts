import type { Preset, PresetId } from './types.ts';

/**
 * Every provider Parlance knows by name, as data. Addresses and quirks are checked against the
 * providers' documentation of autumn 2026; a connection may change all but the id.
 */
export const presets: Readonly<Record<PresetId, Preset>> = {
	openai: {
		id: 'openai',
		name: 'OpenAI',
		tile: 'Op',
		protocol: 'openai-responses',
		baseUrl: 'https://api.openai.com/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_completion_tokens',
			maxStops: 4,
			reasoning: 'reasoning_effort',
			developerRole: true
		},
		limitsPer: 'model',
		privateList: true,
		catalog: 'openai',
		suggestedModels: ['gpt-6.2-sol', 'gpt-6-sol', 'gpt-5.4', 'gpt-5-mini', 'gpt-4.1']
	},
	anthropic: {
		id: 'anthropic',
		name: 'Anthropic',
		tile: 'An',
		protocol: 'anthropic-messages',
		baseUrl: 'https://api.anthropic.com',
		key: 'required',
		local: false,
		quirks: {},
		privateList: true,
		catalog: 'anthropic',
		suggestedModels: ['claude-sonnet-5', 'claude-opus-5-5', 'claude-haiku-4-5']
	},
	gemini: {
		id: 'gemini',
		name: 'Google Gemini',
		tile: 'Ge',
		protocol: 'gemini',
		baseUrl: 'https://generativelanguage.googleapis.com',
		key: 'required',
		local: false,
		quirks: { maxStops: 5 },
		limitsPer: 'model',
		privateList: true,
		catalog: 'google',
		suggestedModels: [
			'gemini-3.7-flash',
			'gemini-3.6-flash',
			'gemini-3.5-flash',
			'gemini-2.5-flash'
		]
	},
	mistral: {
		id: 'mistral',
		name: 'Mistral',
		tile: 'Mi',
		protocol: 'openai-chat',
		baseUrl: 'https://api.mistral.ai/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_tokens',
			seedField: 'random_seed',
			streamOptions: false,
			reasoning: 'mistral',
			maxTemperature: 1.5
		},
		privateList: true,
		catalog: 'mistral',
		suggestedModels: ['mistral-medium-latest', 'mistral-small-latest', 'mistral-large-latest']
	},
	groq: {
		id: 'groq',
		name: 'Groq',
		tile: 'Gr',
		protocol: 'openai-chat',
		baseUrl: 'https://api.groq.com/openai/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_completion_tokens',
			maxStops: 4,
			penalties: false,
			reasoning: 'groq'
		},
		privateList: true,
		catalog: 'groq',
		suggestedModels: ['openai/gpt-oss-120b', 'qwen/qwen3-32b', 'llama-3.3-70b-versatile'],
		limitsPer: 'model',
		limits: {
			requestsPerMinute: 30,
			tokensPerMinute: 6000
		}
	},
	typhoon: {
		id: 'typhoon',
		name: 'Typhoon',
		tile: 'Ty',
		protocol: 'openai-chat',
		baseUrl: 'https://api.opentyphoon.ai/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_tokens',
			// The host's own default of 150 cuts nearly every answer; 8K are shared with the input.
			defaultMaxOutput: 2048,
			repetitionPenaltyField: 'repetition_penalty',
			penalties: false,
			seed: false,
			maxStops: 0,
			reasoning: 'none'
		},
		suggestedModels: ['typhoon-v2.5-30b-a3b-instruct'],
		limits: {
			requestsPerMinute: 200
		},
		knownModels: [
			{
				id: 'typhoon-v2.5-30b-a3b-instruct',
				name: 'Typhoon 2.5 30B',
				contextWindow: 8192,
				capabilities: { reasoning: false }
			},
			{
				id: 'typhoon-v2.1-12b-instruct',
				name: 'Typhoon 2.1 12B',
				contextWindow: 8192,
				capabilities: { reasoning: false }
			}
		]
	},
	ollama: {
		id: 'ollama',
		name: 'Ollama',
		tile: 'Ol',
		protocol: 'ollama',
		baseUrl: 'http://localhost:11434',
		key: 'optional',
		local: true,
		quirks: {}
	},
	openrouter: {
		id: 'openrouter',
		name: 'OpenRouter',
		tile: 'Or',
		protocol: 'openai-chat',
		baseUrl: 'https://openrouter.ai/api/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_tokens',
			repetitionPenaltyField: 'repetition_penalty',
			reasoning: 'openrouter',
			topK: true
		},
		keyCheckPath: '/key',
		suggestedModels: ['openrouter/auto']
	},
	deepseek: {
		id: 'deepseek',
		name: 'DeepSeek',
		tile: 'Ds',
		protocol: 'openai-chat',
		baseUrl: 'https://api.deepseek.com',
		key: 'required',
		local: false,
		quirks: { maxTokensField: 'max_tokens', maxStops: 16, seed: false, reasoning: 'deepseek' },
		privateList: true,
		catalog: 'deepseek',
		suggestedModels: ['deepseek-v4-flash', 'deepseek-chat']
	},
	xai: {
		id: 'xai',
		name: 'xAI',
		tile: 'Xa',
		protocol: 'openai-chat',
		baseUrl: 'https://api.x.ai/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_completion_tokens',
			reasoning: 'reasoning_effort',
			outputIsRemainder: true
		},
		privateList: true,
		catalog: 'x-ai',
		suggestedModels: ['grok-4.6', 'grok-4.5']
	},
	together: {
		id: 'together',
		name: 'Together',
		tile: 'To',
		protocol: 'openai-chat',
		baseUrl: 'https://api.together.xyz/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_tokens',
			repetitionPenaltyField: 'repetition_penalty',
			reasoning: 'reasoning_effort',
			topK: true
		},
		catalog: 'together'
	},
	fireworks: {
		id: 'fireworks',
		name: 'Fireworks',
		tile: 'Fw',
		protocol: 'openai-chat',
		baseUrl: 'https://api.fireworks.ai/inference/v1',
		key: 'required',
		local: false,
		quirks: {
			maxTokensField: 'max_tokens',
			repetitionPenaltyField: 'repetition_penalty',
			reasoning: 'reasoning_effort',
			topK: true
		},
		catalog: 'fireworks'
	},
	cerebras: {
		id: 'cerebras',
		name: 'Cerebras',
		tile: 'Ce',
		protocol: 'openai-chat',
		baseUrl: 'https://api.cerebras.ai/v1',
		key: 'required',
		local: false,
		quirks: { maxTokensField: 'max_tokens', penalties: false, reasoning: 'reasoning_effort' },
		catalog: 'cerebras',
		limits: {
			requestsPerMinute: 30,
			tokensPerMinute: 60_000
		}
	},
	lmstudio: {
		id: 'lmstudio',
		name: 'LM Studio',
		tile: 'Lm',
		protocol: 'openai-chat',
		baseUrl: 'http://localhost:1234/v1',
		key: 'optional',
		local: true,
		quirks: {
			maxTokensField: 'max_tokens',
			repetitionPenaltyField: 'repeat_penalty',
			reasoning: 'reasoning_effort',
			topK: true
		}
	},
	llamacpp: {
		id: 'llamacpp',
		name: 'llama.cpp',
		tile: 'Lc',
		protocol: 'openai-chat',
		baseUrl: 'http://localhost:8080/v1',
		key: 'optional',
		local: true,
		quirks: {
			maxTokensField: 'max_tokens',
			repetitionPenaltyField: 'repeat_penalty',
			reasoning: 'reasoning_effort',
			topK: true
		}
	},
	vllm: {
		id: 'vllm',
		name: 'vLLM',
		tile: 'Vl',
		protocol: 'openai-chat',
		baseUrl: 'http://localhost:8000/v1',
		key: 'optional',
		local: true,
		quirks: {
			maxTokensField: 'max_tokens',
			repetitionPenaltyField: 'repetition_penalty',
			reasoning: 'reasoning_effort',
			topK: true
		}
	},
	custom: {
		id: 'custom',
		name: 'OpenAI-compatible',
		tile: 'Cu',
		protocol: 'openai-chat',
		baseUrl: '',
		key: 'optional',
		local: false,
		quirks: { maxTokensField: 'max_tokens', reasoning: 'reasoning_effort' }
	},
	demo: {
		id: 'demo',
		name: 'Demo',
		tile: 'De',
		protocol: 'demo',
		baseUrl: '',
		key: 'none',
		local: true,
		quirks: {},
		suggestedModels: ['demo-tour'],
		knownModels: [
			{
				id: 'demo-tour',
				name: 'Demo tour',
				contextWindow: 8192,
				maxOutput: 2048,
				prices: { input: 0, output: 0 },
				capabilities: { vision: false, tools: false, reasoning: false }
			}
		]
	}
};
