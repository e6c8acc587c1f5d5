/** The engine worker, one per tab: serves the engine to the page. Holds no logic of its own. */
import { Database, openDatabase } from '#lib/db/engine';
import * as Comlink from 'comlink';
import { createEngine, createHost } from './compose.ts';
import { providers } from './providers.ts';
import { prepareRpc } from './rpc.ts';

prepareRpc();
const host = createHost({
	open: openDatabase,
	erase: () => new Database().delete(),
	create: (db) => createEngine({ db, providers, now: Date.now, locks: navigator.locks })
});

/** The page hands over its end of a channel, on which it may have said something already. */
addEventListener('message', ({ ports: [port] }: MessageEvent) => {
	if (port !== undefined) Comlink.expose(host, port);
});
