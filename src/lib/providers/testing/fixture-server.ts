import { readFileSync } from 'node:fs';
import {
	startReplayServer,
	type RecordedRequest,
	type ReplayHandler,
	type ReplayOptions,
	type ReplayServer
} from './replay-server.ts';

/** Every header that a strict provider's preflight allows, and none more. */
export const strictHeaders: readonly string[] = [
	'authorization',
	'content-type',
	'x-api-key',
	'anthropic-version',
	'anthropic-dangerous-direct-browser-access',
	'x-goog-api-key'
];

const endpoints: readonly (readonly [RegExp, string])[] = [
	[/\/chat\/completions$/, 'openai-chat'],
	[/\/responses$/, 'openai-responses'],
	[/\/messages$/, 'anthropic-messages'],
	[/:streamGenerateContent/, 'gemini'],
	[/\/api\/chat$/, 'ollama']
];

function askedModel({ path, json }: RecordedRequest): string {
	const inPath = /\/models\/([^/:]+):/.exec(path)?.[1];
	const inBody =
		typeof json === 'object' && json !== null && 'model' in json ? json.model : undefined;
	return inPath ?? (typeof inBody === 'string' ? inBody : '');
}

/**
 * Answers every wire format at its own path. The model's name says what happens: a fixture's name
 * plays it, `stall` begins and never ends, `status-<n>` fails so.
 */
const playFixture: ReplayHandler = (request) => {
	const protocol = endpoints.find(([pattern]) => pattern.test(request.path))?.[1];
	if (protocol === undefined)
		return { headers: { 'content-type': 'application/json' }, body: '{"data":[],"models":[]}' };
	const model = askedModel(request);
	const failure = /^status-(\d+)$/.exec(model)?.[1];
	if (failure !== undefined)
		return {
			status: Number(failure),
			headers: { 'content-type': 'application/json', 'retry-after': '7', 'x-request-id': 'req_1' },
			body: '{"error":{"message":"As you wished."}}'
		};
	const read = (name: string) =>
		readFileSync(new URL(`../protocols/__fixtures__/${protocol}/${name}.txt`, import.meta.url));
	const contentType = protocol === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';
	return {
		headers: { 'content-type': contentType },
		body: model === 'stall' ? [read('no-end'), { end: 'stall' }] : read(model)
	};
};

/** A replay server that plays fixtures. */
export const startFixtureServer = (options?: ReplayOptions): Promise<ReplayServer> =>
	startReplayServer(playFixture, options);
