import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProviderError } from '../errors.ts';
import { generate, type GenerateOptions } from '../generate.ts';
import { continueWords } from '../prompt.ts';
import type { GenerateRequest, OpenConnection, StreamEvent } from '../types.ts';
import { byteByByte, cutAt } from './cuts.ts';
import { conversation, type Dialect } from './dialects.ts';
import { startReplayServer, type ReplayServer, type ReplayStep } from './replay-server.ts';

const key = 'sk-test-key-0123456789';
const fullText = 'Grüße 👋🏽 สวัสดี 漢字 – fin.';

/** A recorded body of one wire format. */
export function fixture(protocol: string, name: string): string {
	return readFileSync(
		new URL(`../protocols/__fixtures__/${protocol}/${name}.txt`, import.meta.url),
		'utf8'
	);
}

/** Everything one request led to. */
export interface Outcome {
	readonly text: string;
	readonly reasoning: string;
	readonly events: readonly StreamEvent[];
	readonly error?: ProviderError;
}

/** Runs a generation to its end, waiting for nothing between retries. */
export async function collect(
	request: GenerateRequest,
	connection: OpenConnection,
	options: Partial<GenerateOptions> = {}
): Promise<Outcome> {
	const events: StreamEvent[] = [];
	let error: ProviderError | undefined;
	const signal = options.signal ?? new AbortController().signal;
	try {
		const wait = () => Promise.resolve();
		for await (const event of generate(request, connection, { wait, ...options, signal }))
			events.push(event);
	} catch (thrown) {
		if (!(thrown instanceof ProviderError)) throw thrown;
		error = thrown;
	}
	const join = (type: 'text-delta' | 'reasoning-delta') =>
		events.map((event) => (event.type === type ? event.delta : '')).join('');
	return {
		text: join('text-delta'),
		reasoning: join('reasoning-delta'),
		events,
		...(error !== undefined && { error })
	};
}

