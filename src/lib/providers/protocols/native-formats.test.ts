import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collect, fixture } from '../testing/contract.ts';
import { startReplayServer, type ReplayServer } from '../testing/replay-server.ts';
import type { GenerateRequest, OpenConnection, PresetId, ProtocolId } from '../types.ts';
import { anthropicCall, anthropicMessages } from './anthropic-messages.ts';
import { gemini, geminiParameters } from './gemini.ts';
import { contextToAskFor, ollama, ollamaBody } from './ollama.ts';
import { responsesBody } from './openai-responses.ts';

let server: ReplayServer;
beforeAll(async () => {
	server = await startReplayServer(() => ({}));
});
afterAll(() => server.close());

const ask = (change: Partial<GenerateRequest>): GenerateRequest => ({
	modelId: 'm',
	messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
	parameters: {},
	...change
});
const connect = (presetId: PresetId, protocol: ProtocolId): OpenConnection => ({
	presetId,
	protocol,
	baseUrl: server.url,
	apiKey: 'test-key'
});
async function play(presetId: PresetId, protocol: ProtocolId, name: string) {
	server.handle(() => ({ body: fixture(protocol, name) }));
	return collect(ask({}), connect(presetId, protocol));
}
const json = (value: unknown) => ({
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify(value)
});
const { signal } = new AbortController();

describe('openai-responses', () => {
	const read = (name: string) => play('openai', 'openai-responses', name);
	const body = (change: Partial<GenerateRequest>) =>
		responsesBody(ask(change), connect('openai', 'openai-responses'));

	test('sets summary parts apart', async () => {
		expect((await read('two-summary-parts')).reasoning).toBe('First.\n\nSecond.');
	});

	test('reads a tool call', async () => {
		const { events } = await read('tool-call');
		expect(events).toEqual([
			{ type: 'tool-call', id: 'call_a', name: 'add', input: { a: 1, b: 2 } },
			expect.objectContaining({ type: 'finish', reason: 'tool-calls' })
		]);
	});

	test('reads a filtered answer', async () => {
		expect((await read('filtered')).events.at(-1)).toMatchObject({ reason: 'content-filter' });
	});

	test('reads a failure and does not repeat what cannot work', async () => {
		const { error, events } = await read('failed-insufficient-quota');
		expect(error?.kind).toBe('billing');
		expect(events).toEqual([]);
	});

	test('asks for a summary of the reasoning, on the model’s own scale', () => {
		expect(body({ modelId: 'gpt-6.2-sol', parameters: { reasoningEffort: 'off' } })).toMatchObject({
			reasoning: { effort: 'low', summary: 'auto' }
		});
		expect(body({ modelId: 'gpt-5.4', parameters: { reasoningEffort: 'off' } })).toMatchObject({
			reasoning: { effort: 'none' }
		});
		expect(body({ modelId: 'gpt-4o', parameters: { reasoningEffort: 'high' } })).not.toHaveProperty(
			'reasoning'
		);
	});

	test('sends sampling to newer models only with reasoning off', () => {
		const parameters = { temperature: 0.3 };
		expect(body({ modelId: 'gpt-5.4', parameters })).not.toHaveProperty('temperature');
		expect(
			body({ modelId: 'gpt-5.4', parameters: { ...parameters, reasoningEffort: 'off' } })
		).toHaveProperty('temperature', 0.3);
	});
});

