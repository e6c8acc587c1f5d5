/** The engine worker, one per tab: serves the engine to the page. Holds no logic of its own. */
import { Database, openDatabase } from '#lib/db/engine';
import * as Comlink from 'comlink';
import { createEngine, createHost } from './compose.ts';
import { providers } from './providers.ts';
import { prepareRpc } from './rpc.ts';

prepareRpc();
Comlink.expose(
	createHost({
		open: openDatabase,
		erase: () => new Database().delete(),
		create: (db) => createEngine({ db, providers, now: Date.now, locks: navigator.locks })
	})
);
