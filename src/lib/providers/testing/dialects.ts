import type { GenerationParameters, PresetId, ProtocolId } from '../types.ts';

interface ErrorCase {
	readonly name: string;
	readonly status: number;
	readonly body: unknown;
	readonly headers?: Readonly<Record<string, string>>;
	/** What it must become. */
	readonly expected: Readonly<Record<string, unknown>>;
}

/** What the contract suite has to know of one wire format. */
export interface Dialect {
	readonly protocol: ProtocolId;
	readonly presetId: PresetId;
	readonly modelId: string;
	/** What stands behind the server's address in the base URL. */
	readonly basePath: string;
	readonly endpoint: string;
	readonly keyHeader: readonly [name: string, prefix: string];
	/** Headers that may be sent besides the ones every client sends. */
	readonly headers: readonly string[];
	/** All parameters this format and model take, and the exact body they become. */
	readonly parameters: GenerationParameters;
	readonly body: unknown;
	/** Where a continued answer stands in the body, and what it must be. */
	readonly continued: { readonly path: string; readonly value: unknown };
	readonly errors: readonly ErrorCase[];
	/** A refusal of `topP` (or `topK`), and what it names in the body. */
	readonly refusal: {
		readonly status: number;
		readonly body: unknown;
		readonly parameter: keyof GenerationParameters;
		readonly field: string;
	};
	readonly hasRefusals: boolean;
	readonly cacheWriteTokens?: number;
	readonly reasoningTokens: boolean;
}

const image = { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' } as const;

/** The conversation every body below is made from. */
export const conversation = {
	system: 'Be brief.',
	messages: [
		{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
		{ role: 'assistant', parts: [{ type: 'text', text: 'Hello.' }] },
		{ role: 'user', parts: [image, { type: 'text', text: 'What is this?' }] }
	]
} as const;

const openAiErrors: readonly ErrorCase[] = [
	{
		name: 'a wrong key',
		status: 401,
		body: {
			error: {
				message: 'Incorrect API key provided: sk-test-key-0123456789.',
				type: 'invalid_request_error',
				param: null,
				code: 'invalid_api_key'
			}
		},
		expected: {
			kind: 'auth',
			status: 401,
			code: 'invalid_api_key',
			message: 'Incorrect API key provided: ….'
		}
	},
	{
		name: 'a forbidden region',
		status: 403,
		body: {
			error: { message: 'Country not supported', code: 'unsupported_country_region_territory' }
		},
		expected: { kind: 'permission', status: 403 }
	},
	{
		name: 'an unknown model',
		status: 404,
		body: {
			error: { message: 'The model `x` does not exist', code: 'model_not_found', type: 'x' }
		},
		expected: { kind: 'model_not_found', status: 404 }
	},
	{
		name: 'a too long conversation',
		status: 400,
		body: {
			error: {
				message: "This model's maximum context length is 8192 tokens.",
				code: 'context_length_exceeded'
			}
		},
		expected: { kind: 'context_too_long', status: 400 }
	},
	{
		name: 'a rate limit with a wait in a header',
		status: 429,
		headers: { 'retry-after': '7', 'x-request-id': 'req_9' },
		body: { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } },
		expected: { kind: 'rate_limit', status: 429, retryAfterMs: 7000, requestId: 'req_9' }
	},
	{
		name: 'an empty account',
		status: 429,
		body: { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } },
		expected: { kind: 'billing', status: 429 }
	},
	{
		name: 'a body that is too large, from a proxy',
		status: 413,
		body: '<html><body>413 Request Entity Too Large</body></html>',
		expected: { kind: 'too_large', status: 413 }
	},
	{
		name: 'a fault without a body',
		status: 500,
		body: '',
		expected: { kind: 'server', status: 500 }
	},
	{
		name: 'an overload',
		status: 503,
		body: { error: { message: 'That model is currently overloaded' } },
		expected: { kind: 'overloaded', status: 503 }
	}
];

