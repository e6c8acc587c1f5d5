import type OpenAI from 'openai';
import { ThinkSplitter } from '../deltas.ts';
import { ProviderError } from '../errors.ts';
import { guarded } from '../guard.ts';
import { count, isRecord, known, list, record, text, toolInput, type Json } from '../json.ts';
import { modelRule } from '../model-rules.ts';
import { effectiveParameters, expectsReasoning } from '../parameters.ts';
import { presets } from '../presets.ts';
import { promptTurns, turnImages, turnText } from '../prompt.ts';
import { openTransport, type Transport } from '../transport.ts';
import type {
	FinishReason,
	GenerateRequest,
	GenerationParameters,
	OpenConnection,
	PresetId,
	PromptMessage,
	Protocol,
	ProtocolEvent,
	ProtocolOptions,
	Usage
} from '../types.ts';
import { openAiClient } from './openai-client.ts';
import { listChatModels } from './openai-models.ts';

type ChatBody = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;

function content(turn: PromptMessage): unknown {
	const images = turnImages(turn);
	if (images.length === 0) return turnText(turn);
	return [
		...images.map(({ mediaType, data }) => ({
			type: 'image_url',
			image_url: { url: `data:${mediaType};base64,${data}` }
		})),
		...(turnText(turn) === '' ? [] : [{ type: 'text', text: turnText(turn) }])
	];
}

const openRouterEfforts = { low: 'low', medium: 'medium', high: 'high', max: 'xhigh' } as const;

/** A reasoning effort in the host's own words. */
function reasoningFields(
	presetId: PresetId,
	modelId: string,
	effort: GenerationParameters['reasoningEffort'],
	reasons: boolean
): Json {
	const style = presets[presetId].quirks.reasoning ?? 'none';
	if (style === 'groq') {
		// Without it the thoughts of some models stand inside the text. gpt-oss always sets them apart.
		const format = reasons && !modelId.includes('gpt-oss') ? { reasoning_format: 'parsed' } : {};
		if (effort === undefined) return format;
		if (modelId.includes('gpt-oss')) return { reasoning_effort: effort };
		return { ...format, reasoning_effort: effort === 'off' ? 'none' : 'default' };
	}
	if (effort === undefined) return {};
	switch (style) {
		case 'reasoning_effort':
			return {
				reasoning_effort: effort === 'off' ? 'none' : effort === 'max' ? 'xhigh' : effort
			};
		case 'openrouter':
			return {
				reasoning: effort === 'off' ? { enabled: false } : { effort: openRouterEfforts[effort] }
			};
		case 'deepseek':
			return effort === 'off'
				? { thinking: { type: 'disabled' } }
				: { thinking: { type: 'enabled' }, reasoning_effort: effort };
		case 'mistral':
			return { reasoning_effort: effort === 'off' ? 'none' : 'high' };
		default:
			return {};
	}
}

/** The body of one request, as the host of this connection wants it. */
export function chatBody(
	request: GenerateRequest,
	connection: OpenConnection,
	usageWanted = true
): Json {
	const { quirks } = presets[connection.presetId];
	const sent = effectiveParameters(request, connection);
	const rule = modelRule(request.modelId);
	const systemRole =
		quirks.developerRole === true && rule.reasons === true ? 'developer' : 'system';
	const system = request.system?.trim() ?? '';
	return {
		model: request.modelId,
		messages: [
			...(system === '' ? [] : [{ role: systemRole, content: system }]),
			...promptTurns(request, false).map((turn) => ({ role: turn.role, content: content(turn) }))
		],
		stream: true,
		...(usageWanted &&
			quirks.streamOptions !== false && { stream_options: { include_usage: true } }),
		...known({
			[quirks.maxTokensField ?? 'max_tokens']: sent.maxOutputTokens,
			temperature: sent.temperature,
			top_p: sent.topP,
			top_k: sent.topK,
			frequency_penalty: sent.frequencyPenalty,
			presence_penalty: sent.presencePenalty,
			[quirks.repetitionPenaltyField ?? 'repetition_penalty']: sent.repetitionPenalty,
			stop: sent.stop,
			[quirks.seedField ?? 'seed']: sent.seed
		}),
		...(request.refusedParameters?.includes('reasoningEffort') !== true &&
			reasoningFields(
				connection.presetId,
				request.modelId,
				sent.reasoningEffort,
				request.capabilities?.reasoning === true || rule.efforts?.includes('off') === true
			))
	};
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
	stop: 'stop',
	eos: 'stop',
	length: 'length',
	max_tokens: 'length',
	model_length: 'context-full',
	tool_calls: 'tool-calls',
	function_call: 'tool-calls',
	content_filter: 'content-filter'
};

/** Usage in our words. Hosts differ in what `completion_tokens` means; quirks say how. */
function chatUsage(value: unknown, outputIsRemainder = false): Usage {
	const usage = record(value);
	const input = count(usage.prompt_tokens);
	const total = count(usage.total_tokens);
	const output =
		outputIsRemainder && input !== undefined && total !== undefined
			? Math.max(0, total - input)
			: count(usage.completion_tokens);
	const prompt = record(usage.prompt_tokens_details);
	return known({
		inputTokens: input,
		outputTokens: output,
		cachedInputTokens: count(prompt.cached_tokens) ?? count(usage.prompt_cache_hit_tokens),
		cacheWriteTokens: count(prompt.cache_write_tokens),
		reasoningTokens: count(record(usage.completion_tokens_details).reasoning_tokens),
		costUsd: count(usage.cost)
	});
}

