import { WholeCharacters } from './deltas.ts';
import { ProviderError } from './errors.ts';
import type { Transport } from './transport.ts';
import type { ProtocolEvent } from './types.ts';

/**
 * What every protocol promises, kept in one place: whole characters only, a ProviderError for
 * whatever was thrown, silence after the person's abort, and `interrupted` for a stream that ended
 * without saying so, which the SDKs take for a complete answer.
 */
export async function* guarded(
	events: AsyncGenerator<ProtocolEvent, void, undefined>,
	transport: Transport,
	signal: AbortSignal
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const text = new WholeCharacters();
	const thought = new WholeCharacters();
	try {
		for await (const event of events) {
			if (signal.aborted) return;
			if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
				const delta = (event.type === 'text-delta' ? text : thought).push(event.delta);
				if (delta !== '') yield { type: event.type, delta };
				continue;
			}
			yield event;
			if (event.type === 'finish') return;
		}
		if (signal.aborted) return;
	} catch (error) {
		if (signal.aborted) return;
		throw transport.explain(error);
	} finally {
		transport.close();
	}
	throw (
		transport.failure ??
		new ProviderError({
			kind: 'interrupted',
			message: 'The answer ended before it was complete.'
		})
	);
}
