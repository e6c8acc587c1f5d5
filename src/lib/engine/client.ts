import { scriptURL } from '#lib/trusted';
import * as Comlink from 'comlink';
import type { EngineApi } from './contract.ts';
import workerUrl from './engine.worker.ts?worker&url';
import { prepareRpc } from './rpc.ts';

/**
 * Starts this tab's engine worker. Verbs can be called at once: they wait for the worker to load.
 * @param onCrash called when the worker could not be loaded or died
 * @param start when the worker may start: while the first frame is made it would take the processor from it
 */
export function startEngine(
	onCrash: (error: Error) => void,
	start: Promise<unknown> = Promise.resolve()
): EngineApi {
	prepareRpc();
	// The channel keeps what is said before the worker listens.
	const { port1, port2 } = new MessageChannel();
	void start.then(() => {
		const worker = new Worker(scriptURL(workerUrl), { type: 'module', name: 'engine' });
		worker.addEventListener('error', (event) => {
			onCrash(new Error(event.message || 'The engine could not be loaded.'));
		});
		worker.postMessage(undefined, [port2]);
	});
	// Comlink's own types do not describe nested objects of verbs; at run time it forwards any path.
	return Comlink.wrap(port1) as unknown as EngineApi;
}

/** An engine that hears nothing and never answers, for pages that are rendered at build time. */
export function silentEngine(): EngineApi {
	const nobody = () => undefined;
	return Comlink.wrap({
		postMessage: nobody,
		addEventListener: nobody,
		removeEventListener: nobody
	}) as unknown as EngineApi;
}
