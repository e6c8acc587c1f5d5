import { waitFor } from '../wait-for.ts';
import { presets } from '../presets.ts';
import { turnText } from '../prompt.ts';
import type { GenerateRequest, Protocol, ProtocolEvent } from '../types.ts';
import { demoAnswer } from './demo-words.ts';

/** Pace of about 60 words a second: fast enough to read along, slow enough to see it stream. */
const wordMs = 16;

/** Words with the space after them, so that they join to the text again. */
const words = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

function questions(request: GenerateRequest): string[] {
	return request.messages.filter(({ role }) => role === 'user').map(turnText);
}

/** What is left to say after a partial answer; all of it when that was no beginning of ours. */
function rest(answer: string, partial: string | undefined): string {
	return partial !== undefined && answer.startsWith(partial)
		? answer.slice(partial.length)
		: answer;
}

/**
 * A guide inside the app: no network, no key, no model. The same question gets the same answer.
 */
export const demo: Protocol = {
	async *stream(request, _connection, signal, options = {}) {
		const wait = options.wait ?? waitFor;
		const asked = questions(request);
		const { reasoning, text } = demoAnswer(asked);
		const going = request.continueFrom !== undefined && request.continueFrom !== '';
		const thoughts = going ? [] : words(reasoning);
		const spoken = words(rest(text, request.continueFrom));
		const events: ProtocolEvent[] = [
			...thoughts.map((delta): ProtocolEvent => ({ type: 'reasoning-delta', delta })),
			...spoken.map((delta): ProtocolEvent => ({ type: 'text-delta', delta }))
		];
		for (const event of events) {
			await wait(wordMs, signal);
			if (signal.aborted) return;
			yield event;
		}
		yield {
			type: 'finish',
			reason: 'stop',
			usage: {
				inputTokens: words(asked.join(' ')).length,
				outputTokens: events.length,
				reasoningTokens: thoughts.length
			}
		};
	},

	listModels: () => Promise.resolve([...(presets.demo.knownModels ?? [])])
};
