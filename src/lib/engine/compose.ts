/**
 * The engine put together: plain TypeScript that the worker serves and tests call directly.
 */
import { createConnections, type ProviderAccess } from '#lib/connections/engine';
import {
	createContextChoices,
	createConversationVerbs,
	purgeBin,
	type ConversationVerbsOptions
} from '#lib/conversations/engine';
import type { Database } from '#lib/db/engine';
import { createSummaryVerbs, Generation, type Dependencies } from '#lib/generation/engine';
import { createSettingsVerbs } from '#lib/settings/engine';
import { createUsageVerbs } from '#lib/usage/engine';
import type { VaultVerbs } from '#lib/vault';
import { Vault } from '#lib/vault/engine';
import type { EngineApi, LifecycleVerbs } from './contract.ts';
import { guard } from './orders.ts';
import { createVaultStore } from './vault-store.ts';

/** All that the engine asks of providers. */
export type Providers = ProviderAccess & Omit<Dependencies, 'openConnection'>;

export interface EngineParts {
	readonly db: Database;
	readonly providers: Providers;
	readonly now: () => number;
	readonly locks: LockManager;
}

export interface Engine extends EngineApi {
	/** Ends it: running answers are stopped and saved, or dropped without another write. */
	close(how?: 'save' | 'discard'): Promise<void>;
}

/** One tab's engine over an open database. */
export function createEngine({ db, providers, now, locks }: EngineParts): Engine {
	const vault = new Vault({
		store: createVaultStore(db),
		channel: new BroadcastChannel('vault')
	});
	const connections = createConnections({ db, vault, providers, now });
	const openConnection: Dependencies['openConnection'] = (id) => connections.openConnection(id);
	const generation = new Generation({ ...providers, db, locks, now, openConnection });
	const conversationOptions: ConversationVerbsOptions = {
		db,
		now,
		stopAnswer: (id) => generation.stop(id)
	};
	const engine: Engine = {
		lifecycle: {
			async start() {
				await generation.start();
				void purgeBin(conversationOptions).catch(() => undefined);
			},
			hidden: () => generation.flush(),
			async deleteEverything() {
				await engine.close('discard');
				await db.delete();
			}
		},
		generation,
		context: {
			measure: (query) => generation.requests.measure(query),
			preview: (query) => generation.requests.preview(query),
			whenExact: (query) => generation.requests.whenExact(query),
			copyRequest: (query, text) => generation.requests.copyRequest(query, text),
			...createContextChoices({ db, now }),
			...createSummaryVerbs(generation)
		},
		conversations: createConversationVerbs(conversationOptions),
		connections,
		vault: vaultVerbs(vault, () => connections.eraseKeys()),
		settings: createSettingsVerbs({ db, now }),
		usage: createUsageVerbs({ db, now }),
		async close(how = 'save') {
			await generation.close(how);
			connections.close();
			vault.dispose();
		}
	};
	return engine;
}

function vaultVerbs(vault: Vault, eraseKeys: () => Promise<void>): VaultVerbs {
	return {
		status: () => vault.status(),
		async subscribe(listener) {
			vault.onStatus(listener);
			listener(await vault.status());
		},
		unlock: (passphrase) => vault.unlock(passphrase),
		lock: () => vault.lock(),
		setPassphrase: (passphrase) => vault.setPassphrase(passphrase),
		changePassphrase: (old, next) => vault.changePassphrase(old, next),
		removePassphrase: (old) => vault.removePassphrase(old),
		setAutoLock: (ms) => vault.setAutoLock(ms),
		activity: () => vault.activity(),
		async reset() {
			await vault.reset();
			await eraseKeys();
		}
	};
}

export interface HostOptions {
	/** @throws DatabaseError */
	readonly open: () => Promise<Database>;
	/** Deletes a database that cannot be opened, or was not. */
	readonly erase: () => Promise<void>;
	readonly create: (db: Database) => Engine;
}

/**
 * What the page talks to: checks orders, opens the database with the first one and lets a failed
 * opening be tried again. A database that cannot be opened can still be deleted.
 */
export function createHost({ open, erase, create }: HostOptions): EngineApi {
	let engine: Promise<Engine> | undefined;
	const get = (): Promise<Engine> => {
		engine ??= open()
			.then(create)
			.catch((error: unknown) => {
				engine = undefined;
				throw error;
			});
		return engine;
	};
	const lifecycle: LifecycleVerbs = {
		start: async () => (await get()).lifecycle.start(),
		hidden: async () => (await get()).lifecycle.hidden(),
		async deleteEverything() {
			const running = await engine?.catch(() => undefined);
			engine = undefined;
			await (running === undefined ? erase() : running.lifecycle.deleteEverything());
		}
	};
	return { ...guard(get), lifecycle };
}
