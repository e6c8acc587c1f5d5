import { normalizeBaseUrl, urlReach } from './base-url.ts';
import { ProviderError, providerError, withoutSecrets } from './errors.ts';
import { NdjsonFramer, saysError, SseFramer, type Framer } from './framing.ts';
import { parseJson } from './json.ts';
import { currentSurroundings, networkCause } from './network-cause.ts';
import type { OpenConnection, ProtocolOptions, ProviderErrorDetails } from './types.ts';

/**
 * The one way out. Every SDK gets `transport.fetch` in place of the browser's, so that whatever the
 * SDK does: only headers a provider allows are sent, only to the connection's own origin, without
 * redirects, cookies or referrer; silence ends in a timeout; and what went wrong is remembered here
 * as a ProviderError, whatever the SDK makes of it.
 */
export interface Transport {
	readonly fetch: typeof fetch;
	/** What failed first, if anything did. */
	readonly failure: ProviderError | undefined;
	/** Whether the stream's own end mark arrived. */
	readonly sawEnd: boolean;
	/** Nothing but a formality is outstanding: the stream may not stay silent for long any more. */
	expectEnd(): void;
	/** The error to report for something an SDK threw. */
	explain(error: unknown): ProviderError;
	/** Ends the request, whatever state it is in. */
	close(): void;
}

export interface TransportOptions extends ProtocolOptions {
	/** How a streamed body is framed; missing: a whole JSON body. */
	readonly framing?: 'sse' | 'ndjson';
	/** The model may think before it speaks. */
	readonly reasoning?: boolean;
}

/** Everything a provider's preflight is known to allow; SDKs add more, which would break it. */
const allowedHeaders = new Set([
	'accept',
	'authorization',
	'content-type',
	'x-api-key',
	'anthropic-version',
	'anthropic-dangerous-direct-browser-access',
	'x-goog-api-key'
]);
const keyHeaders = new Set(['authorization', 'x-api-key', 'x-goog-api-key']);

const headersMs = 60_000;
/** A local server may load a model of many gigabytes first. */
const localHeadersMs = 300_000;
const idleMs = 60_000;
const reasoningIdleMs = 180_000;
/** How long a host may keep an answer open that is complete but for its end mark. */
const formalityMs = 3_000;
/** Longest error body that is read, in characters. */
const longestErrorBody = 65_536;

/** Rejects when the promise takes longer than `ms`; `onLate` runs first. */
async function within<T>(promise: Promise<T>, ms: number, onLate: () => Error): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			reject(onLate());
		}, ms);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** Opens a way to one connection for one request; `signal` is the person's own abort. */
