/**
 * A real HTTP server that plays recorded answers byte by byte as they are, with delays, cuts,
 * resets, stalls, any status and headers, and CORS as strict as a test wants it. For tests of every
 * feature and for end-to-end journeys.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One request as it arrived. */
export interface RecordedRequest {
	readonly method: string;
	/** Path and query. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	/** The body as JSON, `undefined` where it is none. */
	readonly json: unknown;
	/** When it arrived (ms since the epoch). */
	readonly at: number;
	/** Settles once the connection is closed, whoever closed it. */
	readonly closed: Promise<void>;
}

/** A piece of an answer: bytes, a pause in ms, or how it ends before its time. */
export type ReplayStep =
	| string
	| Uint8Array
	| { readonly pause: number }
	/** Goes on once the promise settles. */
	| { readonly until: Promise<unknown> }
	/** Nothing more arrives and the line stays open, or it drops in the middle of the body. */
	| { readonly end: 'stall' | 'reset' };

export interface ReplayReply {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array | readonly ReplayStep[];
}

export type ReplayHandler = (
	request: RecordedRequest
) => ReplayReply | 'no-answer' | Promise<ReplayReply | 'no-answer'>;

export interface ReplayCors {
	/** Value of `access-control-allow-origin`. */
	readonly origin?: string;
	/** The only request headers the preflight allows, lower case; any other one refuses it. */
	readonly allowHeaders: readonly string[];
	/** Response headers the page may read. */
	readonly exposeHeaders?: readonly string[];
	/** How long a browser may keep the answer to a preflight (s). */
	readonly maxAge?: number;
}

export interface ReplayOptions {
	/** Missing: no CORS headers at all. */
	readonly cors?: ReplayCors;
	/** 0, the default, takes any free port. */
	readonly port?: number;
}

export interface ReplayServer {
	/** `http://127.0.0.1:<port>` */
	readonly url: string;
	/** Every request but preflights, in order. */
	readonly requests: readonly RecordedRequest[];
	/** Header names each preflight asked for. */
	readonly preflights: readonly (readonly string[])[];
	/** Replaces what answers from now on. */
	handle(handler: ReplayHandler): void;
	/** Drops every line and stops listening. */
	close(): Promise<void>;
}

function readBody(request: IncomingMessage): Promise<string> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			resolve(Buffer.concat(chunks).toString('utf8'));
		});
		request.on('error', reject);
	});
}

function parsed(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return undefined;
	}
}

/** Writes one piece so that it leaves as a packet of its own. */
function write(response: ServerResponse, bytes: string | Uint8Array): Promise<void> {
	return new Promise((resolve) => {
		response.write(bytes, () => {
			setImmediate(resolve);
		});
	});
}

async function play(response: ServerResponse, steps: readonly ReplayStep[]): Promise<void> {
	for (const step of steps) {
		if (response.destroyed) return;
		if (typeof step === 'string' || step instanceof Uint8Array) await write(response, step);
		else if ('until' in step) await step.until;
		else if ('end' in step) {
			if (step.end === 'reset') response.socket?.resetAndDestroy();
			return;
		} else await new Promise((resolve) => setTimeout(resolve, step.pause));
	}
	response.end();
}

function corsHeaders(cors: ReplayCors): Record<string, string> {
	return {
		'access-control-allow-origin': cors.origin ?? '*',
		...(cors.exposeHeaders !== undefined && {
			'access-control-expose-headers': cors.exposeHeaders.join(', ')
		})
	};
}

/** Starts a server on loopback that answers with what `handler` returns. */
export async function startReplayServer(
	handler: ReplayHandler,
	options: ReplayOptions = {}
): Promise<ReplayServer> {
	let answer = handler;
	const requests: RecordedRequest[] = [];
	const preflights: string[][] = [];
	const sockets = new Set<Socket>();
	const { cors } = options;

	function preflight(request: IncomingMessage, response: ServerResponse): void {
		const asked = (request.headers['access-control-request-headers'] ?? '')
			.split(',')
			.map((name) => name.trim().toLowerCase())
			.filter((name) => name !== '');
		preflights.push(asked);
		const allowed = cors !== undefined && asked.every((name) => cors.allowHeaders.includes(name));
		response.writeHead(
			allowed ? 204 : 403,
			allowed
				? {
						...corsHeaders(cors),
						'access-control-allow-methods': 'GET, POST',
						'access-control-allow-headers': cors.allowHeaders.join(', '),
						...(cors.maxAge !== undefined && { 'access-control-max-age': String(cors.maxAge) })
					}
				: {}
		);
		response.end();
	}

	async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
		if (request.method === 'OPTIONS') {
			preflight(request, response);
			return;
		}
		const closed = new Promise<void>((resolve) => {
			response.on('close', resolve);
		});
		const body = await readBody(request);
		const recorded: RecordedRequest = {
			method: request.method ?? 'GET',
			path: request.url ?? '/',
			headers: Object.fromEntries(
				Object.entries(request.headers).map(([name, value]) => [name, String(value)])
			),
			body,
			json: parsed(body),
			at: Date.now(),
			closed
		};
		requests.push(recorded);
		const reply = await answer(recorded);
		if (reply === 'no-answer') return;
		response.writeHead(reply.status ?? 200, {
			'content-type': 'text/event-stream',
			...(cors !== undefined && corsHeaders(cors)),
			...reply.headers
		});
		response.flushHeaders();
		const steps = reply.body ?? '';
		await play(
			response,
			typeof steps === 'string' || steps instanceof Uint8Array ? [steps] : steps
		);
	}

	const server = createServer((request, response) => {
		respond(request, response).catch(() => {
			response.destroy();
		});
	});
	server.on('connection', (socket) => {
		socket.setNoDelay(true);
		socket.on('error', () => undefined);
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => {
		server.listen(options.port ?? 0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		preflights,
		handle(next) {
			answer = next;
		},
		close() {
			for (const socket of sockets) socket.destroy();
			return new Promise((resolve) => {
				server.close(() => {
					resolve();
				});
			});
		}
	};
}
