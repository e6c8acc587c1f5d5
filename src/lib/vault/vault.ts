/**
 * The vault: seals API keys at rest. Runs in the engine; each tab's engine has one.
 *
 * A random vault key (VK) is stored wrapped, see `wraps.ts`. Without a passphrase the device wrap
 * opens it at any time. With one, the device wrap is gone and VK exists only in the memory of the
 * engines that were given the passphrase, until they lock. VK never leaves an engine.
 *
 * Invariants
 * - The store is the truth. Every operation first reads it (`#refresh`), so that a tab that slept
 *   through a lock, a reset or its own idle time notices before it seals or opens anything. Locks
 *   and resets raise the `epoch`; keys taken in an earlier epoch are dropped.
 * - The channel is only a hint to look at the store, and shares signs of activity. It carries no
 *   secrets, and losing every message costs promptness, not safety.
 * - Operations of one tab run one after the other; between tabs each change is a compare-and-swap
 *   in one transaction of the store. A change that lost the race reports `conflict`.
 * - After any `await` VK is taken anew from `#held`, since `lock()` empties that at once.
 * - Whatever fails, fails closed: keys are dropped.
 *
 * Strings given in and out (passphrases, API keys) cannot be wiped; callers hold them no longer than
 * they need. Errors name no secret.
 */
import { systemClock, type VaultClock } from './clock.ts';
import type { Bytes, EnvelopeFailure, Opened } from './envelope.ts';
import { damaged, VaultError } from './errors.ts';
import { Idle } from './idle.ts';
import { openSecret, sealSecret, type SecretContext, type VaultKey } from './secrets.ts';
import { loadSodium, type Sodium } from './sodium.ts';
import {
	damagedStatus,
	isForeign,
	isSameBytes,
	isSameStatus,
	stateAfterReset,
	statusOf
} from './state.ts';
import { parseRows, recordToRows, type VaultRecord, type VaultStore } from './store.ts';
import { Tabs, type Channel } from './tabs.ts';
import { defaultAutoLockMs, minimumPassphraseLength, passphraseLength } from './types.ts';
import type { PassphraseResult, UnlockResult, VaultStatus } from './types.ts';
import {
	createDeviceWrap,
	createPassphraseWrap,
	openDeviceWrap,
	openPassphraseWrap
} from './wraps.ts';

export type OpenFailure = EnvelopeFailure | 'locked' | 'damaged';

const autoLockRange = { least: 1_000, most: 24 * 60 * 60_000 };

/** See the head of this file. Errors are VaultErrors; verbs whose outcome a person decides return it. */
export class Vault {
	readonly #store: VaultStore;
	readonly #tabs: Tabs;
	readonly #clock: VaultClock;
	readonly #idle: Idle;
	readonly #loadSodium: () => Promise<Sodium>;
	readonly #listeners = new Set<(status: VaultStatus) => void>();
	#queue: Promise<unknown> = Promise.resolve();
	#held: (VaultKey & { readonly epoch: number }) | undefined;
	#status: VaultStatus | undefined;
	#lockedBy: VaultStatus['lockedBy'] = null;