export function openTransport(
	connection: OpenConnection,
	signal: AbortSignal,
	options: TransportOptions = {}
): Transport {
	const send = options.fetch ?? fetch;
	const base = normalizeBaseUrl(connection.baseUrl);
	const local = urlReach(connection.baseUrl) !== 'public';
	const toHeaders = options.timeouts?.headersMs ?? (local ? localHeadersMs : headersMs);
	const idle = options.timeouts?.idleMs ?? (options.reasoning === true ? reasoningIdleMs : idleMs);
	const toFirstByte = options.timeouts?.idleMs ?? Math.max(idle, local ? localHeadersMs : 0);
	const controller = new AbortController();
	const abort = () => {
		controller.abort();
	};
	if (signal.aborted) abort();
	else signal.addEventListener('abort', abort, { once: true });

	let failure: ProviderError | undefined;
	let framer: Framer | undefined;
	let bodyEnded = false;
	let silence = toFirstByte;
	let hurried = false;
	const context: { origin?: string; apiKey?: string } = {
		...(base.ok && { origin: base.origin }),
		...(connection.apiKey !== undefined && { apiKey: connection.apiKey })
	};

	function fail(details: Omit<ProviderErrorDetails, 'origin'>, cause?: unknown): ProviderError {
		failure ??= new ProviderError(
			{ ...details, ...(context.origin !== undefined && { origin: context.origin }) },
			{ cause }
		);
		return failure;
	}

	function late(what: 'headers' | 'body'): ProviderError {
		const error = fail({
			kind: 'timeout',
			message:
				what === 'headers'
					? `No answer within ${Math.round(toHeaders / 1000)} s.`
					: `Nothing arrived for ${Math.round(silence / 1000)} s.`
		});
		controller.abort();
		return error;
	}

	async function readAll(response: Response): Promise<string> {
		const reader = response.body?.getReader();
		if (reader === undefined) return '';
		const decoder = new TextDecoder();
		let body = '';
		for (;;) {
			const { done, value } = await within(reader.read(), silence, () => late('body'));
			if (done) return body + decoder.decode();
			body += decoder.decode(value, { stream: true });
			if (!response.ok && body.length > longestErrorBody) {
				void reader.cancel().catch(() => undefined);
				return body;
			}
		}
	}

	function complain(status: number, body: string, headers?: Headers): ProviderError {
		const wait = headers?.get('retry-after-ms');
		failure ??= providerError({
			status,
			body,
			retryAfter:
				wait !== null && wait !== undefined && Number.isFinite(Number(wait))
					? String(Number(wait) / 1000)
					: (headers?.get('retry-after') ?? null),
			requestId: headers?.get('x-request-id') ?? headers?.get('request-id') ?? null,
			...context
		});
		return failure;
	}

	function notAnAnswer(body: string): ProviderError {
		const html = body.trimStart().startsWith('<');
		return fail({
			kind: 'unknown',
			status: 200,
			code: html ? 'html_page' : 'not_a_stream',
			message: html
				? 'The address answered with a web page.'
				: `The address answered with something else: ${withoutSecrets(body.trim().slice(0, 200), connection.apiKey)}`
		});
	}

	const dropped = (cause?: unknown) =>
		fail({ kind: 'interrupted', message: 'The connection dropped.' }, cause);

	/** The body as whole frames. An error waits until what came before it has been read. */
	function framed(body: ReadableStream<Uint8Array>, frames: Framer): ReadableStream<Uint8Array> {
		const reader = body.getReader();
		const encoder = new TextEncoder();
		let over = false;
		const faultError = () => {
			const fault = frames.fault;
			if (fault === undefined) return undefined;
			if (fault.type === 'error') return complain(200, fault.body);
			return fault.type === 'broken' ? dropped() : notAnAnswer(fault.body);
		};
		return new ReadableStream<Uint8Array>(
			{
				async pull(sink) {
					for (;;) {
						const error = faultError();
						if (error !== undefined) {
							controller.abort();
							throw error;
						}
						if (over) {
							sink.close();
							return;
						}
						let out: string;
						try {
							const { done, value } = await within(reader.read(), silence, () => late('body'));
							silence = hurried ? Math.min(idle, formalityMs) : idle;
							over = done;
							bodyEnded = done;
							out = done ? frames.end() : frames.push(value);
						} catch (error) {
							if (signal.aborted || failure !== undefined) throw error;
							throw dropped(error);
						}
						if (out !== '') {
							sink.enqueue(encoder.encode(out));
							return;
						}
					}
				},
				cancel() {
					controller.abort();
				}
			},
			{ highWaterMark: 0 }
		);
	}

	async function transportFetch(
		input: RequestInfo | URL,
		init: RequestInit = {}
	): Promise<Response> {
		const url = new URL(input instanceof Request ? input.url : input);
		if (!base.ok || url.origin !== base.origin)
			throw fail({
				kind: 'unknown',
				code: 'bad_base_url',
				message: 'The address of this connection cannot be used.'
			});
		const headers = new Headers();
		new Headers(init.headers).forEach((value, name) => {
			if (!allowedHeaders.has(name)) return;
			if (keyHeaders.has(name) && connection.apiKey === undefined) return;
			headers.set(name, value);
		});
		const innerAbort = init.signal;
		innerAbort?.addEventListener('abort', abort, { once: true });
		// Bytes are made of it while the turn is being written: of a long history that takes a while.
		const body = typeof init.body === 'string' ? new TextEncoder().encode(init.body) : init.body;
		await options.leave;
		let response: Response;
		try {
			response = await within(
				send(url.href, {
					method: init.method ?? 'GET',
					...(body !== undefined && body !== null && { body }),
					headers,
					signal: controller.signal,
					redirect: 'error',
					credentials: 'omit',
					referrerPolicy: 'no-referrer',
					// Chromium sends a preflight before each request that passes its cache by; no POST is cached.
					...(init.method !== 'POST' && { cache: 'no-store' })
				}),
				toHeaders,
				() => late('headers')
			);
		} catch (error) {
			if (signal.aborted || failure !== undefined) throw failure ?? error;
			const cause = await networkCause(url, currentSurroundings(options.permissions));
			throw fail(
				{
					kind: 'network_or_cors',
					message: error instanceof Error ? error.message : 'The request failed.',
					networkCause: cause
				},
				error
			);
		}
		options.onHeaders?.(response.headers);
		if (!response.ok) throw complain(response.status, await readAll(response), response.headers);
		const type = response.headers.get('content-type') ?? '';
		if (options.framing === undefined || response.body === null || type.includes('text/html')) {
			const body = await readAll(response);
			if (
				options.framing !== undefined ||
				type.includes('text/html') ||
				body.trimStart().startsWith('<')
			)
				throw notAnAnswer(body === '' ? '<' : body);
			if (saysError(parseJson(body))) throw complain(200, body, response.headers);
			return new Response(body, { headers: { 'content-type': 'application/json' } });
		}
		framer = options.framing === 'sse' ? new SseFramer() : new NdjsonFramer();
		return new Response(framed(response.body, framer), {
			headers: { 'content-type': type === '' ? 'text/event-stream' : type }
		});
	}

	return {
		fetch: transportFetch,
		get failure() {
			return failure;
		},
		get sawEnd() {
			return framer?.sawEnd === true;
		},
		expectEnd() {
			hurried = true;
			silence = Math.min(silence, formalityMs);
		},
		explain(error) {
			if (failure !== undefined) return failure;
			if (error instanceof ProviderError) return error;
			// Some SDKs complain of a missing end mark in words of their own.
			if (bodyEnded) return dropped(error);
			const message = error instanceof Error ? error.message : '';
			return fail(
				{
					kind: 'unknown',
					message: withoutSecrets(
						message === '' ? 'The answer could not be read.' : message,
						connection.apiKey
					)
				},
				error
			);
		},
		close() {
			signal.removeEventListener('abort', abort);
			controller.abort();
		}
	};
}
