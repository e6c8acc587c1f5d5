import {
	type Database,
	type DatabaseErrorKind,
	Live,
	openDatabase,
	toDatabaseError
} from '#lib/db';
import { type EngineApi, startEngine } from '#lib/engine';
import { settingsFromRows, type Settings } from '#lib/settings';
import { VaultView } from '#lib/vault';
import { createContext } from 'svelte';
import type { Updates } from './updates.svelte.ts';

/** Why the app cannot run here. Each has a page that names the way out. */
export type StartFailure = {
	readonly kind: DatabaseErrorKind | 'insecure-context' | 'engine';
	readonly message: string;
};

/** What every page needs: the database to read and the engine to order from. */
export interface App {
	readonly db: Database;
	readonly engine: EngineApi;
	readonly vault: VaultView;
	/** Undefined until read. */
	readonly settings: Live<Settings>;
}

export type StartState =
	| { readonly step: 'starting' }
	| { readonly step: 'ready'; readonly app: App }
	| { readonly step: 'failed'; readonly failure: StartFailure };

/** Composition root of the page: opens the database, starts this tab's engine, says what failed. */
export class Startup {
	#state = $state.raw<StartState>({ step: 'starting' });

	get state(): StartState {
		return this.#state;
	}

	async run(): Promise<void> {
		if (!window.isSecureContext) {
			this.#fail({ kind: 'insecure-context', message: location.origin });
			return;
		}
		try {
			const db = await openDatabase();
			const engine = startEngine((error) => {
				this.#fail({ kind: 'engine', message: error.message });
			});
			const vault = new VaultView(engine.vault);
			const connected = vault.connect();
			// Nobody waits for the engine who has not locked anything.
			if ((await db.vault.get('passphrase')) !== undefined) await connected;
			const settings = new Live(async () => settingsFromRows(await db.settings.toArray()));
			this.#state = { step: 'ready', app: { db, engine, vault, settings } };
			await Promise.all([connected, engine.lifecycle.start()]);
		} catch (error) {
			const { kind, message } = toDatabaseError(error);
			this.#fail({ kind, message });
		}
	}

	#fail(failure: StartFailure): void {
		this.#state = { step: 'failed', failure };
	}
}

export const [getApp, setApp] = createContext<App>();
/** New versions: what has something to lose by a reload puts a guard there. */
export const [getUpdates, setUpdates] = createContext<Updates>();
