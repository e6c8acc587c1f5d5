import { describe, expect, it } from 'vitest';
import {
	context,
	heard,
	minute,
	passphrase,
	quickSodium,
	secret,
	stateOf,
	tabs
} from './fake-tabs.ts';
import { createMemoryVaultStore, type VaultRow, type VaultStore } from './store.ts';
import { Vault } from './vault.ts';

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
		await vault.seal(secret, context);
		await vault.setPassphrase(passphrase);
		setup.clock.freeze(10_000);
		await vault.activity();
		await vault.lock();
		vault.dispose();
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