describe('anthropic-messages', () => {
	const read = (name: string) => play('anthropic', 'anthropic-messages', name);
	const call = (change: Partial<GenerateRequest>) =>
		anthropicCall(ask(change), connect('anthropic', 'anthropic-messages'));

	test('reads a stream whose event lines a proxy removed', async () => {
		expect((await read('no-event-lines')).text).toBe('Hi.');
	});

	test('reads a tool call without input', async () => {
		const { events } = await read('tool-call-empty-input');
		expect(events[0]).toEqual({ type: 'tool-call', id: 'toolu_1', name: 'now', input: {} });
	});

	test('says when the context window is full', async () => {
		expect((await read('context-window-exceeded')).events.at(-1)).toMatchObject({
			reason: 'context-full'
		});
	});

	test('uses the older version only for sampling that the model takes', () => {
		const parameters = { temperature: 0.4, topP: 0.5, topK: 3 };
		expect(call({ modelId: 'claude-haiku-4-5', parameters })).toMatchObject({
			version: '2023-06-01',
			body: { temperature: 0.4, top_k: 3 }
		});
		expect(call({ modelId: 'claude-haiku-4-5', parameters }).body).not.toHaveProperty('top_p');
		const newer = call({ modelId: 'claude-opus-5-5', parameters });
		expect(newer.version).toBe('2026-10-21');
		expect(newer.body).not.toHaveProperty('temperature');
		expect(call({ modelId: 'claude-haiku-4-5' }).version).toBe('2026-10-21');
	});

	test('really sends that version', async () => {
		server.handle(() => ({ body: fixture('anthropic-messages', 'answer') }));
		const modelId = 'claude-haiku-4-5';
		const connection = connect('anthropic', 'anthropic-messages');
		await collect(ask({ modelId, parameters: { temperature: 0.4 } }), connection);
		await collect(ask({ modelId }), connection);
		expect(server.requests.slice(-2).map(({ headers }) => headers['anthropic-version'])).toEqual([
			'2023-06-01',
			'2026-10-21'
		]);
	});

	test('writes thinking as the family wants it', () => {
		const parameters = { reasoningEffort: 'high' } as const;
		expect(call({ modelId: 'claude-sonnet-5', parameters }).body).toMatchObject({
			thinking: { type: 'adaptive', display: 'summarized' },
			output_config: { effort: 'high' }
		});
		const older = call({
			modelId: 'claude-haiku-4-5',
			parameters: { ...parameters, temperature: 0.2, maxOutputTokens: 4000 }
		});
		expect(older.body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 3200 } });
		expect(older.body).not.toHaveProperty('temperature');
		expect(
			call({ modelId: 'claude-haiku-4-5', parameters: { ...parameters, maxOutputTokens: 500 } })
				.body
		).not.toHaveProperty('thinking');
	});

	test('asks for no more output than the window has room for', () => {
		const modelId = 'claude-haiku-4-5';
		expect(call({ modelId }).body).toMatchObject({ max_tokens: 32_000 });
		expect(call({ modelId, outputRoom: 9_000 }).body).toMatchObject({ max_tokens: 9_000 });
		const parameters = { maxOutputTokens: 10_000 };
		expect(call({ modelId, outputRoom: 9_000, parameters }).body).toMatchObject({
			max_tokens: 10_000
		});
	});

	test('marks what the next request begins with too, where it is long enough to be kept', () => {
		const said = (role: 'user' | 'assistant', text: string) => ({
			role,
			parts: [{ type: 'text', text } as const]
		});
		const long = 'Some words. '.repeat(500);
		const mark = { cache_control: { type: 'ephemeral' } };
		const marksOf = ({ body }: ReturnType<typeof call>): number =>
			JSON.stringify(body).split('cache_control').length - 1;
		const messages = [said('user', 'A?'), said('assistant', long), said('user', 'B?')];

		const chat = call({ messages, system: 'Be brief.' });
		expect(chat.body).toMatchObject({
			system: 'Be brief.',
			messages: [{}, { content: [{ text: long, ...mark }] }, { content: [{ text: 'B?' }] }]
		});
		expect(marksOf(chat)).toBe(1);
		expect(marksOf(call({ messages, system: long }))).toBe(2);
		expect(marksOf(call({ messages, system: long, continueFrom: 'Half an' }))).toBe(2);
		const first = call({ messages: [said('user', long)], system: long });
		expect(first.body).toMatchObject({ system: [{ type: 'text', text: long.trim(), ...mark }] });
		expect(marksOf(first)).toBe(1);
		const short = [said('user', 'A?'), said('assistant', 'B.'), said('user', long)];
		expect(marksOf(call({ messages: short, system: 'Be brief.' }))).toBe(0);
	});

	test('goes on by prefill where the model takes one, without doubling white space', async () => {
		const modelId = 'claude-haiku-4-5';
		const continueFrom = 'Half an\n\n';
		server.handle(() => ({
			body: fixture('anthropic-messages', 'length').replace('Half an ans', '\\n\\nanswer')
		}));
		const connection = connect('anthropic', 'anthropic-messages');
		const { text } = await collect(ask({ modelId, continueFrom }), connection);
		expect(text).toBe('answer');
		expect(server.requests.at(-1)?.json).toMatchObject({
			messages: [
				{ role: 'user' },
				{ role: 'assistant', content: [{ type: 'text', text: 'Half an' }] }
			]
		});
		const newer = call({ modelId: 'claude-opus-5', continueFrom });
		expect(newer.prefilled).toBe(false);
	});

	test('lists models page by page, with limits and abilities', async () => {
		server.handle(({ path }) =>
			json(
				path.includes('after_id=a')
					? { data: [{ id: 'claude-b', display_name: 'B' }], has_more: false, last_id: 'claude-b' }
					: {
							data: [
								{
									id: 'a',
									display_name: 'A',
									max_input_tokens: 1000000,
									max_tokens: 128000,
									capabilities: {
										image_input: { supported: true },
										thinking: { supported: true },
										effort: {
											supported: true,
											low: { supported: true },
											high: { supported: true }
										}
									}
								}
							],
							has_more: true,
							last_id: 'a'
						}
			)
		);
		const models = await anthropicMessages.listModels(
			connect('anthropic', 'anthropic-messages'),
			signal
		);
		expect(models).toEqual([
			{
				id: 'a',
				name: 'A',
				contextWindow: 1000000,
				maxOutput: 128000,
				capabilities: { vision: true, reasoning: true, efforts: ['off', 'low', 'high'] }
			},
			{ id: 'claude-b', name: 'B' }
		]);
	});
});

