import type { ChatRequest, Ollama } from 'ollama/browser';
import { ThinkSplitter } from '../deltas.ts';
import { guarded } from '../guard.ts';
import { once } from '../once.ts';
import { count, isRecord, known, list, record, text, type Json } from '../json.ts';
import { bareModelId } from '../model-rules.ts';
import { effectiveParameters, expectsReasoning } from '../parameters.ts';
import { promptTurns, turnImages, turnText } from '../prompt.ts';
import { openTransport, type Transport } from '../transport.ts';
import type {
	FinishReason,
	GenerateRequest,
	GenerationParameters,
	ModelInfo,
	OpenConnection,
	Protocol,
	ProtocolEvent,
	ProtocolOptions
} from '../types.ts';

/** The SDK, loaded on first use as a chunk of its own. */
export const loadOllama = once(() => import('ollama/browser'));

const leastWindow = 8192;
const unknownWindow = 32_768;
const reservedOutput = 4096;
/** Deliberately low, so that the window is rather too large than too small. */
const charactersPerToken = 2.2;

/**
 * The context to ask for, in tokens. Ollama's own default cuts long prompts without a word, and
 * the model's whole window may not fit in memory, so it grows with the prompt by doubling: each
 * new size makes Ollama load the model again.
 */
export function contextToAskFor(request: GenerateRequest): number {
	const limit = request.contextWindow ?? unknownWindow;
	const characters =
		(request.system?.length ?? 0) +
		(request.continueFrom?.length ?? 0) +
		request.messages.reduce((sum, message) => sum + turnText(message).length, 0);
	const images = request.messages.reduce((sum, message) => sum + turnImages(message).length, 0);
	const output = request.parameters.maxOutputTokens ?? reservedOutput;
	const needed = characters / charactersPerToken + images * 1500 + output;
	let window = leastWindow;
	while (window < needed) window *= 2;
	return Math.min(window, limit);
}

function think(
	modelId: string,
	effort: GenerationParameters['reasoningEffort']
): boolean | string | undefined {
	if (effort === undefined) return undefined;
	if (bareModelId(modelId).startsWith('gpt-oss')) return effort;
	return effort !== 'off';
}

/** The body of one request. */
export function ollamaBody(request: GenerateRequest, connection: OpenConnection): Json {
	const sent = effectiveParameters(request, connection);
	const system = request.system?.trim() ?? '';
	return {
		model: request.modelId,
		messages: [
			...(system === '' ? [] : [{ role: 'system', content: system }]),
			...promptTurns(request, false).map((turn) => ({
				role: turn.role,
				content: turnText(turn),
				...(turnImages(turn).length > 0 && { images: turnImages(turn).map(({ data }) => data) })
			}))
		],
		stream: true,
		...known({ think: think(request.modelId, sent.reasoningEffort) }),
		options: {
			num_ctx: contextToAskFor(request),
			...known({
				num_predict: sent.maxOutputTokens,
				temperature: sent.temperature,
				top_p: sent.topP,
				top_k: sent.topK,
				frequency_penalty: sent.frequencyPenalty,
				presence_penalty: sent.presencePenalty,
				repeat_penalty: sent.repetitionPenalty,
				seed: sent.seed,
				stop: sent.stop
			})
		}
	};
}

const finishReasons: Readonly<Record<string, FinishReason>> = { stop: 'stop', length: 'length' };

async function client(connection: OpenConnection, transport: Transport): Promise<Ollama> {
	const { Ollama: Client } = await loadOllama();
	return new Client({
		host: connection.baseUrl.replace(/\/(?:v1|api)$/, ''),
		fetch: transport.fetch,
		...(connection.apiKey !== undefined && {
			headers: { authorization: `Bearer ${connection.apiKey}` }
		})
	});
}

async function* read(
	request: GenerateRequest,
	connection: OpenConnection,
	transport: Transport,
	signal: AbortSignal
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const ollama = await client(connection, transport);
	if (signal.aborted) return;
	const thinking = new ThinkSplitter();
	let calls = 0;
	const body = ollamaBody(request, connection) as unknown as ChatRequest & { stream: true };
	for await (const value of await ollama.chat(body)) {
		const line = record(value);
		const message = record(line.message);
		const thought = text(message.thinking);
		if (thought !== undefined) yield { type: 'reasoning-delta', delta: thought };
		const delta = text(message.content);
		if (delta !== undefined) yield* thinking.push(delta);
		for (const item of list(message.tool_calls)) {
			const named = record(record(item).function);
			yield {
				type: 'tool-call',
				id: text(record(item).id) ?? `call_${calls}`,
				name: text(named.name) ?? '',
				input: named.arguments ?? {}
			};
			calls++;
		}
		if (line.done !== true) continue;
		yield* thinking.end();
		const reason = finishReasons[text(line.done_reason) ?? 'stop'] ?? 'other';
		yield {
			type: 'finish',
			reason: calls > 0 && reason === 'stop' ? 'tool-calls' : reason,
			usage: known({
				inputTokens: count(line.prompt_eval_count),
				outputTokens: count(line.eval_count),
				cachedInputTokens: count(line.prompt_eval_cached_count)
			})
		};
		return;
	}
}

/** Window and abilities, from the model's own card; unknown where it cannot be read. */
async function shown(
	id: string,
	connection: OpenConnection,
	signal: AbortSignal,
	options: ProtocolOptions
): Promise<Omit<ModelInfo, 'id'> | undefined> {
	const transport = openTransport(connection, signal, options);
	try {
		const ollama = await client(connection, transport);
		const card = record(await ollama.show({ model: id }));
		const abilities = list(card.capabilities);
		if (abilities.length > 0 && !abilities.includes('completion')) return undefined;
		const info = isRecord(card.model_info) ? card.model_info : {};
		const window = Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1];
		return {
			...known({ contextWindow: count(window) }),
			...(abilities.length > 0 && {
				capabilities: {
					vision: abilities.includes('vision'),
					tools: abilities.includes('tools'),
					reasoning: abilities.includes('thinking')
				}
			})
		};
	} catch {
		return {};
	} finally {
		transport.close();
	}
}

/** Ollama's own API. */
export const ollama: Protocol = {
	stream(request, connection, signal, options = {}) {
		const transport = openTransport(connection, signal, {
			...options,
			framing: 'ndjson',
			reasoning: expectsReasoning(request, effectiveParameters(request, connection))
		});
		return guarded(read(request, connection, transport, signal), transport, signal);
	},

	async listModels(connection, signal, options = {}) {
		const transport = openTransport(connection, signal, options);
		try {
			const { models } = await (await client(connection, transport)).list();
			const ids = list(models)
				.map((model) => text(record(model).model) ?? text(record(model).name))
				.filter((id) => id !== undefined);
			const cards = await Promise.all(ids.map((id) => shown(id, connection, signal, options)));
			return ids.flatMap((id, index) => {
				const card = cards[index];
				return card === undefined ? [] : [{ id, ...card }];
			});
		} catch (error) {
			throw transport.explain(error);
		} finally {
			transport.close();
		}
	}
};
