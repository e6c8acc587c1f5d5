import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countInput } from './count-input.ts';
import { startReplayServer, type ReplayServer } from './testing/replay-server.ts';
import type { GenerateRequest, OpenConnection, PresetId, ProtocolId } from './types.ts';

let server: ReplayServer;
let host = 0;
beforeAll(async () => {
	server = await startReplayServer(() => ({}));
});
afterAll(() => server.close());
beforeEach(() => {
	host += 1;
});

const request: GenerateRequest = {
	modelId: 'm',
	system: 'Be brief.',
	messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
	parameters: { maxOutputTokens: 9 }
};
/** A host of its own for each test: who counts nothing is not asked again. */
const connect = (presetId: PresetId, protocol: ProtocolId): OpenConnection => ({
	presetId,
	protocol,
	baseUrl: `${server.url}/${host}`,
	apiKey: 'test-key'
});
const json = (value: unknown, status = 200) => ({
	status,
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify(value)
});
const signal = new AbortController().signal;
const asked = () => server.requests.filter(({ path }) => path.startsWith(`/${host}/`));

describe('the provider counts the input', () => {
	test.each([
		{
			protocol: 'openai-responses',
			presetId: 'openai',
			answer: { object: 'response.input_tokens', input_tokens: 4321 },
			path: '/responses/input_tokens',
			key: ['authorization', 'Bearer test-key'],
			body: {
				model: 'm',
				instructions: 'Be brief.',
				input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }]
			}
		},
		{
			protocol: 'anthropic-messages',
			presetId: 'anthropic',
			answer: { input_tokens: 4321 },
			path: '/v1/messages/count_tokens',
			key: ['x-api-key', 'test-key'],
			body: {
				model: 'm',
				system: 'Be brief.',
				messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]
			}
		},
		{
			protocol: 'gemini',
			presetId: 'gemini',
			answer: { totalTokens: 4321 },
			path: '/v1beta/models/m:countTokens',
			key: ['x-goog-api-key', 'test-key'],
			body: {
				generateContentRequest: {
					model: 'models/m',
					contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
					systemInstruction: { parts: [{ text: 'Be brief.' }] }
				}
			}
		}
	] as const)('$protocol', async ({ protocol, presetId, answer, path, key, body }) => {
		server.handle(() => json(answer));
		expect(await countInput(request, connect(presetId, protocol), { signal })).toBe(4321);
		const [sent] = asked();
		expect(sent).toMatchObject({ method: 'POST', path: `/${host}${path}` });
		expect(sent?.headers[key[0]]).toBe(key[1]);
		expect(sent?.json).toEqual(body);
	});

	test.each(['openai-chat', 'ollama', 'demo'] as const)(
		'%s has no such count',
		async (protocol) => {
			expect(await countInput(request, connect('custom', protocol), { signal })).toBeUndefined();
			expect(asked()).toEqual([]);
		}
	);

	test.each([404, 405, 501])(
		'who answers %i is not asked again for that model, for an hour',
		async (status) => {
			server.handle(() => json({ error: { message: 'No.' } }, status));
			const connection = connect('anthropic', 'anthropic-messages');
			let time = 1_000;
			const options = { signal, now: () => time };
			expect(await countInput(request, connection, options)).toBeUndefined();
			server.handle(() => json({ input_tokens: 7 }));
			expect(await countInput(request, connection, options)).toBeUndefined();
			expect(asked()).toHaveLength(1);
			expect(await countInput({ ...request, modelId: 'other' }, connection, options)).toBe(7);
			time += 59 * 60_000;
			expect(await countInput(request, connection, options)).toBeUndefined();
			time += 60_000;
			expect(await countInput(request, connection, options)).toBe(7);
		}
	);

	test.each([400, 403, 500])('who answers %i is asked again at once', async (status) => {
		server.handle(() => json({ error: { message: 'No.' } }, status));
		const connection = connect('anthropic', 'anthropic-messages');
		expect(await countInput(request, connection, { signal })).toBeUndefined();
		server.handle(() => json({ input_tokens: 7 }));
		expect(await countInput(request, connection, { signal })).toBe(7);
	});

	test('a failure is no failure of the turn, and the next one is counted again', async () => {
		const connection = connect('anthropic', 'anthropic-messages');
		server.handle(() => json({ error: { message: 'Busy.' } }, 529));
		expect(await countInput(request, connection, { signal })).toBeUndefined();
		server.handle(() => json({ input_tokens: 7 }));
		expect(await countInput(request, connection, { signal })).toBe(7);
	});

	test('nobody waits longer than two seconds, nor after a stop', async () => {
		server.handle(() => 'no-answer');
		const start = performance.now();
		expect(await countInput(request, connect('gemini', 'gemini'), { signal })).toBeUndefined();
		expect(performance.now() - start).toBeLessThan(5_000);
		expect(
			await countInput(request, connect('openai', 'openai-responses'), {
				signal: AbortSignal.abort()
			})
		).toBeUndefined();
	});
});
