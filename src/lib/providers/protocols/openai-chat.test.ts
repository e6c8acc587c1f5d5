import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, fixture } from '../testing/contract.ts';
import { startReplayServer, type ReplayServer } from '../testing/replay-server.ts';
import type { GenerateRequest, OpenConnection, PresetId } from '../types.ts';
import { chatBody } from './openai-chat.ts';

let server: ReplayServer;
beforeAll(async () => {
	server = await startReplayServer(() => ({}));
});
afterAll(() => server.close());

const request: GenerateRequest = {
	modelId: 'some-model',
	messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
	parameters: {}
};
const connect = (presetId: PresetId): OpenConnection => ({
	presetId,
	protocol: 'openai-chat',
	baseUrl: `${server.url}/v1`,
	apiKey: 'sk-test'
});

async function play(name: string, presetId: PresetId = 'custom') {
	server.handle(() => ({ body: fixture('openai-chat', name) }));
	return collect(request, connect(presetId));
}

describe('reading', () => {
	test("Mistral's typed content parts", async () => {
		const { text, reasoning } = await play('mistral-thinking-parts', 'mistral');
		expect([reasoning, text]).toEqual(['Let me see.', 'So: 42.']);
	});

	test('inline reasoning, only where the content begins with it', async () => {
		const { text, reasoning } = await play('think-tags', 'llamacpp');
		expect([reasoning, text]).toEqual(['Let me see.', 'The answer <think> is 4.']);
	});

	test('a character whose halves come in two deltas, never shown by half', async () => {
		const { text, events } = await play('emoji-split-over-deltas');
		expect(text).toBe('A 😀 B');
		for (const event of events)
			if (event.type === 'text-delta') expect(event.delta.isWellFormed()).toBe(true);
	});

	test('a byte order mark, CRLF and data without the space', async () => {
		expect((await play('crlf-bom-no-space')).text).toBe('Hi there');
	});

	test('unknown events, fields, data over several lines and a last event without a blank line', async () => {
		const { text, events } = await play('unknown-events');
		expect(text).toBe('Hi!');
		expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
	});

	test('tool calls in pieces', async () => {
		const { events } = await play('tool-call-split');
		expect(events).toEqual([
			{ type: 'tool-call', id: 'call_a', name: 'add', input: { a: 1, b: 2 } },
			{ type: 'tool-call', id: 'call_b', name: 'now', input: {} },
			expect.objectContaining({ type: 'finish', reason: 'tool-calls' })
		]);
	});

	test("xAI's output as what is left of the total", async () => {
		const { events } = await play('xai-reasoning-usage', 'xai');
		expect(events.at(-1)).toMatchObject({
			usage: { inputTokens: 12, outputTokens: 103, reasoningTokens: 100 }
		});
	});

	test("Groq's usage in its own field", async () => {
		const { events } = await play('groq-usage', 'groq');
		expect(events.at(-1)).toMatchObject({ usage: { inputTokens: 9, outputTokens: 2 } });
	});

	test("OpenRouter's own cost, and its thoughts once", async () => {
		const { reasoning, events } = await play('openrouter-cost', 'openrouter');
		expect(reasoning).toBe('Hm. ');
		expect(events.at(-1)).toMatchObject({ usage: { costUsd: 0.00012 } });
	});

	test('an error of the provider behind OpenRouter, in its own words', async () => {
		const { error } = await play('openrouter-processing-then-error', 'openrouter');
		expect(error?.details).toMatchObject({ kind: 'server', status: 502, message: 'upstream died' });
	});

	test("Groq's failed tool call in the middle of a stream", async () => {
		const { error, reasoning } = await play('groq-tool-use-failed', 'groq');
		expect(reasoning).toBe('Hmm.');
		expect(error?.details).toMatchObject({ code: 'tool_use_failed' });
	});

	test('an answer of a host that never sends the end mark', async () => {
		const { events, error } = await play('no-done-mark');
		expect(error).toBeUndefined();
		expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
	});

	test('an answer whose line drops after the finish reason', async () => {
		server.handle(() => ({
			body: [fixture('openai-chat', 'no-done-mark'), { pause: 5 }, { end: 'reset' }]
		}));
		const { events, error } = await collect(request, connect('custom'));
		expect(error).toBeUndefined();
		expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
	});
});

