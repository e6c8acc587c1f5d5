import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testConnection } from './connection-test.ts';
import { fixture } from './testing/contract.ts';
import {
	startReplayServer,
	type RecordedRequest,
	type ReplayServer
} from './testing/replay-server.ts';
import type { OpenConnection, PresetId } from './types.ts';

let server: ReplayServer;
beforeAll(async () => {
	server = await startReplayServer(() => ({}));
});
afterAll(() => server.close());

const options = { signal: new AbortController().signal };
const json = (value: unknown, status = 200) => ({
	status,
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify(value)
});
const models = json({ data: [{ id: 'm-1' }] });
const noKey = json({ error: { message: 'No auth credentials found' } }, 401);
const hasKey = ({ headers }: RecordedRequest) => headers.authorization === 'Bearer good';

async function run(presetId: PresetId, apiKey: string | undefined) {
	const before = server.requests.length;
	const connection: OpenConnection = {
		presetId,
		protocol: 'openai-chat',
		baseUrl: `${server.url}/v1`,
		...(apiKey !== undefined && { apiKey })
	};
	const result = await testConnection(connection, options);
	return {
		result,
		asked: server.requests.slice(before).map(({ method, path }) => `${method} ${path}`)
	};
}

describe('testing a connection', () => {
	test('a private model list proves the key by itself', async () => {
		server.handle((request) => (hasKey(request) ? models : noKey));
		expect(await run('openai', 'good')).toMatchObject({
			result: { ok: true, models: [{ id: 'm-1' }] },
			asked: ['GET /v1/models']
		});
		expect((await run('openai', 'bad')).result).toMatchObject({
			ok: false,
			error: { kind: 'auth', status: 401 }
		});
	});

	test('OpenRouter: the list is public, the key has its own address', async () => {
		server.handle((request) =>
			request.path === '/v1/models' ? models : hasKey(request) ? json({ data: {} }) : noKey
		);
		expect((await run('openrouter', 'good')).result).toMatchObject({ ok: true });
		expect(await run('openrouter', 'bad')).toMatchObject({
			result: { ok: false, error: { kind: 'auth' } },
			asked: ['GET /v1/key']
		});
	});

	test('a list that answers without a key is followed by the shortest chat', async () => {
		server.handle((request) => {
			if (request.path === '/v1/models') return models;
			return hasKey(request) ? { body: fixture('openai-chat', 'answer') } : noKey;
		});
		expect(await run('custom', 'good')).toMatchObject({
			result: { ok: true },
			asked: ['GET /v1/models', 'GET /v1/models', 'POST /v1/chat/completions']
		});
		expect(server.requests.at(-1)?.json).toMatchObject({ model: 'm-1', max_tokens: 16 });
		expect((await run('custom', 'bad')).result).toMatchObject({
			ok: false,
			error: { kind: 'auth' }
		});
	});

	test('without a key the list is enough', async () => {
		server.handle(() => models);
		expect(await run('llamacpp', undefined)).toMatchObject({
			result: { ok: true },
			asked: ['GET /v1/models', 'GET /v1/props'.replace('/v1', '')]
		});
	});

	test('a host without a list is tried with a model we know', async () => {
		server.handle((request) =>
			request.path === '/v1/models' ? { status: 404 } : { body: fixture('openai-chat', 'answer') }
		);
		const { result, asked } = await run('typhoon', 'good');
		expect(result).toMatchObject({ ok: true });
		expect(result.ok && result.models.length).toBeGreaterThan(0);
		expect(asked.at(-1)).toBe('POST /v1/chat/completions');
	});

	test('a web page at the address is no model list', async () => {
		server.handle(() => ({ headers: { 'content-type': 'text/html' }, body: '<!doctype html>' }));
		expect((await run('custom', undefined)).result).toMatchObject({
			ok: false,
			error: { code: 'html_page' }
		});
	});

	test('the demo is always there', async () => {
		const result = await testConnection(
			{ presetId: 'demo', protocol: 'demo', baseUrl: '' },
			options
		);
		expect(result).toMatchObject({ ok: true, models: [{ id: 'demo-tour' }] });
	});
});
