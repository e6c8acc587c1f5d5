import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect, fixture } from './testing/contract.ts';
import { startReplayServer, type ReplayReply, type ReplayServer } from './testing/replay-server.ts';
import type { GenerateRequest, OpenConnection } from './types.ts';

let server: ReplayServer;
let connection: OpenConnection;
beforeAll(async () => {
	server = await startReplayServer(() => ({}));
	connection = { presetId: 'custom', protocol: 'openai-chat', baseUrl: `${server.url}/v1` };
});
afterAll(() => server.close());

const request: GenerateRequest = {
	modelId: 'm',
	messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
	parameters: { topP: 0.5, temperature: 1 }
};
const good: ReplayReply = { body: fixture('openai-chat', 'answer') };
const refuse = (parameter: string): ReplayReply => ({
	status: 400,
	body: JSON.stringify({
		error: { message: 'no', param: parameter, code: 'unsupported_parameter' }
	})
});

/** Answers with each reply in turn, the last one for ever; counts the requests. */
function replies(...list: readonly ReplayReply[]): () => number {
	let count = 0;
	server.handle(() => list[Math.min(count++, list.length - 1)] ?? {});
	return () => count;
}

test('gives up after two retries, each wait longer than the last', async () => {
	const count = replies({ status: 503 });
	const waits: number[] = [];
	const { error, events } = await collect(request, connection, {
		random: () => 0.5,
		wait: (ms) => {
			waits.push(ms);
			return Promise.resolve();
		}
	});
	expect(error?.kind).toBe('overloaded');
	expect(waits).toEqual([500, 1000]);
	expect(events).toMatchObject([
		{ type: 'retry', waitMs: 500, error: { kind: 'overloaded' } },
		{ type: 'retry', waitMs: 1000 }
	]);
	expect(count()).toBe(3);
});

test('does not wait for longer than a minute', async () => {
	const count = replies({ status: 429, headers: { 'retry-after': '61' } });
	const { error } = await collect(request, connection);
	expect(error?.details).toMatchObject({ kind: 'rate_limit', retryAfterMs: 61_000 });
	expect(count()).toBe(1);
});

test.each([400, 401, 402, 403, 404, 413, 422])('does not repeat a %i', async (status) => {
	const count = replies({ status, body: '{"error":{"message":"no"}}' });
	await collect(request, connection);
	expect(count()).toBe(1);
});

test('does not repeat once anything was shown, even a thought', async () => {
	const count = replies({ body: fixture('openai-chat', 'groq-tool-use-failed') });
	await collect(request, connection);
	expect(count()).toBe(1);
});

test('repeats an answer that broke off before its first word', async () => {
	const count = replies({ body: ': waiting\n\n' }, good);
	const { error, events } = await collect(request, connection);
	expect(error).toBeUndefined();
	expect(events[0]).toMatchObject({ type: 'retry', error: { kind: 'interrupted' } });
	expect(count()).toBe(2);
});

test('a stop while waiting ends it', async () => {
	const count = replies({ status: 503 });
	const controller = new AbortController();
	const { error, events } = await collect(request, connection, {
		signal: controller.signal,
		wait: () => {
			controller.abort();
			return Promise.resolve();
		}
	});
	expect(error).toBeUndefined();
	expect(events.map(({ type }) => type)).toEqual(['retry']);
	expect(count()).toBe(1);
});

test('drops one refused parameter after the other, each once', async () => {
	replies(refuse('top_p'), refuse('temperature'), good);
	const { error, events } = await collect(request, connection);
	expect(error).toBeUndefined();
	expect(events.slice(0, 2)).toEqual([
		{ type: 'parameter-dropped', parameter: 'topP' },
		{ type: 'parameter-dropped', parameter: 'temperature' }
	]);
	expect(server.requests.at(-1)?.json).not.toHaveProperty('temperature');
});

test('a parameter refused twice is an error, not a loop', async () => {
	const count = replies(refuse('top_p'));
	const { error } = await collect(request, connection);
	expect(error?.details).toMatchObject({ kind: 'bad_parameter', parameter: 'topP' });
	expect(count()).toBe(2);
});

test('an address that may not be used gets no request', async () => {
	const { error } = await collect(request, { ...connection, baseUrl: 'http://example.com/v1' });
	expect(error?.details).toMatchObject({ kind: 'unknown', code: 'bad_base_url' });
});