	/** `channel` is a BroadcastChannel of its own for this vault (name `vault`); `dispose` closes it. */
	constructor(options: {
		store: VaultStore;
		channel: Channel;
		clock?: VaultClock;
		sodium?: () => Promise<Sodium>;
	}) {
		this.#store = options.store;
		this.#clock = options.clock ?? systemClock;
		this.#loadSodium = options.sodium ?? loadSodium;
		this.#idle = new Idle(this.#clock, () => {
			this.#look();
		});
		this.#tabs = new Tabs(options.channel, (message) => {
			if (message.type === 'activity') this.#idle.heard(message.at);
			else this.#look();
		});
	}

	/** Looks at the store and the clock. To be called when the page wakes up or becomes visible. */
	status(): Promise<VaultStatus> {
		return this.#run(async () => {
			await this.#refresh();
			return this.#publishedStatus();
		});
	}

	/** Calls back after each change; returns a function that ends it. */
	onStatus(listener: (status: VaultStatus) => void): () => void {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}

	/** Throws a VaultError (`locked`, `damaged`). */
	seal(plaintext: string, context: SecretContext): Promise<Bytes> {
		return this.#run(async () => {
			const sodium = await this.#loadSodium();
			await this.#obtainKey(await this.#refreshIntact());
			const held = this.#held;
			if (!held) throw new VaultError('locked', 'The vault is locked.');
			return sealSecret(sodium, held, plaintext, context);
		});
	}

	/** Opens what `seal` made, or says why not. */
	open(envelope: Uint8Array, context: SecretContext): Promise<Opened<string, OpenFailure>> {
		return this.#run(async () => {
			const sodium = await this.#loadSodium();
			const record = await this.#refresh();
			if (!record || isForeign(record)) return { ok: false, reason: 'damaged' };
			if (!record.device && !record.passphrase) return { ok: false, reason: 'wrong-key-id' };
			try {
				await this.#obtainKey(record);
			} catch (error) {
				if (error instanceof VaultError && error.kind === 'damaged')
					return { ok: false, reason: 'damaged' };
				throw error;
			}
			const held = this.#held;
			if (!held) return { ok: false, reason: 'locked' };
			return openSecret(sodium, held, envelope, context);
		});
	}

	/** Right and wrong passphrases take the same time. Throws a VaultError (`damaged`). */
	unlock(passphrase: string): Promise<UnlockResult> {
		return this.#run(async () => {
			const sodium = await this.#loadSodium();
			const { passphrase: wrap, state } = await this.#refreshIntact();
			if (!wrap) return 'unlocked';
			const key = openPassphraseWrap(sodium, wrap, passphrase);
			if (!key) return 'wrong-passphrase';
			const after = await this.#swap((record) => {
				if (!isSameBytes(record.passphrase?.wrapped, wrap.wrapped)) return undefined;
				if (record.state.epoch !== state.epoch) return undefined;
				// Idle time that ran out while every engine was frozen still locks the other tabs.
				const epoch = state.epoch + (this.#idle.isOver(record.state) ? 1 : 0);
				const lastActivity = this.#idle.mark();
				return { ...record, state: { ...record.state, epoch, lastActivity } };
			});
			if (!after) sodium.wipe(key);
			else this.#hold(key, wrap.keyId, after);
			return after ? 'unlocked' : 'conflict';
		});
	}

	/** Locks every tab. Without a passphrase there is nothing to lock. */
	lock(): Promise<void> {
		// At once, whatever waits in the queue; the store and the other tabs follow in turn.
		this.#lockedBy = 'person';
		this.#drop();
		return this.#run(async () => {
			await this.#lockEverywhere('person');
		});
	}

	/** Replaces the device wrap by a passphrase; the vault stays unlocked. Throws `damaged`. */
	setPassphrase(passphrase: string): Promise<PassphraseResult> {
		return this.#run(async () => {
			if (passphraseLength(passphrase) < minimumPassphraseLength) return 'too-short';
			const sodium = await this.#loadSodium();
			const { device } = await this.#obtainKey(await this.#refreshIntact());
			const held = this.#held;
			if (!device || !held) return 'conflict';
			const wrap = createPassphraseWrap(sodium, {
				vaultKey: held.key,
				keyId: held.keyId,
				passphrase
			});
			const after = await this.#swap((record) =>
				isSameBytes(record.device?.wrapped, device.wrapped)
					? {
							...record,
							device: undefined,
							passphrase: wrap,
							state: {
								...record.state,
								autoLockMs: defaultAutoLockMs,
								lastActivity: this.#idle.mark(),
								lockedBy: null
							}
						}
					: undefined
			);
			return after ? 'done' : 'conflict';
		});
	}

	/** The vault stays as locked or unlocked as it was. Throws a VaultError (`damaged`). */
	changePassphrase(current: string, next: string): Promise<PassphraseResult> {
		return this.#run(async () => {
			if (passphraseLength(next) < minimumPassphraseLength) return 'too-short';
			return await this.#withPassphrase(current, (sodium, vaultKey, { keyId }) => {
				const wrap = createPassphraseWrap(sodium, { vaultKey, keyId, passphrase: next });
				return Promise.resolve((record) => ({ ...record, passphrase: wrap }));
			});
		});
	}

	/** Back to the device wrap; the vault is then unlocked. Throws a VaultError (`damaged`). */
	removePassphrase(current: string): Promise<PassphraseResult> {
		return this.#run(() =>
			this.#withPassphrase(current, async (_sodium, vaultKey, { keyId }) => {
				const device = await createDeviceWrap(vaultKey, keyId);
				return (record) => ({
					...record,
					device,
					passphrase: undefined,
					state: { ...record.state, autoLockMs: null, lockedBy: null }
				});
			})
		);
	}

	/** Throws a VaultError (`locked`, `no-passphrase`) or a RangeError (1 s to 24 h, or null). */
	setAutoLock(ms: number | null): Promise<void> {
		return this.#run(async () => {
			if (ms !== null && !(ms >= autoLockRange.least && ms <= autoLockRange.most))
				throw new RangeError('the idle time must be between one second and one day');
			const record = await this.#refreshIntact();
			if (!record.passphrase) throw new VaultError('no-passphrase', 'No passphrase is set.');
			if (!this.#held) throw new VaultError('locked', 'The vault is locked.');
			const autoLockMs = ms === null ? null : Math.round(ms);
			await this.#swap((current) => {
				const state = { ...current.state, autoLockMs, lastActivity: this.#idle.mark() };
				return current.passphrase ? { ...current, state } : undefined;
			});
		});
	}

	/** A sign of a person. May be called often; does nothing for a vault that is or should be locked. */
	async activity(): Promise<void> {
		if (!this.#held || this.#idle.isFresh) return;
		await this.#run(async () => {
			const record = await this.#refresh();
			if (!this.#held) return;
			const lastActivity = this.#idle.mark();
			if (!record?.passphrase || record.state.autoLockMs === null) return;
			await this.#store.update((rows) => {
				const current = parseRows(rows);
				return current && recordToRows({ ...current, state: { ...current.state, lastActivity } });
			});
			this.#tabs.tell({ type: 'activity', at: lastActivity });
			this.#idle.watch({ ...record.state, lastActivity });
		});
	}

	/**
	 * Forgets the vault key and every wrap: nothing that was sealed can be opened again. The caller
	 * deletes the sealed keys.
	 */
	reset(): Promise<void> {
		this.#drop();
		return this.#run(async () => {
			await this.#store.update((rows) => {
				const stored = parseRows(rows)?.state;
				return [stateAfterReset(stored, this.#clock.now())];
			});
			this.#tabs.tell({ type: 'changed' });
			await this.#refresh();
		});
	}

	/** Wipes the keys and stops listening. The vault must not be used afterwards. */
	dispose(): void {
		this.#drop();
		this.#idle.watch(undefined);
		this.#listeners.clear();
		this.#tabs.close();
	}

	#look(): void {
		// A store that cannot be read has already dropped the keys.
		this.#run(() => this.#refresh()).catch(() => undefined);
	}

	#run<T>(work: () => Promise<T>): Promise<T> {
		const result = this.#queue.then(work);
		this.#queue = result.catch(() => undefined);
		return result;
	}

	/** Reads the store, drops keys that are no longer valid, locks when idle; `undefined`: damaged. */
	async #refresh(): Promise<VaultRecord | undefined> {
		let record: VaultRecord | undefined;
		try {
			record = parseRows(await this.#store.load());
		} catch (error) {
			this.#drop();
			throw error;
		}
		this.#settle(record);
		if (record?.passphrase && this.#held && this.#idle.isOver(record.state)) {
			return await this.#lockEverywhere('idle');
		}
		return record;
	}

	async #refreshIntact(): Promise<VaultRecord> {
		const record = await this.#refresh();
		if (!record || isForeign(record)) throw damaged();
		return record;
	}

	/** Brings memory, timer and status in line with what is stored. */
	#settle(record: VaultRecord | undefined): void {
		const wrap = record?.passphrase ?? record?.device;
		const held = this.#held;
		if (held && (held.keyId !== wrap?.keyId || held.epoch !== record?.state.epoch)) {
			this.#lockedBy = record?.state.lockedBy ?? null;
			this.#drop();
		}
		this.#idle.watch(this.#held && record?.passphrase ? record.state : undefined);
		this.#publish(statusOf(record, { holdsKey: !!this.#held, lockedBy: this.#lockedBy }));
	}

	/** One change of what is stored, seen by all tabs; `undefined` when `change` declined. */
	async #swap(
		change: (record: VaultRecord) => VaultRecord | undefined
	): Promise<VaultRecord | undefined> {
		let after: VaultRecord | undefined;
		await this.#store.update((rows) => {
			const record = parseRows(rows);
			after = record && change(record);
			return after && recordToRows(after);
		});
		if (after) this.#tabs.tell({ type: 'changed' });
		if (after) this.#settle(after);
		else await this.#refresh();
		return after;
	}

	async #lockEverywhere(by: 'idle' | 'person'): Promise<VaultRecord | undefined> {
		this.#lockedBy = by;
		this.#drop();
		const locked = await this.#swap((record) =>
			record.passphrase
				? { ...record, state: { ...record.state, epoch: record.state.epoch + 1, lockedBy: by } }
				: undefined
		);
		return locked ?? parseRows(await this.#store.load());
	}

	/**
	 * Makes `#held` hold the vault key if that is possible without a passphrase, creating the key on
	 * first need. Returns the record as it then is.
	 */
	async #obtainKey(record: VaultRecord): Promise<VaultRecord> {
		if (this.#held || record.passphrase) return record;
		if (record.device) {
			const key = await openDeviceWrap(record.device);
			if (!key) {
				this.#publish(damagedStatus);
				throw damaged();
			}
			this.#hold(key, record.device.keyId, record);
			return record;
		}
		const sodium = await this.#loadSodium();
		const keyId = record.state.lastKeyId + 1;
		const fresh = sodium.randomBytes(32);
		const device = await createDeviceWrap(fresh, keyId);
		sodium.wipe(fresh);
		// Another tab may be doing the same: the first to arrive wins, and both use its key.
		await this.#swap((current) =>
			current.device || current.passphrase || current.state.lastKeyId !== record.state.lastKeyId
				? undefined
				: { ...current, device, state: { ...current.state, lastKeyId: keyId } }
		);
		return await this.#obtainKey(await this.#refreshIntact());
	}

	/** Opens the passphrase wrap and swaps in the change that `prepare` makes from its key. */
	async #withPassphrase(
		passphrase: string,
		prepare: (
			sodium: Sodium,
			vaultKey: Bytes,
			wrap: { keyId: number }
		) => Promise<(record: VaultRecord) => VaultRecord>
	): Promise<PassphraseResult> {
		const sodium = await this.#loadSodium();
		const { passphrase: wrap } = await this.#refreshIntact();
		if (!wrap) return 'conflict';
		const vaultKey = openPassphraseWrap(sodium, wrap, passphrase);
		if (!vaultKey) return 'wrong-passphrase';
		try {
			const change = await prepare(sodium, vaultKey, wrap);
			const after = await this.#swap((record) => {
				if (!isSameBytes(record.passphrase?.wrapped, wrap.wrapped)) return undefined;
				const changed = change(record);
				return { ...changed, state: { ...changed.state, lastActivity: this.#idle.mark() } };
			});
			return after ? 'done' : 'conflict';
		} finally {
			sodium.wipe(vaultKey);
		}
	}

	#hold(key: Bytes, keyId: number, record: VaultRecord): void {
		this.#drop();
		this.#held = { key, keyId, epoch: record.state.epoch };
		this.#lockedBy = null;
		this.#settle(record);
	}

	#drop(): void {
		this.#held?.key.fill(0);
		this.#held = undefined;
		const status = this.#status;
		if (status?.state === 'unlocked' && status.protection === 'passphrase')
			this.#publish({ ...status, state: 'locked', lockedBy: this.#lockedBy });
	}

	#publish(status: VaultStatus): void {
		const before = this.#status;
		this.#status = status;
		if (before && isSameStatus(before, status)) return;
		for (const listener of this.#listeners) listener(status);
	}

	#publishedStatus(): VaultStatus {
		if (!this.#status) throw damaged();
		return this.#status;
	}
}
