import { scriptURL } from '#lib/trusted';
import * as Comlink from 'comlink';
import type { EngineApi } from './contract.ts';
import workerUrl from './engine.worker.ts?worker&url';
import { prepareRpc } from './rpc.ts';

/**
 * Starts this tab's engine worker. Verbs can be called at once: they wait for the worker to load.
 * @param onCrash called when the worker could not be loaded or died
 */
export function startEngine(onCrash: (error: Error) => void): EngineApi {
	prepareRpc();
	const worker = new Worker(scriptURL(workerUrl), { type: 'module', name: 'engine' });
	worker.addEventListener('error', (event) => {
		onCrash(new Error(event.message || 'The engine could not be loaded.'));
	});
	// Comlink's own types do not describe nested objects of verbs; at run time it forwards any path.
	return Comlink.wrap(worker) as unknown as EngineApi;
}
