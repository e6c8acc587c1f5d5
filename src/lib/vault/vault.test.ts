import { blake2b } from '@noble/hashes/blake2.js';
import { afterEach, describe, expect, it } from 'vitest';
import golden from './__fixtures__/version-1.json' with { type: 'json' };
import type { VaultClock } from './clock.ts';
import type { Bytes } from './envelope.ts';
import { loadSodium, type Sodium } from './sodium.ts';
import { createMemoryVaultStore, firstState, type VaultRow, type VaultStore } from './store.ts';
import type { VaultStatus } from './types.ts';
import { Vault, type SecretContext } from './vault.ts';

const context: SecretContext = { rowId: 'connection-1', origin: 'https://api.example.com' };
const secret = 'sk-live-0123456789';
const passphrase = 'correct horse battery';
const minute = 60_000;

/** libsodium with a key derivation that takes no time: most tests are not about its cost. */
async function quickSodium(onDerive?: () => void): Promise<Sodium> {
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
function tabs(store: VaultStore = createMemoryVaultStore()) {
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

const stateOf = async (vault: Vault) => (await vault.status()).state;

/** The next status that fits. */
const heard = (vault: Vault, fits: (status: VaultStatus) => boolean) =>
	new Promise<VaultStatus>((resolve) => {
		const stop = vault.onStatus((status) => {
			if (!fits(status)) return;
			stop();
			resolve(status);
		});
	});

describe('device protection', () => {
	it('is empty first, and creates a key on first need', async () => {
		const vault = tabs().open();
		expect(await vault.status()).toEqual({
			state: 'empty',
			protection: 'device',
			autoLockMs: null,
			lockedBy: null
		});
		const envelope = await vault.seal(secret, context);
		expect(await stateOf(vault)).toBe('unlocked');
		expect(await vault.open(envelope, context)).toEqual({ ok: true, plaintext: secret });
	});

	it('opens in a later session', async () => {
		const { open } = tabs();
		const envelope = await open().seal(secret, context);
		expect(await open().open(envelope, context)).toEqual({ ok: true, plaintext: secret });
	});

	it('does not open for another row or origin', async () => {
		const vault = tabs().open();
		const envelope = await vault.seal(secret, context);
		for (const other of [
			{ ...context, rowId: 'connection-2' },
			{ ...context, origin: 'https://evil.example' }
		]) {
			expect(await vault.open(envelope, other)).toEqual({ ok: false, reason: 'tampered' });
		}
	});

	it('never seals twice alike', async () => {
		const vault = tabs().open();
		const envelopes = await Promise.all(
			Array.from({ length: 200 }, () => vault.seal(secret, context))
		);
		expect(new Set(envelopes.map((envelope) => envelope.slice(6, 30).toString())).size).toBe(200);
	});

	it('has one key when many tabs create it at the same moment', async () => {
		const { open } = tabs();
		const vaults = Array.from({ length: 6 }, () => open());
		const envelopes = await Promise.all(vaults.map((vault) => vault.seal(secret, context)));
		for (const vault of vaults) {
			for (const envelope of envelopes) {
				expect(await vault.open(envelope, context)).toEqual({ ok: true, plaintext: secret });
			}
		}
	});

	it('stores no secret in clear', async () => {
		const { open, store } = tabs();
		const vault = open();
		await vault.seal(secret, context);
		await vault.setPassphrase(passphrase);
		const text = JSON.stringify(await store.load(), (_key, value: unknown) =>
			value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
		);
		expect(text).toContain('passphrase-wrap');
		expect(text).not.toContain(secret);
		expect(text).not.toContain(passphrase);
	});

	it('does not lock: there would be no way to ask', async () => {
		const vault = tabs().open();
		const envelope = await vault.seal(secret, context);
		await vault.lock();
		expect((await vault.open(envelope, context)).ok).toBe(true);
	});

	it('opens nothing, and creates no key, when it is empty', async () => {
		const envelope = await tabs().open().seal(secret, context);
		const empty = tabs().open();
		expect(await empty.open(envelope, context)).toEqual({ ok: false, reason: 'wrong-key-id' });
		expect(await stateOf(empty)).toBe('empty');
	});
});

describe('passphrase', () => {
	async function protectedVault() {
		const setup = tabs();
		const vault = setup.open();
		const envelope = await vault.seal(secret, context);
		expect(await vault.setPassphrase(passphrase)).toBe('done');
		return { ...setup, vault, envelope };
	}

	it('keeps the vault open when set, and removes the device wrap', async () => {
		const { vault, envelope, store } = await protectedVault();
		expect(await vault.status()).toEqual({
			state: 'unlocked',
			protection: 'passphrase',
			autoLockMs: 15 * minute,
			lockedBy: null
		});
		expect((await vault.open(envelope, context)).ok).toBe(true);
		const kinds = (await store.load()).map((row) => (row as VaultRow).kind);
		expect(kinds.toSorted()).toEqual(['passphrase-wrap', 'state']);
	});

	it('is needed after a lock, and opens what was sealed before', async () => {
		const { vault, envelope } = await protectedVault();
		await vault.lock();
		expect(await vault.status()).toMatchObject({ state: 'locked', lockedBy: 'person' });
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
		await expect(vault.seal(secret, context)).rejects.toMatchObject({ kind: 'locked' });
		expect(await vault.unlock('wrong horse battery')).toBe('wrong-passphrase');
		expect(await stateOf(vault)).toBe('locked');
		expect(await vault.unlock(passphrase)).toBe('unlocked');
		expect(await vault.open(envelope, context)).toEqual({ ok: true, plaintext: secret });
	});

	it('is needed in a new session', async () => {
		const { open, envelope } = await protectedVault();
		const later = open();
		expect(await later.status()).toMatchObject({ state: 'locked', lockedBy: null });
		expect(await later.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
		expect(await later.unlock(passphrase)).toBe('unlocked');
		expect((await later.open(envelope, context)).ok).toBe(true);
	});

	it('costs one key derivation, right or wrong', async () => {
		const { open } = await protectedVault();
		let derivations = 0;
		const vault = open({ sodium: () => quickSodium(() => derivations++) });
		await vault.unlock('wrong horse battery');
		expect(derivations).toBe(1);
		await vault.unlock(passphrase);
		expect(derivations).toBe(2);
	});

	it('can be changed with the old one only', async () => {
		const { vault, envelope } = await protectedVault();
		expect(await vault.changePassphrase('wrong', 'another long one')).toBe('wrong-passphrase');
		expect(await vault.changePassphrase(passphrase, 'another long one')).toBe('done');
		expect((await vault.open(envelope, context)).ok).toBe(true);
		await vault.lock();
		expect(await vault.unlock(passphrase)).toBe('wrong-passphrase');
		expect(await vault.unlock('another long one')).toBe('unlocked');
		expect((await vault.open(envelope, context)).ok).toBe(true);
	});

	it('stays locked when it is changed while locked', async () => {
		const { vault, envelope } = await protectedVault();
		await vault.lock();
		expect(await vault.changePassphrase(passphrase, 'another long one')).toBe('done');
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
	});

	it('can be removed with the old one only', async () => {
		const { vault, envelope, open } = await protectedVault();
		expect(await vault.removePassphrase('wrong')).toBe('wrong-passphrase');
		expect((await vault.status()).protection).toBe('passphrase');
		expect(await vault.removePassphrase(passphrase)).toBe('done');
		expect(await vault.status()).toMatchObject({ state: 'unlocked', protection: 'device' });
		expect((await open().open(envelope, context)).ok).toBe(true);
	});

	it('must have eight characters', async () => {
		const { vault } = await protectedVault();
		expect(await tabs().open().setPassphrase('1234567')).toBe('too-short');
		expect(await tabs().open().setPassphrase('🔑🔑🔑🔑🔑🔑🔑')).toBe('too-short');
		expect(await vault.changePassphrase(passphrase, 'short')).toBe('too-short');
	});

	it('can be set before any key exists', async () => {
		const { open } = tabs();
		const vault = open();
		expect(await vault.setPassphrase(passphrase)).toBe('done');
		await vault.lock();
		expect(await vault.unlock(passphrase)).toBe('unlocked');
	});

	it('is not set over one that another tab has set', async () => {
		const { open } = await protectedVault();
		expect(await open().setPassphrase('another long one')).toBe('conflict');
	});

	it('is set once when two tabs set one at the same moment', async () => {
		const { open } = tabs();
		const [a, b] = [open(), open()];
		await a.seal(secret, context);
		const results = await Promise.all([
			a.setPassphrase('passphrase of a'),
			b.setPassphrase('passphrase of b')
		]);
		expect(results.toSorted()).toEqual(['conflict', 'done']);
		const winner = results[0] === 'done' ? 'passphrase of a' : 'passphrase of b';
		expect(await open().unlock(winner)).toBe('unlocked');
	});

	it('forgotten: a reset forgets the key, and a new one gets another id', async () => {
		const { vault, envelope, open } = await protectedVault();
		await vault.lock();
		await vault.reset();
		expect(await vault.status()).toMatchObject({ state: 'empty', protection: 'device' });
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'wrong-key-id' });
		const next = await vault.seal('sk-new', context);
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'wrong-key-id' });
		expect(await open().open(next, context)).toEqual({ ok: true, plaintext: 'sk-new' });
	});

	it('opens the golden vault of version 1, with real Argon2id', async () => {
		const bytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));
		const { passphraseWrap: wrap, envelopes } = golden;
		const kdf = { salt: bytes(wrap.salt), passes: wrap.passes, memory: wrap.memory };
		const store = createMemoryVaultStore([
			{ ...firstState, lastKeyId: 1 },
			{
				id: 'passphrase',
				kind: 'passphrase-wrap',
				keyId: 1,
				kdf,
				wrapped: bytes(wrap.wrapped)
			}
		]);
		const vault = tabs(store).open({ sodium: loadSodium });
		expect(await vault.unlock('correct horse')).toBe('wrong-passphrase');
		expect(await vault.unlock(wrap.passphrase)).toBe('unlocked');
		const [first] = envelopes;
		if (!first) throw new Error('no fixture');
		const [, rowId = '', origin = ''] = first.context;
		expect(await vault.open(bytes(first.envelope), { rowId, origin })).toEqual({
			ok: true,
			plaintext: first.plaintext
		});
	});
});

