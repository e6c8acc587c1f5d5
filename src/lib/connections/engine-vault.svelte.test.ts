import { openDatabase, type ConnectionId, type Database } from '#lib/db/engine';
import { createMemoryVaultStore, Vault } from '#lib/vault/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConnections, type Connections } from './engine.ts';

/* The seam to the real vault: what it seals it opens again, for one row and one origin. */

const key = 'sk-test-abcdefghijklmnop-Vw2A';
const passphrase = 'correct horse battery';

let db: Database;
let vault: Vault;
let connections: Connections;
let calls: (string | undefined)[];

beforeEach(async () => {
	const name = `connections-${crypto.randomUUID()}`;
	db = await openDatabase(name);
	vault = new Vault({ store: createMemoryVaultStore(), channel: new BroadcastChannel(name) });
	calls = [];
	connections = createConnections({
		db,
		vault,
		now: Date.now,
		providers: {
			testConnection: ({ apiKey }) => {
				calls.push(apiKey);
				return Promise.resolve({ ok: true, ms: 1, models: [{ id: 'm' }] });
			},
			listModels: () => Promise.resolve([]),
			warm: () => Promise.resolve(),
			catalogModels: () => Promise.resolve(new Map())
		}
	});
});

afterEach(async () => {
	vault.dispose();
	db.close();
	await db.delete();
});

async function save(): Promise<ConnectionId> {
	const saved = await connections.save({
		presetId: 'openai',
		protocol: 'openai-responses',
		label: 'OpenAI',
		baseUrl: '',
		apiKey: key,
		limits: {}
	});
	if (!saved.ok) throw new Error(saved.error.message);
	await expect.poll(async () => (await db.connections.get(saved.id))?.test?.ok).toBe(true);
	return saved.id;
}

test('a key is sealed on disk and opened for its own address alone', async () => {
	const id = await save();
	expect(calls).toEqual([key]);
	const row = await db.connections.get(id);
	const stored = String.fromCharCode(...(row?.sealedKey ?? []));
	expect(stored.length).toBeGreaterThan(key.length);
	expect(stored).not.toContain(key);
	expect(await connections.openConnection(id)).toMatchObject({ connection: { apiKey: key } });
	await db.connections.update(id, { baseUrl: 'https://evil.example/v1' });
	expect(await connections.test({ id })).toMatchObject({ error: { kind: 'key-unreadable' } });
	expect(calls).toHaveLength(1);
});

test('a sealed key does not open for another row', async () => {
	const id = await save();
	const other = await save();
	const row = await db.connections.get(id);
	await db.connections.update(other, { sealedKey: row?.sealedKey ?? null });
	expect(await connections.openConnection(other)).toMatchObject({
		error: { kind: 'key-unreadable' }
	});
});

test('a locked vault refuses, and opens again after the passphrase', async () => {
	const id = await save();
	expect(await vault.setPassphrase(passphrase)).toBe('done');
	await vault.lock();
	expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'locked' } });
	expect(await connections.test({ id })).toMatchObject({ error: { kind: 'locked' } });
	expect(await vault.unlock(passphrase)).toBe('unlocked');
	expect(await connections.openConnection(id)).toMatchObject({ connection: { apiKey: key } });
});

test('after a reset of the vault no old key opens, and a new one can be saved', async () => {
	const id = await save();
	await vault.reset();
	await connections.eraseKeys();
	expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'no-key' } });
	expect(await connections.openConnection(await save())).toMatchObject({ ok: true });
});
