import type { BaseAnthropic } from '@anthropic-ai/sdk/client';
import type { Stream } from '@anthropic-ai/sdk/core/streaming';
import { textWeight } from '#lib/context-window';
import { guarded } from '../guard.ts';
import { once } from '../once.ts';
import { count, known, list, record, text, toolInput, type Json } from '../json.ts';
import { modelRule } from '../model-rules.ts';
import { effectiveParameters, expectsReasoning } from '../parameters.ts';
import { promptTurns, repeatedStart, turnText } from '../prompt.ts';
import { openTransport, type Transport } from '../transport.ts';
import type {
	FinishReason,
	GenerateRequest,
	GenerationParameters,
	ModelInfo,
	OpenConnection,
	PromptMessage,
	PromptPart,
	Protocol,
	ProtocolEvent,
	ReasoningEffort,
	Usage
} from '../types.ts';

const newestVersion = '2026-10-21';
/** The newest version refuses sampling parameters; this one takes them where the model does. */
const samplingVersion = '2023-06-01';
const defaultMaxTokens = 32_000;
const leastBudget = 1024;

/** The SDK, loaded on first use as a chunk of its own. */
export const loadAnthropic = once(() => import('./anthropic-sdk.ts'));

function block(part: PromptPart): Json {
	if (part.type === 'text') return { type: 'text', text: part.text };
	return {
		type: 'image',
		source: { type: 'base64', media_type: part.mediaType, data: part.data }
	};
}

const budgets: Readonly<Record<Exclude<ReasoningEffort, 'off'>, number>> = {
	low: 2048,
	medium: 8192,
	high: 16_384,
	max: 24_000
};

const adaptiveEfforts: Readonly<Record<Exclude<ReasoningEffort, 'off'>, string>> = {
	low: 'low',
	medium: 'medium',
	high: 'high',
	max: 'max'
};

