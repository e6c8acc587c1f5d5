import { isRetryable, ProviderError } from './errors.ts';
import { protocolOf } from './protocols.ts';
import type {
	GenerateRequest,
	OpenConnection,
	ParameterName,
	ProtocolOptions,
	StreamEvent
} from './types.ts';
import { waitFor } from './wait-for.ts';

/** Aborting `signal` ends the stream without an error. */
export interface GenerateOptions extends ProtocolOptions {
	readonly signal: AbortSignal;
	/** Between 0 and 1; spreads the waits of several tabs. */
	readonly random?: () => number;
}

const mostRetries = 2;
const firstBackoffMs = 500;

/**
 * Streams one answer, with what makes it robust: at most two retries of a passing fault, and one
 * more request without an optional parameter the model refuses; both only while nothing has been
 * shown. After an abort it ends without `finish` and without an error.
 * @throws ProviderError
 */
export async function* generate(
	request: GenerateRequest,
	connection: OpenConnection,
	options: GenerateOptions
): AsyncGenerator<StreamEvent, void, undefined> {
	const { signal, wait = waitFor, random = Math.random } = options;
	const protocol = await protocolOf(connection.protocol);
	// A function, because the flag changes while we wait.
	const stopped = () => signal.aborted;
	const refused: ParameterName[] = [...(request.refusedParameters ?? [])];
	let retries = 0;
	for (;;) {
		let shown = false;
		try {
			const asked = { ...request, refusedParameters: [...refused] };
			for await (const event of protocol.stream(asked, connection, signal, options)) {
				shown = true;
				yield event;
			}
			return;
		} catch (error) {
			if (stopped()) return;
			if (!(error instanceof ProviderError) || shown) throw error;
			const { kind, parameter, retryAfterMs } = error.details;
			if (kind === 'bad_parameter' && parameter !== undefined && !refused.includes(parameter)) {
				refused.push(parameter);
				yield { type: 'parameter-dropped', parameter };
				continue;
			}
			if (!isRetryable(error.details) || retries >= mostRetries) throw error;
			const backoff = firstBackoffMs * 2 ** retries * (0.75 + random() / 2);
			const waitMs = Math.ceil(retryAfterMs ?? backoff);
			retries++;
			yield { type: 'retry', waitMs, error: error.details };
			await wait(waitMs, signal);
			if (stopped()) return;
		}
	}
}
