/** For tests: tabs of one device over one store, with a clock that the test moves. */
import { blake2b } from '@noble/hashes/blake2.js';
import { afterEach } from 'vitest';
import type { VaultClock } from './clock.ts';
import { loadSodium, type Sodium } from './sodium.ts';
import { createMemoryVaultStore, type VaultStore } from './store.ts';
import type { VaultStatus } from './types.ts';
import type { SecretContext } from './secrets.ts';
import { Vault } from './vault.ts';

export const context: SecretContext = { rowId: 'connection-1', origin: 'https://api.example.com' };
export const secret = 'sk-live-0123456789';
export const passphrase = 'correct horse battery';
export const minute = 60_000;

/** libsodium with a key derivation that takes no time: most tests are not about its cost. */
export async function quickSodium(onDerive?: () => void): Promise<Sodium> {
	return {
		...(await loadSodium()),
		deriveKey(text, { salt }) {
			onDerive?.();
			const input = new TextEncoder().encode(text.normalize('NFKC'));
			return new Uint8Array(blake2b(input, { dkLen: 32, salt }));
		}
	};
}

class FakeClock implements VaultClock {
	time = Date.UTC(2026, 0, 1);
	#timers = new Map<symbol, { at: number; callback: () => void }>();

	now(): number {
		return this.time;
	}
	after(ms: number, callback: () => void): () => void {
		const id = Symbol();
		this.#timers.set(id, { at: this.time + ms, callback });
		return () => this.#timers.delete(id);
	}
	/** Time goes by and timers fire. */
	advance(ms: number): void {
		this.time += ms;
		for (const [id, { at, callback }] of [...this.#timers]) {
			if (at > this.time) continue;
			this.#timers.delete(id);
			callback();
		}
	}
	/** Time goes by while nothing runs. */
	freeze(ms: number): void {
		this.time += ms;
	}
}

const opened: Vault[] = [];
afterEach(() => {
	for (const vault of opened.splice(0)) vault.dispose();
});

let channels = 0;
export function tabs(store: VaultStore = createMemoryVaultStore()) {
	const name = `vault-test-${channels++}`;
	const clock = new FakeClock();
	return {
		store,
		clock,
		/** A deaf tab hears no other tab. */
		open: (options: { isDeaf?: boolean; sodium?: () => Promise<Sodium> } = {}) => {
			const vault = new Vault({
				store,
				channel: new BroadcastChannel(options.isDeaf ? `${name}-deaf-${channels++}` : name),
				clock,
				sodium: options.sodium ?? (() => quickSodium())
			});
			opened.push(vault);
			return vault;
		}
	};
}

export const stateOf = async (vault: Vault) => (await vault.status()).state;

/** The next status that fits. */
export const heard = (vault: Vault, fits: (status: VaultStatus) => boolean) =>
	new Promise<VaultStatus>((resolve) => {
		const stop = vault.onStatus((status) => {
			if (!fits(status)) return;
			stop();
			resolve(status);
		});
	});