interface PendingCall {
	id: string;
	name: string;
	input: string;
}

/** Reads the chunks of one answer. */
class ChatReader {
	readonly #think = new ThinkSplitter();
	readonly #calls = new Map<number, PendingCall>();
	readonly #outputIsRemainder: boolean;
	#usage: Usage = {};
	#refused = false;
	/** The host's finish reason, once it has said one. */
	reason: string | undefined;

	constructor(outputIsRemainder: boolean) {
		this.#outputIsRemainder = outputIsRemainder;
	}

	chunk(value: unknown): ProtocolEvent[] {
		const chunk = record(value);
		const usage = chunk.usage ?? record(chunk.x_groq).usage;
		if (isRecord(usage)) this.#usage = chatUsage(usage, this.#outputIsRemainder);
		const choice = record(list(chunk.choices)[0]);
		const delta = record(choice.delta);
		const events: ProtocolEvent[] = [];
		const thought = text(delta.reasoning_content) ?? text(delta.reasoning);
		if (thought !== undefined) events.push({ type: 'reasoning-delta', delta: thought });
		events.push(...this.#content(delta.content));
		const refusal = text(delta.refusal);
		if (refusal !== undefined) {
			this.#refused = true;
			events.push({ type: 'text-delta', delta: refusal });
		}
		for (const call of list(delta.tool_calls)) this.#toolCall(record(call));
		this.reason = text(choice.finish_reason) ?? this.reason;
		return events;
	}

	/** A string, or the typed parts that Mistral's reasoning models send. */
	#content(value: unknown): ProtocolEvent[] {
		if (typeof value === 'string') return value === '' ? [] : this.#think.push(value);
		return list(value).flatMap((item): ProtocolEvent[] => {
			const part = record(item);
			if (part.type === 'thinking') {
				const thought = list(part.thinking)
					.map((piece) => text(record(piece).text) ?? '')
					.join('');
				return thought === '' ? [] : [{ type: 'reasoning-delta', delta: thought }];
			}
			const content = part.type === 'text' ? text(part.text) : undefined;
			return content === undefined ? [] : this.#think.push(content);
		});
	}

	/** Pieces of one call share an index; a host that leaves it out sends a new id per call. */
	#toolCall(call: Json): void {
		const id = text(call.id);
		const last = Math.max(-1, ...this.#calls.keys());
		const index =
			typeof call.index === 'number' ? call.index : id === undefined ? Math.max(0, last) : last + 1;
		const pending = this.#calls.get(index) ?? { id: '', name: '', input: '' };
		const named = record(call.function);
		pending.id ||= id ?? '';
		pending.name ||= text(named.name) ?? '';
		pending.input +=
			typeof named.arguments === 'string'
				? named.arguments
				: isRecord(named.arguments)
					? JSON.stringify(named.arguments)
					: '';
		this.#calls.set(index, pending);
	}

	end(): ProtocolEvent[] {
		const calls = [...this.#calls].map(([index, call]): ProtocolEvent => ({
			type: 'tool-call',
			id: call.id === '' ? `call_${index}` : call.id,
			name: call.name,
			input: toolInput(call.input)
		}));
		const reason =
			this.reason === undefined
				? calls.length > 0
					? 'tool-calls'
					: 'stop'
				: (finishReasons[this.reason] ?? 'other');
		return [
			...this.#think.end(),
			...calls,
			{
				type: 'finish',
				reason: this.#refused && reason === 'stop' ? 'refusal' : reason,
				usage: this.#usage
			}
		];
	}
}

async function* read(
	request: GenerateRequest,
	connection: OpenConnection,
	transport: Transport,
	signal: AbortSignal,
	usageWanted: boolean
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const reader = new ChatReader(presets[connection.presetId].quirks.outputIsRemainder === true);
	const client = await openAiClient(connection, transport);
	if (signal.aborted) return;
	try {
		const body = chatBody(request, connection, usageWanted) as unknown as ChatBody;
		for await (const chunk of await client.chat.completions.create(body)) {
			yield* reader.chunk(chunk);
			if (reader.reason !== undefined) transport.expectEnd();
		}
	} catch (error) {
		// A host that says why it finished and then drops the line has answered completely.
		const cut = transport.failure?.kind === 'interrupted' || transport.failure?.kind === 'timeout';
		if (reader.reason === undefined || !cut) throw error;
	}
	if (reader.reason !== undefined || transport.sawEnd) yield* reader.end();
}

function attempt(
	request: GenerateRequest,
	connection: OpenConnection,
	signal: AbortSignal,
	options: ProtocolOptions,
	usageWanted: boolean
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const transport = openTransport(connection, signal, {
		...options,
		framing: 'sse',
		reasoning: expectsReasoning(request, effectiveParameters(request, connection))
	});
	return guarded(read(request, connection, transport, signal, usageWanted), transport, signal);
}

/** Chat completions, as OpenAI made them and most hosts speak them. */
export const openaiChat: Protocol = {
	async *stream(request, connection, signal, options = {}) {
		try {
			yield* attempt(request, connection, signal, options, true);
		} catch (error) {
			// Refused before any text: some hosts know everything but the wish for a token count.
			const refused =
				error instanceof ProviderError &&
				error.kind === 'bad_parameter' &&
				error.message.includes('stream_options');
			if (!refused) throw error;
			yield* attempt(request, connection, signal, options, false);
		}
	},
	listModels: listChatModels
};