function at(value: unknown, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>(
			(inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
			value
		);
}

/** What every wire format has to do, whatever the network and the server do. */
export function describeContract(dialect: Dialect): void {
	const { protocol } = dialect;
	const contentType = protocol === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';

	describe(protocol, () => {
		let server: ReplayServer;
		let connection: OpenConnection;
		const request: GenerateRequest = { ...conversation, modelId: dialect.modelId, parameters: {} };
		const answer = fixture(protocol, 'answer');

		beforeAll(async () => {
			server = await startReplayServer(() => ({}));
			connection = {
				protocol,
				presetId: dialect.presetId,
				baseUrl: server.url + dialect.basePath,
				apiKey: key
			};
		});
		afterAll(() => server.close());

		function reply(body: string | readonly ReplayStep[], status = 200, headers = {}): void {
			server.handle(() => ({ status, headers: { 'content-type': contentType, ...headers }, body }));
		}

		function expectWhole(outcome: Outcome): void {
			expect(outcome.error).toBeUndefined();
			expect(outcome.text).toBe(fullText);
			expect(outcome.reasoning).toBe('Let me see.');
			expect(outcome.events.at(-1)).toEqual({
				type: 'finish',
				reason: 'stop',
				usage: {
					inputTokens: 21,
					outputTokens: 34,
					cachedInputTokens: 8,
					...(dialect.cacheWriteTokens !== undefined && {
						cacheWriteTokens: dialect.cacheWriteTokens
					}),
					...(dialect.reasoningTokens && { reasoningTokens: 5 })
				}
			});
		}

		test('reads a whole answer', async () => {
			reply(answer);
			expectWhole(await collect(request, connection));
		});

		test('reads an answer that arrives byte by byte', async () => {
			reply(byteByByte(answer));
			expectWhole(await collect(request, connection));
		});

		test('reads an answer cut anywhere', async () => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
					async (cuts) => {
						reply(cutAt(answer, cuts));
						expectWhole(await collect(request, connection));
					}
				),
				{ numRuns: 25 }
			);
		});

		test('reads line ends of every kind', async () => {
			for (const end of ['\n', '\r\n', ...(protocol === 'ollama' ? [] : ['\r'])]) {
				reply(answer.replaceAll('\r\n', '\n').replaceAll('\n', end));
				expectWhole(await collect(request, connection));
			}
		});

		test('says when the output limit cut the answer', async () => {
			reply(fixture(protocol, 'length'));
			const { text, events } = await collect(request, connection);
			expect(text).toBe('Half an ans');
			expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
		});

		if (dialect.hasRefusals)
			test('shows a refusal as text and says that it is one', async () => {
				reply(fixture(protocol, 'refusal'));
				const { text, events } = await collect(request, connection);
				expect(text).toBe('I cannot help with that.');
				expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'refusal' });
			});

		test('keeps the text before an error inside the stream, and does not retry', async () => {
			reply(fixture(protocol, 'error-in-stream'));
			const before = server.requests.length;
			const { text, error } = await collect(request, connection);
			expect(text).toBe('Half way');
			expect(error?.details).toMatchObject({
				kind: 'overloaded',
				message: expect.stringContaining('overloaded') as string
			});
			expect(server.requests.length - before).toBe(1);
		});

		test('calls an answer without its end mark interrupted', async () => {
			reply(fixture(protocol, 'no-end'));
			const { text, error } = await collect(request, connection);
			expect(text).toBe('Half way');
			expect(error?.kind).toBe('interrupted');
		});

		test('calls an answer interrupted when the line drops', async () => {
			const head = fixture(protocol, 'no-end');
			reply([head, { pause: 5 }, { end: 'reset' }]);
			const { text, error } = await collect(request, connection);
			expect(text).toBe('Half way');
			expect(error?.kind).toBe('interrupted');
		});

		test('ends a stall with a timeout and keeps the text', async () => {
			reply([fixture(protocol, 'no-end'), { end: 'stall' }]);
			const { text, error } = await collect(request, connection, { timeouts: { idleMs: 60 } });
			expect(text).toBe('Half way');
			expect(error?.kind).toBe('timeout');
			await server.requests.at(-1)?.closed;
		});

		test('ends a wait for headers with a timeout', async () => {
			server.handle(() => 'no-answer');
			const { error } = await collect(request, connection, { timeouts: { headersMs: 60 } });
			expect(error?.kind).toBe('timeout');
			await server.requests.at(-1)?.closed;
		});

		test.each(dialect.errors)('understands $name', async ({ status, body, headers, expected }) => {
			reply(typeof body === 'string' ? body : JSON.stringify(body), status, {
				'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
				...headers
			});
			const { error, text } = await collect(request, connection);
			expect(text).toBe('');
			expect(error?.details).toMatchObject({ ...expected, origin: server.url });
			expect(JSON.stringify(error?.details)).not.toContain(key);
		});

		test('tells a web page from an answer', async () => {
			reply('<!doctype html><title>Welcome</title>', 200, { 'content-type': 'text/html' });
			const { error } = await collect(request, connection);
			expect(error?.details).toMatchObject({ kind: 'unknown', code: 'html_page' });
		});

		test('tells a web page from an answer where the header lies', async () => {
			reply('<!doctype html>\n<title>Welcome</title>\n');
			const { error } = await collect(request, connection);
			expect(error?.details).toMatchObject({ kind: 'unknown', code: 'html_page' });
		});

		test('understands an error that comes with status 200 and no stream', async () => {
			reply(JSON.stringify({ error: { message: 'No capacity left', code: 429 } }, null, 2), 200, {
				'content-type': 'application/json'
			});
			const { error } = await collect(request, connection);
			expect(error?.details).toMatchObject({ kind: 'overloaded', message: 'No capacity left' });
		});

		test('never follows a redirect', async () => {
			const elsewhere = await startReplayServer(() => ({ body: answer }));
			reply('', 307, { location: `${elsewhere.url}/steal` });
			const { error } = await collect(request, connection);
			await elsewhere.close();
			expect(error?.kind).toBe('network_or_cors');
			expect(elsewhere.requests).toEqual([]);
		});

		test('says that nobody answered', async () => {
			const gone = await startReplayServer(() => ({}));
			await gone.close();
			const { error, events } = await collect(request, {
				...connection,
				baseUrl: gone.url + dialect.basePath
			});
			expect(error?.details).toMatchObject({
				kind: 'network_or_cors',
				networkCause: 'local-server',
				origin: gone.url
			});
			expect(events.map(({ type }) => type)).toEqual(['retry', 'retry']);
		});

		test('ends in silence when the person stops it, and closes the line', async () => {
			reply([fixture(protocol, 'no-end'), { end: 'stall' }]);
			const controller = new AbortController();
			const seen: StreamEvent[] = [];
			for await (const event of generate(request, connection, { signal: controller.signal })) {
				seen.push(event);
				controller.abort();
			}
			expect(seen.map(({ type }) => type)).toEqual(['text-delta']);
			await server.requests.at(-1)?.closed;
		});

		test('ends in silence when the person stops it before the headers', async () => {
			const controller = new AbortController();
			server.handle(() => {
				controller.abort();
				return 'no-answer';
			});
			const { events, error } = await collect(request, connection, { signal: controller.signal });
			expect(events).toEqual([]);
			expect(error).toBeUndefined();
			await server.requests.at(-1)?.closed;
		});

		test('sends nothing once it was stopped', async () => {
			const before = server.requests.length;
			const { events } = await collect(request, connection, { signal: AbortSignal.abort() });
			expect(events).toEqual([]);
			expect(server.requests.length).toBe(before);
		});

		test('closes the line when the reader leaves the loop', async () => {
			reply([fixture(protocol, 'no-end'), { end: 'stall' }]);
			const signal = new AbortController().signal;
			for await (const event of generate(request, connection, { signal }))
				if (event.type === 'text-delta') break;
			await server.requests.at(-1)?.closed;
		});

		test('sends the parameters in the words of the API, and nothing else', async () => {
			reply(answer);
			await collect({ ...request, parameters: dialect.parameters }, connection);
			const sent = server.requests.at(-1);
			expect(sent?.path).toBe(dialect.endpoint);
			expect(sent?.json).toEqual(dialect.body);
		});

		test('sends only the headers a preflight allows', async () => {
			reply(answer);
			await collect(request, connection);
			const [name, prefix] = dialect.keyHeader;
			const sent = server.requests.at(-1)?.headers ?? {};
			expect(sent[name]).toBe(prefix + key);
			// What Node's own fetch adds; a browser sends its like without asking.
			const byTheClient = [
				'host',
				'connection',
				'accept',
				'accept-encoding',
				'accept-language',
				'cache-control',
				'content-length',
				'pragma',
				'sec-fetch-mode',
				'user-agent'
			];
			const own = Object.keys(sent).filter((header) => !byTheClient.includes(header));
			expect(own.sort()).toEqual([name, 'content-type', ...dialect.headers].sort());
			expect(sent['user-agent']).toBe('node');
		});

		test('sends no key header without a key', async () => {
			reply(answer);
			const { presetId, baseUrl } = connection;
			expectWhole(await collect(request, { protocol, presetId, baseUrl }));
			expect(server.requests.at(-1)?.headers).not.toHaveProperty(dialect.keyHeader[0]);
		});

		test('tries again after a passing fault, as long as the server asks', async () => {
			const waits: number[] = [];
			let tries = 0;
			server.handle(() =>
				++tries < 3
					? { status: 429, headers: { 'retry-after': '2' }, body: '' }
					: { headers: { 'content-type': contentType }, body: answer }
			);
			const wait = (ms: number) => {
				waits.push(ms);
				return Promise.resolve();
			};
			expectWhole(await collect(request, connection, { wait }));
			expect(waits).toEqual([2000, 2000]);
		});

		test('drops a parameter the model refuses and asks once more', async () => {
			const { refusal } = dialect;
			let tries = 0;
			server.handle(() =>
				++tries === 1
					? { status: refusal.status, body: JSON.stringify(refusal.body) }
					: { headers: { 'content-type': contentType }, body: answer }
			);
			const outcome = await collect({ ...request, parameters: dialect.parameters }, connection);
			expectWhole(outcome);
			expect(outcome.events[0]).toEqual({
				type: 'parameter-dropped',
				parameter: refusal.parameter
			});
			expect(server.requests.at(-2)?.body).toContain(`"${refusal.field}"`);
			expect(server.requests.at(-1)?.body).not.toContain(`"${refusal.field}"`);
		});

		test('goes on from a partial answer', async () => {
			reply(answer);
			await collect({ ...request, continueFrom: 'Half an ' }, connection);
			const { json, body } = server.requests.at(-1) ?? {};
			expect(at(json, dialect.continued.path)).toEqual(dialect.continued.value);
			expect(body).toContain(continueWords);
		});
	});
}
