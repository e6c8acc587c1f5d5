import type { ProtocolId } from './types.ts';

const WORDS = 8;

const repeated = (line: string): string => line.repeat(WORDS);
const sse = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const named = (data: { readonly type: string; readonly [field: string]: unknown }): string =>
	`event: ${data.type}\n${sse(data)}`;
const chatChunk = (delta: object, finish_reason: string | null): string =>
	sse({
		id: '-',
		object: 'chat.completion.chunk',
		created: 0,
		model: '-',
		choices: [{ index: 0, delta, finish_reason }]
	});
const responseOf = (status: string) => ({ id: '-', object: 'response', status, output: [] });

/** A short answer in each wire format. It names no usage, from which something would be learnt. */
const answers: Readonly<Record<Exclude<ProtocolId, 'demo'>, () => string>> = {
	'openai-chat': () =>
		repeated(chatChunk({ content: '-' }, null)) + chatChunk({}, 'stop') + 'data: [DONE]\n\n',
	'openai-responses': () =>
		named({ type: 'response.created', response: responseOf('in_progress') }) +
		repeated(
			named({
				type: 'response.output_text.delta',
				item_id: '-',
				output_index: 0,
				content_index: 0,
				delta: '-'
			})
		) +
		named({ type: 'response.completed', response: responseOf('completed') }),
	'anthropic-messages': () =>
		named({
			type: 'message_start',
			message: { id: '-', type: 'message', role: 'assistant', content: [], model: '-' }
		}) +
		named({
			type: 'content_block_start',
			index: 0,
			content_block: { type: 'text', text: '' }
		}) +
		repeated(
			named({
				type: 'content_block_delta',
				index: 0,
				delta: { type: 'text_delta', text: '-' }
			})
		) +
		named({ type: 'content_block_stop', index: 0 }) +
		named({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }) +
		named({ type: 'message_stop' }),
	gemini: () =>
		repeated(
			sse({ candidates: [{ index: 0, content: { role: 'model', parts: [{ text: '-' }] } }] })
		) + sse({ candidates: [{ index: 0, finishReason: 'STOP' }] }),
	ollama: () => {
		const line = (content: string, done: boolean): string =>
			`${JSON.stringify({ model: '-', message: { role: 'assistant', content }, done, ...(done && { done_reason: 'stop' }) })}\n`;
		return repeated(line('-', false)) + line('', true);
	}
};

/** In place of `fetch`: answers every request by itself, in a wire format. */
export function answering(protocol: Exclude<ProtocolId, 'demo'>): typeof fetch {
	const type = protocol === 'ollama' ? 'application/x-ndjson' : 'text/event-stream';
	return () =>
		Promise.resolve(new Response(answers[protocol](), { headers: { 'content-type': type } }));
}