describe('asking', () => {
	const body = (presetId: PresetId, change: Partial<GenerateRequest>) =>
		chatBody({ ...request, ...change }, { presetId, protocol: 'openai-chat', baseUrl: '' });

	test('a host that does not know stream_options is asked without', async () => {
		let tries = 0;
		server.handle(() =>
			++tries === 1
				? {
						status: 422,
						body: '{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted","type":"extra_forbidden"}]}'
					}
				: { body: fixture('openai-chat', 'answer') }
		);
		const { error } = await collect(request, connect('custom'));
		expect(error).toBeUndefined();
		expect(server.requests.at(-2)?.json).toHaveProperty('stream_options');
		expect(server.requests.at(-1)?.json).not.toHaveProperty('stream_options');
	});

	test('Mistral: its own seed, no stream_options, effort none or high', () => {
		expect(
			body('mistral', {
				modelId: 'mistral-medium-3.5',
				parameters: { seed: 7, topK: 3, temperature: 2, reasoningEffort: 'low' }
			})
		).toEqual({
			model: 'mistral-medium-3.5',
			messages: [{ role: 'user', content: 'Hi' }],
			stream: true,
			random_seed: 7,
			temperature: 1.5,
			reasoning_effort: 'none'
		});
	});

	test('Typhoon: always an output limit, no parameter it does not document', () => {
		const sent = body('typhoon', {
			parameters: { seed: 7, stop: ['x'], repetitionPenalty: 1.05, presencePenalty: 1 }
		});
		expect(sent).toMatchObject({ max_tokens: 2048, repetition_penalty: 1.05 });
		expect(sent).not.toHaveProperty('seed');
		expect(sent).not.toHaveProperty('stop');
		expect(sent).not.toHaveProperty('presence_penalty');
	});

	test('Groq: reasoning set apart, effort by family', () => {
		const effort = { parameters: { reasoningEffort: 'high' } } as const;
		expect(body('groq', { modelId: 'openai/gpt-oss-120b', ...effort })).toMatchObject({
			reasoning_effort: 'high'
		});
		expect(body('groq', { modelId: 'qwen/qwen3-32b', ...effort })).toMatchObject({
			reasoning_effort: 'default',
			reasoning_format: 'parsed'
		});
		expect(body('groq', { modelId: 'llama-3.3-70b-versatile', ...effort })).not.toHaveProperty(
			'reasoning_effort'
		);
	});

	test('DeepSeek: thinking switched on and off', () => {
		expect(
			body('deepseek', { modelId: 'deepseek-v4-pro', parameters: { reasoningEffort: 'max' } })
		).toMatchObject({ thinking: { type: 'enabled' }, reasoning_effort: 'max' });
		expect(
			body('deepseek', { modelId: 'deepseek-v4-pro', parameters: { reasoningEffort: 'off' } })
		).toMatchObject({ thinking: { type: 'disabled' } });
	});

	test('OpenRouter: a reasoning object', () => {
		expect(
			body('openrouter', {
				modelId: 'x/y',
				capabilities: { reasoning: true },
				parameters: { reasoningEffort: 'max' }
			})
		).toMatchObject({ reasoning: { effort: 'xhigh' } });
	});

	test('OpenAI: reasoning models get a developer turn and no sampling', () => {
		expect(
			body('openai', {
				modelId: 'o3',
				system: 'Be brief.',
				parameters: { temperature: 0.5, stop: ['x'], maxOutputTokens: 9, reasoningEffort: 'max' }
			})
		).toEqual({
			model: 'o3',
			messages: [
				{ role: 'developer', content: 'Be brief.' },
				{ role: 'user', content: 'Hi' }
			],
			stream: true,
			stream_options: { include_usage: true },
			max_completion_tokens: 9,
			reasoning_effort: 'high'
		});
	});
});

describe('model lists', () => {
	const options = { signal: new AbortController().signal };
	const list = async (presetId: PresetId, body: unknown) => {
		server.handle(({ path }) =>
			path.startsWith('/v1/models')
				? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
				: { status: 404 }
		);
		const { listChatModels } = await import('./openai-models.ts');
		return listChatModels(connect(presetId), options.signal);
	};

	test('OpenAI: ids only, without what answers no chat', async () => {
		const models = await list('openai', {
			object: 'list',
			data: [{ id: 'gpt-6-sol' }, { id: 'text-embedding-3-small' }, { id: 'gpt-image-2' }]
		});
		expect(models).toEqual([{ id: 'gpt-6-sol' }]);
	});

	test('OpenRouter: window, limit, prices and abilities', async () => {
		const models = await list('openrouter', {
			data: [
				{
					id: 'a/b',
					name: 'A: B',
					context_length: 200000,
					architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
					pricing: { prompt: '0.000003', completion: '0.000015', input_cache_read: '0.0000003' },
					top_provider: { max_completion_tokens: 64000 },
					supported_parameters: ['reasoning', 'tools']
				},
				{ id: 'a/auto', pricing: { prompt: '-1', completion: '-1' } }
			]
		});
		expect(models).toEqual([
			{
				id: 'a/b',
				name: 'A: B',
				contextWindow: 200000,
				maxOutput: 64000,
				prices: { input: 3, output: 15, cachedInput: 0.3 },
				capabilities: { vision: true, tools: true, reasoning: true }
			},
			{ id: 'a/auto' }
		]);
	});

	test('Together: a bare list', async () => {
		expect(await list('together', [{ id: 'x/y', context_length: 8192 }])).toEqual([
			{ id: 'x/y', contextWindow: 8192 }
		]);
	});

	test('vLLM, Groq: the window under its own name', async () => {
		expect(await list('vllm', { data: [{ id: 'm', max_model_len: 4096 }] })).toEqual([
			{ id: 'm', contextWindow: 4096 }
		]);
		expect(
			await list('groq', { data: [{ id: 'm', context_window: 131072, max_completion_tokens: 8 }] })
		).toEqual([{ id: 'm', contextWindow: 131072, maxOutput: 8 }]);
	});
});