/** Thinking as the model's family wants it written. */
function thinkingFields(
	effort: GenerationParameters['reasoningEffort'],
	style: 'adaptive' | 'budget' | 'level' | undefined,
	maxTokens: number
): Json {
	if (effort === undefined || style === undefined) return {};
	if (effort === 'off') return { thinking: { type: 'disabled' } };
	if (style === 'adaptive')
		return {
			thinking: { type: 'adaptive', display: 'summarized' },
			output_config: { effort: adaptiveEfforts[effort] }
		};
	// A budget must leave room for the answer; without room there is no thinking.
	const budget = Math.min(budgets[effort], Math.floor(maxTokens * 0.8));
	return budget < leastBudget ? {} : { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** Anthropic keeps no shorter beginning of a prompt (tokens). */
const leastCached = 1024;
/** More of one text need not be looked at to know that it is long enough (UTF-16 units). */
const enough = 8192;

const isCacheable = (texts: readonly string[]): boolean => {
	let tokens = 0;
	return texts.some((text) => (tokens += textWeight(text.slice(0, enough))) >= leastCached);
};

const cacheHere = { cache_control: { type: 'ephemeral' } } as const;

/**
 * Turns as the API wants them, with a mark behind the last one that the next request will begin
 * with too: the end of what came before the newest question.
 */
function markedTurns(request: GenerateRequest, turns: readonly PromptMessage[]): Json[] {
	const earlier = promptTurns({ ...request, continueFrom: '' }, false).length - 1;
	const before = turns.slice(0, earlier);
	const marked = isCacheable([request.system ?? '', ...before.map(turnText)]) ? earlier - 1 : -1;
	return turns.map(({ role, parts }, place) => {
		const content = parts.map(block);
		const last = content.at(-1);
		if (place === marked && last !== undefined) content.splice(-1, 1, { ...last, ...cacheHere });
		return { role, content };
	});
}

export interface AnthropicCall {
	readonly body: Json;
	readonly version: string;
	/** White space that a prefill lost at its end. */
	readonly prefilled: boolean;
}

/** The body of one request and the API version it needs. */
export function anthropicCall(request: GenerateRequest, connection: OpenConnection): AnthropicCall {
	const sent = effectiveParameters(request, connection);
	const rule = modelRule(request.modelId);
	const maxTokens =
		sent.maxOutputTokens ??
		Math.min(
			request.modelMaxOutput ?? rule.maxOutput ?? defaultMaxTokens,
			// Input and limit together beyond the window are refused.
			request.outputRoom ?? defaultMaxTokens,
			defaultMaxTokens
		);
	const thinking = thinkingFields(sent.reasoningEffort, rule.thinking, maxTokens);
	const thinks = record(thinking.thinking).type === 'enabled' || 'output_config' in thinking;
	const sampling = thinks
		? {}
		: known({ temperature: sent.temperature, top_p: sent.topP, top_k: sent.topK });
	const prefilled = rule.prefill === true && !thinks && (request.continueFrom ?? '').trim() !== '';
	const system = request.system?.trim() ?? '';
	return {
		version: Object.keys(sampling).length > 0 ? samplingVersion : newestVersion,
		prefilled,
		body: {
			model: request.modelId,
			max_tokens: maxTokens,
			...(system !== '' && {
				system: isCacheable([system]) ? [{ type: 'text', text: system, ...cacheHere }] : system
			}),
			messages: markedTurns(request, promptTurns(request, prefilled)),
			stream: true,
			...sampling,
			...known({ stop_sequences: sent.stop }),
			...thinking
		}
	};
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
	end_turn: 'stop',
	stop_sequence: 'stop',
	max_tokens: 'length',
	tool_use: 'tool-calls',
	refusal: 'refusal',
	model_context_window_exceeded: 'context-full'
};

/** Cumulative usage: later values replace earlier ones, `null` keeps them. */
class AnthropicUsage {
	readonly #seen = new Map<string, number>();

	add(value: unknown): void {
		const usage = record(value);
		const thinking = record(usage.output_tokens_details).thinking_tokens;
		for (const [name, tokens] of [
			...Object.entries(usage),
			['thinking_tokens', thinking] as const
		]) {
			const known = count(tokens);
			if (known !== undefined) this.#seen.set(name, known);
		}
	}

	get total(): Usage {
		const uncached = this.#seen.get('input_tokens');
		const cachedInputTokens = this.#seen.get('cache_read_input_tokens');
		const cacheWriteTokens = this.#seen.get('cache_creation_input_tokens');
		return known({
			inputTokens:
				uncached === undefined
					? undefined
					: uncached + (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0),
			outputTokens: this.#seen.get('output_tokens'),
			cachedInputTokens,
			cacheWriteTokens,
			reasoningTokens: this.#seen.get('thinking_tokens')
		});
	}
}

async function client(connection: OpenConnection, transport: Transport): Promise<BaseAnthropic> {
	const { BaseAnthropic: Client } = await loadAnthropic();
	return new Client({
		apiKey: connection.apiKey ?? 'none',
		authToken: null,
		// The SDK would send a bearer token; gateways that speak this format know the older header.
		defaultHeaders: { authorization: null, 'x-api-key': connection.apiKey ?? 'none' },
		baseURL: connection.baseUrl.replace(/\/v1$/, ''),
		maxRetries: 0,
		fetch: transport.fetch,
		logLevel: 'off',
		dangerouslyAllowBrowser: true
	});
}

async function* read(
	request: GenerateRequest,
	connection: OpenConnection,
	transport: Transport,
	signal: AbortSignal
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const base = await client(connection, transport);
	if (signal.aborted) return;
	const call = anthropicCall(request, connection);
	const usage = new AnthropicUsage();
	const calls = new Map<unknown, { id: string; name: string; input: string }>();
	let reason: string | undefined;
	let atStart = call.prefilled;
	// The SDK's own verb for this writes to the console when a model is about to be retired.
	const stream = await base.post<Stream<unknown>>('/v1/messages', {
		body: call.body,
		headers: { 'anthropic-version': call.version },
		stream: true
	});
	for await (const value of stream) {
		const event: Json = record(value);
		switch (event.type) {
			case 'message_start':
				usage.add(record(event.message).usage);
				break;
			case 'content_block_start': {
				const started = record(event.content_block);
				if (started.type === 'tool_use')
					calls.set(event.index, {
						id: text(started.id) ?? '',
						name: text(started.name) ?? '',
						input: ''
					});
				const initial = started.type === 'text' ? text(started.text) : undefined;
				if (initial !== undefined) yield { type: 'text-delta', delta: initial };
				break;
			}
			case 'content_block_delta': {
				const delta = record(event.delta);
				const thought = delta.type === 'thinking_delta' ? text(delta.thinking) : undefined;
				if (thought !== undefined) yield { type: 'reasoning-delta', delta: thought };
				const part = delta.type === 'text_delta' ? text(delta.text) : undefined;
				if (part !== undefined) {
					const skip = atStart ? repeatedStart(request.continueFrom ?? '', part) : 0;
					atStart = false;
					if (skip < part.length) yield { type: 'text-delta', delta: part.slice(skip) };
				}
				const pending = calls.get(event.index);
				if (pending !== undefined && delta.type === 'input_json_delta')
					pending.input += text(delta.partial_json) ?? '';
				break;
			}
			case 'content_block_stop': {
				const pending = calls.get(event.index);
				if (pending === undefined) break;
				calls.delete(event.index);
				yield {
					type: 'tool-call',
					id: pending.id,
					name: pending.name,
					input: toolInput(pending.input)
				};
				break;
			}
			case 'message_delta':
				usage.add(event.usage);
				reason = text(record(event.delta).stop_reason) ?? reason;
				break;
			case 'message_stop':
				yield {
					type: 'finish',
					reason: reason === undefined ? 'other' : (finishReasons[reason] ?? 'other'),
					usage: usage.total
				};
				return;
		}
	}
}

/** Efforts that a model's entry in the live list names. */
function listedEfforts(capabilities: Json): readonly ReasoningEffort[] | undefined {
	const effort = record(capabilities.effort);
	if (effort.supported === false) return undefined;
	const named = (['low', 'medium', 'high', 'max'] as const).filter(
		(name) => record(effort[name]).supported === true
	);
	return named.length > 0 ? ['off', ...named] : undefined;
}

function listedModel(value: unknown): ModelInfo | undefined {
	const model = record(value);
	const id = text(model.id);
	if (id === undefined) return undefined;
	const capabilities = record(model.capabilities);
	const supports = (name: string): boolean | undefined => {
		const { supported } = record(capabilities[name]);
		return typeof supported === 'boolean' ? supported : undefined;
	};
	const flags = known({
		vision: supports('image_input'),
		reasoning: supports('thinking'),
		efforts: listedEfforts(capabilities)
	});
	return {
		id,
		...known({
			name: text(model.display_name),
			contextWindow: count(model.max_input_tokens),
			maxOutput: count(model.max_tokens)
		}),
		...(Object.keys(flags).length > 0 && { capabilities: flags })
	};
}

/** Anthropic's Messages API. */
export const anthropicMessages: Protocol = {
	stream(request, connection, signal, options = {}) {
		const transport = openTransport(connection, signal, {
			...options,
			framing: 'sse',
			reasoning: expectsReasoning(request, effectiveParameters(request, connection))
		});
		return guarded(read(request, connection, transport, signal), transport, signal);
	},

	async countInput(request, connection, signal, options = {}) {
		const transport = openTransport(connection, signal, options);
		try {
			const base = await client(connection, transport);
			const call = anthropicCall(request, connection);
			const { model, system, messages, thinking } = call.body;
			const body = known({ model, system, messages, thinking });
			const headers = { 'anthropic-version': call.version };
			const answer = await base.post<unknown>('/v1/messages/count_tokens', { body, headers });
			return count(record(answer).input_tokens);
		} catch (error) {
			throw transport.explain(error);
		} finally {
			transport.close();
		}
	},

	async listModels(connection, signal, options = {}) {
		const transport = openTransport(connection, signal, options);
		try {
			const base = await client(connection, transport);
			const headers = { 'anthropic-version': newestVersion };
			const models: ModelInfo[] = [];
			let after: string | undefined;
			do {
				const query = known({ limit: 1000, after_id: after });
				const page = record(await base.get<unknown>('/v1/models', { query, headers }));
				models.push(
					...list(page.data)
						.map(listedModel)
						.filter((model) => model !== undefined)
				);
				const next = page.has_more === true ? text(page.last_id) : undefined;
				after = next === after ? undefined : next;
			} while (after !== undefined);
			return models;
		} catch (error) {
			throw transport.explain(error);
		} finally {
			transport.close();
		}
	}
};