describe('gemini', () => {
	const read = (name: string) => play('gemini', 'gemini', name);
	const config = (change: Partial<GenerateRequest>) =>
		geminiParameters(ask(change), connect('gemini', 'gemini')).config;

	test('says when the prompt or the answer was blocked', async () => {
		expect((await read('prompt-blocked')).events.at(-1)).toMatchObject({
			type: 'finish',
			reason: 'content-filter'
		});
		const { text, events } = await read('filtered');
		expect(text).toBe('Part');
		expect(events.at(-1)).toMatchObject({ reason: 'content-filter' });
	});

	test('says when thinking used up the limit', async () => {
		expect((await read('thinking-ate-the-limit')).events).toEqual([
			{
				type: 'finish',
				reason: 'length',
				usage: { inputTokens: 21, outputTokens: 95, reasoningTokens: 95 }
			}
		]);
	});

	test('reads a function call', async () => {
		const { events } = await read('function-call');
		expect(events[0]).toMatchObject({ type: 'tool-call', name: 'add', input: { a: 1, b: 2 } });
		expect(events[1]).toMatchObject({ reason: 'tool-calls' });
	});

	test('writes thinking as the generation wants it', () => {
		const parameters = { reasoningEffort: 'off' } as const;
		expect(config({ modelId: 'gemini-2.5-flash', parameters })).toEqual({
			thinkingConfig: { thinkingBudget: 0 }
		});
		expect(config({ modelId: 'gemini-2.5-pro', parameters })).toEqual({
			thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 }
		});
		expect(config({ modelId: 'gemini-3.5-flash', parameters })).toEqual({
			thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' }
		});
		expect(config({ modelId: 'gemini-3.7-flash', parameters: { temperature: 1 } })).toEqual({
			thinkingConfig: { includeThoughts: true }
		});
	});

	test('lists what generates text', async () => {
		server.handle(() =>
			json({
				models: [
					{
						name: 'models/gemini-3.7-flash',
						displayName: 'Gemini 3.7 Flash',
						inputTokenLimit: 1048576,
						outputTokenLimit: 65536,
						supportedGenerationMethods: ['generateContent', 'countTokens'],
						thinking: true
					},
					{ name: 'models/embedding-001', supportedGenerationMethods: ['embedContent'] }
				]
			})
		);
		expect(await gemini.listModels(connect('gemini', 'gemini'), signal)).toEqual([
			{
				id: 'gemini-3.7-flash',
				name: 'Gemini 3.7 Flash',
				contextWindow: 1048576,
				maxOutput: 65536,
				capabilities: { vision: true, reasoning: true }
			}
		]);
	});
});

describe('ollama', () => {
	const connection = (): OpenConnection => connect('ollama', 'ollama');

	test('reads blank lines, CRLF and a last line without its end', async () => {
		expect((await play('ollama', 'ollama', 'blank-lines-no-last-newline')).text).toBe('Hi!');
	});

	test('reads a tool call', async () => {
		const { events } = await play('ollama', 'ollama', 'tool-call');
		expect(events[0]).toMatchObject({ type: 'tool-call', name: 'add', input: { a: 1, b: 2 } });
		expect(events[1]).toMatchObject({ reason: 'tool-calls' });
	});

	test('asks for a context that holds the prompt, and never more than the model has', () => {
		const long = [{ role: 'user', parts: [{ type: 'text', text: 'x'.repeat(60_000) }] }] as const;
		expect(contextToAskFor(ask({}))).toBe(8192);
		expect(contextToAskFor(ask({ messages: long, contextWindow: 131072 }))).toBe(32768);
		expect(contextToAskFor(ask({ messages: long, contextWindow: 16384 }))).toBe(16384);
		expect(contextToAskFor(ask({ contextWindow: 2048 }))).toBe(2048);
	});

	test('asks for thinking only where the model can', () => {
		const parameters = { reasoningEffort: 'high' } as const;
		const reasoning = { capabilities: { reasoning: true } };
		expect(ollamaBody(ask({ parameters, ...reasoning }), connection())).toHaveProperty(
			'think',
			true
		);
		expect(ollamaBody(ask({ parameters }), connection())).not.toHaveProperty('think');
		expect(ollamaBody(ask({ modelId: 'gpt-oss:20b', parameters }), connection())).toHaveProperty(
			'think',
			'high'
		);
	});

	test('lists models with window and abilities, without those that answer no chat', async () => {
		server.handle(({ path, json: body }) => {
			if (path === '/api/tags')
				return json({ models: [{ model: 'qwen3:32b' }, { model: 'nomic' }, { model: 'old' }] });
			const { model } = body as { model: string };
			if (model === 'nomic') return json({ capabilities: ['embedding'], model_info: {} });
			if (model === 'old') return { status: 500, body: '' };
			return json({
				capabilities: ['completion', 'tools', 'thinking'],
				model_info: { 'qwen3.context_length': 40960, 'general.architecture': 'qwen3' }
			});
		});
		expect(await ollama.listModels(connection(), signal)).toEqual([
			{
				id: 'qwen3:32b',
				contextWindow: 40960,
				capabilities: { vision: false, tools: true, reasoning: true }
			},
			{ id: 'old' }
		]);
	});
});
