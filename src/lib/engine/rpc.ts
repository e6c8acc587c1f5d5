/**
 * What structured clone cannot carry between the page and the engine, on top of comlink: our
 * errors with their `kind`, and listeners.
 */
import * as Comlink from 'comlink';
import * as v from 'valibot';

/** An engine verb failed. `kind` is that of the error thrown in the engine. */
export class EngineError extends Error {
	override readonly name = 'EngineError';
	readonly kind: string;

	constructor(kind: string, message: string) {
		super(message);
		this.kind = kind;
	}
}

type Handler = Comlink.TransferHandler<unknown, unknown>;

const Thrown = v.object({ kind: v.string(), message: v.string() });

function kindOf(error: unknown): string {
	if (typeof error === 'object' && error !== null && 'kind' in error) return String(error.kind);
	return error instanceof Error ? error.name : 'unknown';
}

/** Call once in each realm, before the first message. */
export function prepareRpc(): void {
	const builtInThrow = Comlink.transferHandlers.get('throw') as Handler;
	const builtInProxy = Comlink.transferHandlers.get('proxy') as Handler;

	Comlink.transferHandlers.set('throw', {
		canHandle: (value): value is unknown => builtInThrow.canHandle(value),
		serialize(thrown: unknown) {
			const { value } = thrown as { value: unknown };
			const message = value instanceof Error ? value.message : String(value);
			return [{ kind: kindOf(value), message }, []];
		},
		deserialize(data: unknown) {
			const thrown = v.safeParse(Thrown, data);
			throw thrown.success
				? new EngineError(thrown.output.kind, thrown.output.message)
				: new EngineError('unknown', 'The engine failed without saying why.');
		}
	});
	Comlink.transferHandlers.set('listener', {
		canHandle: (value): value is unknown =>
			typeof value === 'function' && !builtInProxy.canHandle(value),
		serialize: (listener) => builtInProxy.serialize(Comlink.proxy(listener as () => void)),
		deserialize: (port) => builtInProxy.deserialize(port)
	});
}