describe('two tabs', () => {
	async function twoTabs(options: { isDeaf?: boolean } = {}) {
		const setup = tabs();
		const [a, b] = [setup.open(), setup.open(options)];
		const envelope = await a.seal(secret, context);
		await a.setPassphrase(passphrase);
		expect(await b.unlock(passphrase)).toBe('unlocked');
		return { ...setup, a, b, envelope };
	}

	it('lock together', async () => {
		const { a, b } = await twoTabs();
		const locked = heard(b, ({ state }) => state === 'locked');
		await a.lock();
		expect(await locked).toMatchObject({ state: 'locked', lockedBy: 'person' });
	});

	it('lock together, even when one missed the message', async () => {
		const { a, b, envelope } = await twoTabs({ isDeaf: true });
		await a.lock();
		expect(await b.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
		expect(await stateOf(b)).toBe('locked');
	});

	it('unlock each for itself', async () => {
		const { a, b } = await twoTabs();
		await a.lock();
		expect(await a.unlock(passphrase)).toBe('unlocked');
		expect(await stateOf(b)).toBe('locked');
		expect(await stateOf(a)).toBe('unlocked');
	});

	it('forget together on reset', async () => {
		const { a, b, envelope } = await twoTabs({ isDeaf: true });
		await a.reset();
		expect(await b.open(envelope, context)).toEqual({ ok: false, reason: 'wrong-key-id' });
	});

	it('stay unlocked when one changes the passphrase', async () => {
		const { a, b, envelope } = await twoTabs();
		await a.changePassphrase(passphrase, 'another long one');
		expect((await b.open(envelope, context)).ok).toBe(true);
	});

	it('let a lock win over an unlock that was on its way', async () => {
		const { a, b, store } = await twoTabs();
		await b.lock();
		const racing: VaultStore = {
			load: () => store.load(),
			async update(change) {
				await a.lock();
				await store.update(change);
			}
		};
		const c = tabs(racing).open();
		expect(await c.unlock(passphrase)).toBe('conflict');
		expect(await stateOf(c)).toBe('locked');
	});

	it('send nothing but signs over the channel', async () => {
		const setup = tabs();
		const sent: unknown[] = [];
		const channel = new BroadcastChannel('vault-test-spy');
		const spy = new Proxy(channel, {
			get(target, name) {
				if (name === 'postMessage') return (message: unknown) => sent.push(message);
				const member: unknown = Reflect.get(target, name, target);
				return typeof member === 'function' ? (member.bind(target) as unknown) : member;
			}
		});
		const vault = new Vault({
			store: setup.store,
			channel: spy,
			clock: setup.clock,
			sodium: () => quickSodium()
		});
		opened.push(vault);
		await vault.seal(secret, context);
		await vault.setPassphrase(passphrase);
		setup.clock.freeze(10_000);
		await vault.activity();
		await vault.lock();
		const types = new Set(sent.map((message) => JSON.stringify(message).replace(/\d+/, 'N')));
		expect([...types].toSorted()).toEqual(['{"type":"activity","at":N}', '{"type":"changed"}']);
	});
});

describe('locking by itself', () => {
	async function idleVault(options: { isDeaf?: boolean } = {}) {
		const setup = tabs();
		const vault = setup.open(options);
		const envelope = await vault.seal(secret, context);
		await vault.setPassphrase(passphrase);
		await vault.setAutoLock(5 * minute);
		return { ...setup, vault, envelope };
	}

	it('happens when the time is over, and says so', async () => {
		const { vault, clock } = await idleVault();
		clock.advance(5 * minute - 1);
		expect(await stateOf(vault)).toBe('unlocked');
		const locked = heard(vault, ({ lockedBy }) => lockedBy === 'idle');
		clock.advance(1);
		expect(await locked).toMatchObject({ state: 'locked' });
	});

	it('holds when timers were frozen: nothing opens, nothing is sealed', async () => {
		const { vault, clock, envelope } = await idleVault();
		clock.freeze(60 * minute);
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
		await expect(vault.seal(secret, context)).rejects.toMatchObject({ kind: 'locked' });
	});

	it('is not undone by activity that comes too late', async () => {
		const { vault, clock } = await idleVault();
		clock.freeze(60 * minute);
		await vault.activity();
		expect(await stateOf(vault)).toBe('locked');
	});

	it('is put off by activity', async () => {
		const { vault, clock } = await idleVault();
		for (let n = 0; n < 5; n++) {
			clock.advance(4 * minute);
			await vault.activity();
		}
		expect(await stateOf(vault)).toBe('unlocked');
		clock.advance(5 * minute);
		expect(await stateOf(vault)).toBe('locked');
	});

	it.each([false, true])('is put off by activity in another tab (deaf: %s)', async (isDeaf) => {
		const { vault, clock, open } = await idleVault({ isDeaf });
		const other = open();
		await other.unlock(passphrase);
		clock.advance(4 * minute);
		await other.activity();
		clock.advance(4 * minute);
		expect(await stateOf(vault)).toBe('unlocked');
		clock.advance(minute);
		expect(await stateOf(vault)).toBe('locked');
		expect(await stateOf(other)).toBe('locked');
	});

	it('locks a tab that slept through it, although another one was unlocked since', async () => {
		const { vault, clock, open } = await idleVault({ isDeaf: true });
		const other = open();
		clock.freeze(60 * minute);
		expect(await other.unlock(passphrase)).toBe('unlocked');
		expect(await stateOf(vault)).toBe('locked');
		expect(await stateOf(other)).toBe('unlocked');
	});

	it('locks when the clock was set back, and can be unlocked then', async () => {
		const { vault, clock } = await idleVault();
		clock.freeze(-60 * minute);
		expect(await stateOf(vault)).toBe('locked');
		expect(await vault.unlock(passphrase)).toBe('unlocked');
		expect(await stateOf(vault)).toBe('unlocked');
	});

	it('can be switched off', async () => {
		const { vault, clock } = await idleVault();
		await vault.setAutoLock(null);
		clock.advance(24 * 60 * minute);
		expect(await vault.status()).toMatchObject({ state: 'unlocked', autoLockMs: null });
	});

	it('is set only for an unlocked vault with a passphrase, within bounds', async () => {
		const { vault } = await idleVault();
		for (const ms of [0, 999, Number.NaN, 25 * 60 * minute]) {
			await expect(vault.setAutoLock(ms)).rejects.toThrow(RangeError);
		}
		await vault.lock();
		await expect(vault.setAutoLock(null)).rejects.toMatchObject({ kind: 'locked' });
		await expect(tabs().open().setAutoLock(minute)).rejects.toMatchObject({
			kind: 'no-passphrase'
		});
	});
});

describe('order and failure', () => {
	it('ends locked when a lock follows an unlock at once', async () => {
		const vault = tabs().open();
		await vault.setPassphrase(passphrase);
		await vault.lock();
		const results = await Promise.all([vault.unlock(passphrase), vault.lock()]);
		expect(results[0]).toBe('unlocked');
		expect(await stateOf(vault)).toBe('locked');
	});

	it('drops the key at once on lock, though the store hangs', async () => {
		const inner = createMemoryVaultStore();
		let isHanging = false;
		const hanging = new Promise<never>(() => undefined);
		const vault = tabs({
			load: () => (isHanging ? hanging : inner.load()),
			update: (change) => (isHanging ? hanging : inner.update(change))
		}).open();
		await vault.setPassphrase(passphrase);
		const statuses: string[] = [];
		vault.onStatus(({ state }) => statuses.push(state));
		isHanging = true;
		void vault.lock();
		expect(statuses).toEqual(['locked']);
	});

	it('drops the key when the store cannot be read, and recovers', async () => {
		const inner = createMemoryVaultStore();
		let isBroken = false;
		const vault = tabs({
			load: () => (isBroken ? Promise.reject(new Error('disk')) : inner.load()),
			update: (change) => inner.update(change)
		}).open();
		const envelope = await vault.seal(secret, context);
		await vault.setPassphrase(passphrase);
		isBroken = true;
		await expect(vault.open(envelope, context)).rejects.toThrow('disk');
		isBroken = false;
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
		expect(await vault.unlock(passphrase)).toBe('unlocked');
	});

	it.each<[string, (row: Record<string, unknown>) => unknown]>([
		['weaker parameters', (row) => ({ ...row, kdf: { ...(row['kdf'] as object), passes: 1 } })],
		[
			'hostile parameters',
			(row) => ({ ...row, kdf: { ...(row['kdf'] as object), memory: 2 ** 40 } })
		],
		['bytes that are none', (row) => ({ ...row, wrapped: 'x' })],
		['no row at all', () => null]
	])('is damaged, not guessed, with %s; a reset helps', async (_name, damage) => {
		const inner = createMemoryVaultStore();
		await tabs(inner).open().setPassphrase(passphrase);
		let isDamaged = true;
		const damagedRows = (rows: readonly unknown[]) =>
			isDamaged
				? rows.map((row) => {
						const fields = row as Record<string, unknown>;
						return fields['kind'] === 'passphrase-wrap' ? damage(fields) : row;
					})
				: rows;
		const vault = tabs({
			load: async () => damagedRows(await inner.load()),
			update: async (change) => {
				await inner.update((rows) => change(damagedRows(rows)));
				isDamaged = false;
			}
		}).open();
		expect(await stateOf(vault)).toBe('damaged');
		await expect(vault.unlock(passphrase)).rejects.toMatchObject({ kind: 'damaged' });
		await expect(vault.seal(secret, context)).rejects.toMatchObject({ kind: 'damaged' });
		expect(await vault.open(new Uint8Array(60), context)).toEqual({
			ok: false,
			reason: 'damaged'
		});
		await vault.reset();
		expect(await stateOf(vault)).toBe('empty');
		expect((await vault.seal(secret, context)).length).toBeGreaterThan(46);
	});

	it('does not open a wrap whose parameters were changed within the bounds', async () => {
		const store = createMemoryVaultStore();
		await tabs(store).open().setPassphrase(passphrase);
		await store.update((rows) =>
			rows.map((row) => {
				const known = row as VaultRow;
				return 'kdf' in known ? { ...known, kdf: { ...known.kdf, passes: 4 } } : known;
			})
		);
		expect(await tabs(store).open().unlock(passphrase)).toBe('wrong-passphrase');
	});

	it('keeps rows of kinds it does not know, and never makes a second key beside them', async () => {
		const passkey = { id: 'passkey', kind: 'passkey-wrap', wrapped: new Uint8Array([1, 2]) };
		const store = createMemoryVaultStore([passkey]);
		const vault = tabs(store).open();
		expect(await stateOf(vault)).toBe('damaged');
		await expect(vault.seal(secret, context)).rejects.toMatchObject({ kind: 'damaged' });

		const both = createMemoryVaultStore();
		await tabs(both).open().setPassphrase(passphrase);
		await both.update((rows) => [...(rows as VaultRow[]), passkey]);
		await tabs(both).open().changePassphrase(passphrase, 'another long one');
		expect(await both.load()).toContainEqual(passkey);
	});

	it('puts no secret into errors', async () => {
		const vault = tabs().open();
		await vault.setPassphrase(passphrase);
		await vault.lock();
		const error: unknown = await vault.seal(secret, context).catch((reason: unknown) => reason);
		expect(String(error) + JSON.stringify(error)).not.toMatch(/sk-live|correct horse/);
	});
});
