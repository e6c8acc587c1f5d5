import type OpenAI from 'openai';
import { providerError } from '../errors.ts';
import { guarded } from '../guard.ts';
import { count, known, record, text, toolInput, type Json } from '../json.ts';
import { effectiveParameters, expectsReasoning } from '../parameters.ts';
import { promptTurns, turnImages, turnText } from '../prompt.ts';
import { openTransport, type Transport } from '../transport.ts';
import type {
	FinishReason,
	GenerateRequest,
	OpenConnection,
	PromptMessage,
	Protocol,
	ProtocolEvent,
	ReasoningEffort,
	Usage
} from '../types.ts';
import { openAiClient } from './openai-client.ts';
import { listChatModels } from './openai-models.ts';

type ResponsesBody = OpenAI.Responses.ResponseCreateParamsStreaming;

const efforts: Readonly<Record<ReasoningEffort, string>> = {
	off: 'none',
	low: 'low',
	medium: 'medium',
	high: 'high',
	max: 'xhigh'
};

function inputItem(turn: PromptMessage): Json {
	if (turn.role === 'assistant')
		return { role: 'assistant', content: [{ type: 'output_text', text: turnText(turn) }] };
	return {
		role: 'user',
		content: [
			...turnImages(turn).map(({ mediaType, data }) => ({
				type: 'input_image',
				detail: 'auto',
				image_url: `data:${mediaType};base64,${data}`
			})),
			...(turnText(turn) === '' ? [] : [{ type: 'input_text', text: turnText(turn) }])
		]
	};
}

/** The body of one request. `store: false`: the provider keeps no copy. */
export function responsesBody(request: GenerateRequest, connection: OpenConnection): Json {
	const sent = effectiveParameters(request, connection);
	const system = request.system?.trim() ?? '';
	const effort = sent.reasoningEffort;
	return {
		model: request.modelId,
		...(system !== '' && { instructions: system }),
		input: promptTurns(request, false).map(inputItem),
		stream: true,
		store: false,
		...known({
			max_output_tokens: sent.maxOutputTokens,
			temperature: sent.temperature,
			top_p: sent.topP
		}),
		...(effort !== undefined && {
			reasoning: { effort: efforts[effort], ...(effort !== 'off' && { summary: 'auto' }) }
		})
	};
}

function responsesUsage(value: unknown): Usage {
	const usage = record(value);
	const input = record(usage.input_tokens_details);
	return known({
		inputTokens: count(usage.input_tokens),
		outputTokens: count(usage.output_tokens),
		cachedInputTokens: count(input.cached_tokens),
		cacheWriteTokens: count(input.cache_write_tokens),
		reasoningTokens: count(record(usage.output_tokens_details).reasoning_tokens)
	});
}

function endReason(response: Json, seen: { refusal: boolean; call: boolean }): FinishReason {
	if (response.status === 'incomplete') {
		const reason = record(response.incomplete_details).reason;
		if (reason === 'max_output_tokens') return 'length';
		return reason === 'content_filter' ? 'content-filter' : 'other';
	}
	if (seen.refusal) return 'refusal';
	return seen.call ? 'tool-calls' : 'stop';
}

async function* read(
	request: GenerateRequest,
	connection: OpenConnection,
	transport: Transport,
	signal: AbortSignal
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const client = await openAiClient(connection, transport);
	if (signal.aborted) return;
	const seen = { refusal: false, call: false, summary: false };
	const body = responsesBody(request, connection) as unknown as ResponsesBody;
	for await (const value of await client.responses.create(body)) {
		const event: Json = record(value);
		switch (event.type) {
			case 'response.output_text.delta':
			case 'response.refusal.delta': {
				seen.refusal ||= event.type === 'response.refusal.delta';
				const delta = text(event.delta);
				if (delta !== undefined) yield { type: 'text-delta', delta };
				break;
			}
			case 'response.reasoning_summary_part.added':
				if (seen.summary) yield { type: 'reasoning-delta', delta: '\n\n' };
				break;
			case 'response.reasoning_summary_text.delta':
			case 'response.reasoning_text.delta': {
				seen.summary = true;
				const delta = text(event.delta);
				if (delta !== undefined) yield { type: 'reasoning-delta', delta };
				break;
			}
			case 'response.output_item.done': {
				const item = record(event.item);
				if (item.type !== 'function_call') break;
				seen.call = true;
				yield {
					type: 'tool-call',
					id: text(item.call_id) ?? text(item.id) ?? 'call_0',
					name: text(item.name) ?? '',
					input: toolInput(text(item.arguments) ?? '')
				};
				break;
			}
			case 'response.failed': {
				const response = record(event.response);
				throw providerError({
					body: JSON.stringify({ error: response.error ?? {} }),
					origin: new URL(connection.baseUrl).origin,
					...(connection.apiKey !== undefined && { apiKey: connection.apiKey })
				});
			}
			case 'response.completed':
			case 'response.incomplete': {
				const response = record(event.response);
				yield {
					type: 'finish',
					reason: endReason(response, seen),
					usage: responsesUsage(response.usage)
				};
				return;
			}
		}
	}
}

/** OpenAI's Responses API. */
export const openaiResponses: Protocol = {
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
			const client = await openAiClient(connection, transport);
			const { model, instructions, input, reasoning } = responsesBody(request, connection);
			const body = known({ model, instructions, input, reasoning });
			return count(record(await client.post('/responses/input_tokens', { body })).input_tokens);
		} catch (error) {
			throw transport.explain(error);
		} finally {
			transport.close();
		}
	},
	listModels: listChatModels
};
