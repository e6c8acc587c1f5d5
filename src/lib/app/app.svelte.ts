import { browser } from '$app/env';
import { Database, type DatabaseErrorKind, Live, startDatabase, toDatabaseError } from '#lib/db';
import { type EngineApi, silentEngine, startEngine } from '#lib/engine';
import { settingsFromRows, type Settings } from '#lib/settings';
import { VaultView } from '#lib/vault';
import { createContext } from 'svelte';
import { tellHears, tellKnows } from './early.ts';
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

/** Whether the vault had a passphrase when it was last looked at: a hint, so that no page flashes up before the lock. */
const LOCK_HINT = 'lock';

function hadLock(): boolean {
	try {
		return localStorage.getItem(LOCK_HINT) !== null;
	} catch {
		return false;
	}
}

/** For the next start. */
export function rememberLock(hasLock: boolean): void {
	try {
		if (hasLock) localStorage.setItem(LOCK_HINT, '1');
		else localStorage.removeItem(LOCK_HINT);
	} catch {
		// Storage refused: an empty page may be seen for a moment.
	}
}

const createApp = (db: Database, engine: EngineApi, vault: VaultView): App => ({
	db,
	engine,
	vault,
	settings: new Live(async () => settingsFromRows(await db.settings.toArray()))
});

/** For pages that are rendered at build time: nothing is read and no order is heard. */
function createBlankApp(): App {
	const engine = silentEngine();
	return createApp(new Database(), engine, new VaultView(engine.vault));
}

/** Composition root of the page: opens the database, starts this tab's engine, says what failed. */
export class Startup {
	/** The page has its first frame: what takes time may begin. */
	shown: () => void = () => undefined;
	readonly #firstFrame = new Promise<void>((resolve) => {
		this.shown = resolve;
	});
	#state = $state.raw<StartState>(
		browser ? { step: 'starting' } : { step: 'ready', app: createBlankApp() }
	);

	get state(): StartState {
		return this.#state;
	}

	async run(): Promise<void> {
		if (!window.isSecureContext) {
			this.#fail({ kind: 'insecure-context', message: location.origin });
			return;
		}
		try {
			const engine = startEngine((error) => {
				this.#fail({ kind: 'engine', message: error.message });
			}, this.#firstFrame);
			const vault = new VaultView(engine.vault);
			const connected = vault.connect();
			// Whoever locked it sees nothing but the lock: until that is known, no query is answered.
			const { db, opened } = startDatabase(undefined, async (opening) => {
				const hasLock = (await opening.vault.get('passphrase')) !== undefined;
				rememberLock(hasLock);
				if (hasLock) await connected;
			});
			// The page need not wait for its database: it fills in what it reads.
			if (hadLock()) await opened;
			this.#state = { step: 'ready', app: createApp(db, engine, vault) };
			await Promise.all([opened, connected, engine.lifecycle.start()]);
		} catch (error) {
			const { kind, message } = toDatabaseError(error);
			this.#fail({ kind, message });
		}
	}

	#fail(failure: StartFailure): void {
		this.#state = { step: 'failed', failure };
		tellHears();
		tellKnows();
	}
}

/** What the page is made of: database, engine, vault and settings. */
export const [getApp, setApp] = createContext<App>();
/** New versions: what has something to lose by a reload puts a guard there. */
export const [getUpdates, setUpdates] = createContext<Updates>();
