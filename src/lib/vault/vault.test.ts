import { describe, expect, it } from 'vitest';
import golden from './__fixtures__/version-1.json' with { type: 'json' };
import type { Bytes } from './envelope.ts';
import { context, minute, passphrase, quickSodium, secret, stateOf, tabs } from './fake-tabs.ts';
import { loadSodium } from './sodium.ts';
import { createMemoryVaultStore, firstState, type VaultRow } from './store.ts';

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

	it('gives no key id twice when another tab creates and resets in between', async () => {
		const store = createMemoryVaultStore();
		const other = tabs(store).open();
		let isFirst = true;
		const slow = tabs({
			load: () => store.load(),
			async update(change) {
				if (isFirst) {
					isFirst = false;
					old = await other.seal(secret, context);
					await other.reset();
				}
				await store.update(change);
			}
		}).open();
		let old = new Uint8Array();
		await slow.seal(secret, context);
		expect(await slow.open(old, context)).toEqual({ ok: false, reason: 'wrong-key-id' });
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

	it('is changed once when two tabs change it at the same moment', async () => {
		const { vault, open } = await protectedVault();
		const results = await Promise.all([
			vault.changePassphrase(passphrase, 'passphrase of a'),
			open().removePassphrase(passphrase)
		]);
		expect(results.toSorted()).toEqual(['conflict', 'done']);
		const { protection } = await vault.status();
		expect(protection).toBe(results[0] === 'done' ? 'passphrase' : 'device');
	});

	it('is not opened when it was changed while it was being checked', async () => {
		const { store, open } = await protectedVault();
		const other = open();
		const late = tabs({
			load: () => store.load(),
			async update(change) {
				await other.changePassphrase(passphrase, 'another long one');
				await store.update(change);
			}
		}).open();
		expect(await late.unlock(passphrase)).toBe('conflict');
		expect(await stateOf(late)).toBe('locked');
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
