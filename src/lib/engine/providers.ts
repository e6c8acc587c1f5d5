import { ProviderError } from '#lib/providers';
import { catalogModel, catalogModels } from '#lib/providers/engine';
import type { Providers } from './compose.ts';

const notYet = {
	kind: 'unknown',
	message: 'Providers are not connected to the engine yet.'
} as const;

/** Stands in for the protocols until they are here: the demo answers, all else says why not. */
export const providers: Providers = {
	async *generate(request, connection, { signal, wait }) {
		if (connection.protocol !== 'demo') throw new ProviderError(notYet);
		const question = request.messages
			.at(-1)
			?.parts.map((part) => ('text' in part ? part.text : ''));
		const answer = `You said: “${question?.join(' ') ?? ''}”. This is a stand-in for the demo tour.`;
		for (const word of answer.split(/(?<= )/)) {
			await wait?.(20, signal);
			if (signal.aborted) return;
			yield { type: 'text-delta', delta: word };
		}
		yield { type: 'finish', reason: 'stop', usage: {} };
	},
	catalogModel,
	catalogModels,
	testConnection: () => Promise.resolve({ ok: false, error: notYet }),
	listModels: () => Promise.reject(new ProviderError(notYet)),
	warm: () => Promise.resolve()
};
