import { generate } from '../engine.ts';
import { ProviderError } from '../errors.ts';
import type {
	GenerateRequest,
	OpenConnection,
	ProviderErrorDetails,
	StreamEvent
} from '../types.ts';

/** What a test asks of the worker, and what it answers. */
export interface ProbeOrder {
	readonly request: GenerateRequest;
	readonly connection: OpenConnection;
	readonly idleMs?: number;
	/** Stops the generation after its first event. */
	readonly stopAfterFirst?: boolean;
}

export interface ProbeReport {
	readonly events: readonly StreamEvent[];
	readonly error?: ProviderErrorDetails;
	/** Anything but a ProviderError. */
	readonly surprise?: string;
}

async function run({
	request,
	connection,
	idleMs,
	stopAfterFirst
}: ProbeOrder): Promise<ProbeReport> {
	const events: StreamEvent[] = [];
	const controller = new AbortController();
	const options = {
		signal: controller.signal,
		wait: () => Promise.resolve(),
		timeouts: idleMs === undefined ? {} : { idleMs }
	};
	try {
		for await (const event of generate(request, connection, options)) {
			events.push(event);
			if (stopAfterFirst === true) controller.abort();
		}
		return { events };
	} catch (error) {
		return error instanceof ProviderError
			? { events, error: error.details }
			: { events, surprise: String(error) };
	}
}

self.addEventListener('message', (event: MessageEvent<ProbeOrder>) => {
	void run(event.data).then((report) => {
		self.postMessage(report);
	});
});