export const dialects: readonly Dialect[] = [
	{
		protocol: 'openai-chat',
		presetId: 'openrouter',
		modelId: 'meta/llama-4',
		basePath: '/api/v1',
		endpoint: '/api/v1/chat/completions',
		keyHeader: ['authorization', 'Bearer '],
		headers: [],
		parameters: {
			maxOutputTokens: 500,
			temperature: 0.5,
			topP: 0.9,
			topK: 40,
			frequencyPenalty: 0.1,
			presencePenalty: 0.2,
			repetitionPenalty: 1.1,
			stop: ['END'],
			seed: 7
		},
		body: {
			model: 'meta/llama-4',
			messages: [
				{ role: 'system', content: 'Be brief.' },
				{ role: 'user', content: 'Hi' },
				{ role: 'assistant', content: 'Hello.' },
				{
					role: 'user',
					content: [
						{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
						{ type: 'text', text: 'What is this?' }
					]
				}
			],
			stream: true,
			stream_options: { include_usage: true },
			max_tokens: 500,
			temperature: 0.5,
			top_p: 0.9,
			top_k: 40,
			frequency_penalty: 0.1,
			presence_penalty: 0.2,
			repetition_penalty: 1.1,
			stop: ['END'],
			seed: 7
		},
		continued: { path: 'messages.4', value: { role: 'assistant', content: 'Half an ' } },
		errors: [
			...openAiErrors,
			{
				name: "OpenRouter's numeric code",
				status: 402,
				body: { error: { code: 402, message: 'Insufficient credits' } },
				expected: { kind: 'billing', status: 402, message: 'Insufficient credits' }
			}
		],
		refusal: {
			status: 400,
			body: {
				error: {
					message: "Unsupported parameter: 'top_p' is not supported with this model.",
					type: 'invalid_request_error',
					param: 'top_p',
					code: 'unsupported_parameter'
				}
			},
			parameter: 'topP',
			field: 'top_p'
		},
		hasRefusals: true,
		reasoningTokens: true
	},
	{
		protocol: 'openai-responses',
		presetId: 'openai',
		modelId: 'gpt-4.1',
		basePath: '/v1',
		endpoint: '/v1/responses',
		keyHeader: ['authorization', 'Bearer '],
		headers: [],
		parameters: {
			maxOutputTokens: 500,
			temperature: 0.5,
			topP: 0.9,
			// None of these exist in this API.
			topK: 40,
			seed: 7,
			stop: ['END'],
			frequencyPenalty: 1
		},
		body: {
			model: 'gpt-4.1',
			instructions: 'Be brief.',
			input: [
				{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
				{ role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] },
				{
					role: 'user',
					content: [
						{
							type: 'input_image',
							detail: 'auto',
							image_url: 'data:image/png;base64,iVBORw0KGgo='
						},
						{ type: 'input_text', text: 'What is this?' }
					]
				}
			],
			stream: true,
			store: false,
			max_output_tokens: 500,
			temperature: 0.5,
			top_p: 0.9
		},
		continued: {
			path: 'input.3',
			value: { role: 'assistant', content: [{ type: 'output_text', text: 'Half an ' }] }
		},
		errors: openAiErrors,
		refusal: {
			status: 400,
			body: {
				error: {
					message: "Unsupported parameter: 'top_p' is not supported with this model.",
					type: 'invalid_request_error',
					param: 'top_p',
					code: null
				}
			},
			parameter: 'topP',
			field: 'top_p'
		},
		hasRefusals: true,
		cacheWriteTokens: 0,
		reasoningTokens: true
	},
	{
		protocol: 'anthropic-messages',
		presetId: 'anthropic',
		modelId: 'claude-sonnet-4-6',
		basePath: '',
		endpoint: '/v1/messages',
		keyHeader: ['x-api-key', ''],
		headers: ['anthropic-version', 'anthropic-dangerous-direct-browser-access'],
		parameters: {
			maxOutputTokens: 500,
			temperature: 0.5,
			topK: 40,
			stop: ['END'],
			seed: 7,
			presencePenalty: 1
		},
		body: {
			model: 'claude-sonnet-4-6',
			max_tokens: 500,
			system: 'Be brief.',
			messages: [
				{ role: 'user', content: [{ type: 'text', text: 'Hi' }] },
				{ role: 'assistant', content: [{ type: 'text', text: 'Hello.' }] },
				{
					role: 'user',
					content: [
						{
							type: 'image',
							source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }
						},
						{ type: 'text', text: 'What is this?' }
					]
				}
			],
			stream: true,
			temperature: 0.5,
			top_k: 40,
			stop_sequences: ['END']
		},
		continued: {
			path: 'messages.3',
			value: { role: 'assistant', content: [{ type: 'text', text: 'Half an ' }] }
		},
		errors: [
			{
				name: 'a wrong key',
				status: 401,
				body: {
					type: 'error',
					error: { type: 'authentication_error', message: 'invalid x-api-key' },
					request_id: 'req_1'
				},
				expected: {
					kind: 'auth',
					status: 401,
					code: 'authentication_error',
					message: 'invalid x-api-key',
					requestId: 'req_1'
				}
			},
			{
				name: 'an organisation without browser access',
				status: 403,
				body: {
					type: 'error',
					error: {
						type: 'permission_error',
						message: 'CORS requests are not allowed for this Organization'
					}
				},
				expected: { kind: 'permission', status: 403 }
			},
			{
				name: 'an unknown model',
				status: 404,
				body: { type: 'error', error: { type: 'not_found_error', message: 'model: x' } },
				expected: { kind: 'model_not_found', status: 404 }
			},
			{
				name: 'a too long conversation',
				status: 400,
				body: {
					type: 'error',
					error: {
						type: 'invalid_request_error',
						message: 'prompt is too long: 210000 tokens > 200000 maximum'
					}
				},
				expected: { kind: 'context_too_long', status: 400 }
			},
			{
				name: 'an empty account',
				status: 400,
				body: {
					type: 'error',
					error: { type: 'invalid_request_error', message: 'Your credit balance is too low' }
				},
				expected: { kind: 'billing', status: 400 }
			},
			{
				name: 'a spending limit',
				status: 429,
				body: {
					type: 'error',
					error: {
						type: 'rate_limit_error',
						message: 'Limit reached.',
						details: { error_code: 'workspace_spend_limit_reached' }
					}
				},
				expected: { kind: 'billing', status: 429 }
			},
			{
				name: 'a rate limit',
				status: 429,
				headers: { 'retry-after': '7' },
				body: { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } },
				expected: { kind: 'rate_limit', status: 429, retryAfterMs: 7000 }
			},
			{
				name: 'an overload',
				status: 529,
				body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
				expected: { kind: 'overloaded', status: 529 }
			},
			{
				name: 'a body that is too large',
				status: 413,
				body: { type: 'error', error: { type: 'request_too_large', message: 'Too large' } },
				expected: { kind: 'too_large', status: 413 }
			}
		],
		refusal: {
			status: 400,
			body: {
				type: 'error',
				error: { type: 'invalid_request_error', message: 'top_k: Extra inputs are not permitted' }
			},
			parameter: 'topK',
			field: 'top_k'
		},
		hasRefusals: true,
		cacheWriteTokens: 4,
		reasoningTokens: true
	},
	{
		protocol: 'gemini',
		presetId: 'gemini',
		modelId: 'gemini-2.0-flash',
		basePath: '',
		endpoint: '/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse',
		keyHeader: ['x-goog-api-key', ''],
		headers: [],
		parameters: {
			maxOutputTokens: 500,
			temperature: 0.5,
			topP: 0.9,
			topK: 40,
			frequencyPenalty: 0.1,
			presencePenalty: 0.2,
			stop: ['END'],
			seed: 7,
			repetitionPenalty: 1.2
		},
		body: {
			contents: [
				{ role: 'user', parts: [{ text: 'Hi' }] },
				{ role: 'model', parts: [{ text: 'Hello.' }] },
				{
					role: 'user',
					parts: [
						{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
						{ text: 'What is this?' }
					]
				}
			],
			systemInstruction: { parts: [{ text: 'Be brief.' }] },
			generationConfig: {
				maxOutputTokens: 500,
				temperature: 0.5,
				topP: 0.9,
				topK: 40,
				frequencyPenalty: 0.1,
				presencePenalty: 0.2,
				stopSequences: ['END'],
				seed: 7
			}
		},
		continued: { path: 'contents.3', value: { role: 'model', parts: [{ text: 'Half an ' }] } },
		errors: [
			{
				name: 'a wrong key',
				status: 400,
				body: {
					error: {
						code: 400,
						message: 'API key not valid. Pass a valid API key.',
						status: 'INVALID_ARGUMENT',
						details: [
							{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }
						]
					}
				},
				expected: {
					kind: 'auth',
					status: 400,
					message: 'API key not valid. Pass a valid API key.'
				}
			},
			{
				name: 'a forbidden region',
				status: 400,
				body: {
					error: {
						code: 400,
						message: 'User location is not supported for the API use.',
						status: 'FAILED_PRECONDITION'
					}
				},
				expected: { kind: 'permission', status: 400 }
			},
			{
				name: 'an unknown model',
				status: 404,
				body: { error: { code: 404, message: 'models/x is not found', status: 'NOT_FOUND' } },
				expected: { kind: 'model_not_found', status: 404 }
			},
			{
				name: 'a too long conversation',
				status: 400,
				body: {
					error: {
						code: 400,
						message:
							'The input token count (2000000) exceeds the maximum number of tokens allowed.',
						status: 'INVALID_ARGUMENT'
					}
				},
				expected: { kind: 'context_too_long', status: 400 }
			},
			{
				name: 'a rate limit with the wait in the body',
				status: 429,
				body: {
					error: {
						code: 429,
						message: 'You exceeded your current rate.',
						status: 'RESOURCE_EXHAUSTED',
						details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '48s' }]
					}
				},
				expected: { kind: 'rate_limit', status: 429, retryAfterMs: 48_000 }
			},
			{
				name: 'an error in a list, as without alt=sse',
				status: 503,
				body: [{ error: { code: 503, message: 'Try later.', status: 'UNAVAILABLE' } }],
				expected: { kind: 'overloaded', status: 503, message: 'Try later.' }
			}
		],
		refusal: {
			status: 400,
			body: {
				error: {
					code: 400,
					message: "Unsupported parameter: 'topK' is not supported by this model.",
					status: 'INVALID_ARGUMENT'
				}
			},
			parameter: 'topK',
			field: 'topK'
		},
		hasRefusals: false,
		reasoningTokens: true
	},
	{
		protocol: 'ollama',
		presetId: 'ollama',
		modelId: 'qwen3:32b',
		basePath: '',
		endpoint: '/api/chat',
		keyHeader: ['authorization', 'Bearer '],
		headers: [],
		parameters: {
			maxOutputTokens: 500,
			temperature: 0.5,
			topP: 0.9,
			topK: 40,
			frequencyPenalty: 0.1,
			presencePenalty: 0.2,
			repetitionPenalty: 1.1,
			stop: ['END'],
			seed: 7
		},
		body: {
			model: 'qwen3:32b',
			messages: [
				{ role: 'system', content: 'Be brief.' },
				{ role: 'user', content: 'Hi' },
				{ role: 'assistant', content: 'Hello.' },
				{ role: 'user', content: 'What is this?', images: ['iVBORw0KGgo='] }
			],
			stream: true,
			options: {
				num_ctx: 8192,
				num_predict: 500,
				temperature: 0.5,
				top_p: 0.9,
				top_k: 40,
				frequency_penalty: 0.1,
				presence_penalty: 0.2,
				repeat_penalty: 1.1,
				seed: 7,
				stop: ['END']
			}
		},
		continued: { path: 'messages.4', value: { role: 'assistant', content: 'Half an ' } },
		errors: [
			{
				name: 'a model that is not downloaded',
				status: 404,
				body: { error: "model 'qwen3:32b' not found" },
				expected: {
					kind: 'model_not_found',
					status: 404,
					message: "model 'qwen3:32b' not found"
				}
			},
			{
				name: 'an origin that is not allowed',
				status: 403,
				body: '',
				expected: { kind: 'permission', status: 403 }
			},
			{
				name: 'a nested body',
				status: 401,
				body: { error: { message: 'unauthorized', type: 'authentication_error' } },
				expected: { kind: 'auth', status: 401, message: 'unauthorized' }
			},
			{
				name: 'a too long prompt in the cloud',
				status: 400,
				body: { error: 'prompt too long; exceeded max context length by 12 tokens' },
				expected: { kind: 'context_too_long', status: 400 }
			},
			{
				name: 'a runner that died',
				status: 500,
				body: { error: 'llama runner process has terminated' },
				expected: { kind: 'server', status: 500 }
			}
		],
		refusal: {
			status: 400,
			body: { error: 'unsupported parameter "top_k"' },
			parameter: 'topK',
			field: 'top_k'
		},
		hasRefusals: false,
		reasoningTokens: false
	}
];
