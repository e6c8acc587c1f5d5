import { openDatabase, type ConnectionId, type Database } from '#lib/db/engine';
import type { ConnectionForm } from '#lib/engine';
import { createMemoryVaultStore, Vault } from '#lib/vault/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConnections, type Connections } from './engine.ts';
import { statusOf } from './status.ts';

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

async function save(form: Partial<ConnectionForm> = {}): Promise<ConnectionId> {
	const saved = await connections.save({
		presetId: 'openai',
		protocol: 'openai-responses',
		label: 'OpenAI',
		baseUrl: '',
		apiKey: key,
		limits: {},
		...form
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

test('a connection whose key was erased asks for it, wherever it goes; one without a key does not', async () => {
	const own = {
		presetId: 'custom',
		protocol: 'openai-chat',
		baseUrl: 'https://own.example'
	} as const;
	const custom = await save({ ...own, label: 'Own' });
	const proxied = await save({ label: 'Proxied', baseUrl: 'https://proxy.example/v1' });
	const keyless = await save({ ...own, label: 'Keyless', apiKey: '' });
	await vault.reset();
	await connections.eraseKeys();
	const status = async (id: ConnectionId) => {
		const row = await db.connections.get(id);
		return row && statusOf(row, Date.now()).text;
	};
	for (const id of [custom, proxied]) {
		expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'no-key' } });
		expect(await status(id)).toBe('Needs a key');
	}
	expect(await connections.openConnection(keyless)).toMatchObject({ ok: true });
	expect(await status(keyless)).toMatch(/^Ready/);

	await save({ ...own, id: custom, label: 'Own' });
	expect(await connections.openConnection(custom)).toMatchObject({ connection: { apiKey: key } });
	await save({ id: proxied, label: 'Proxied', baseUrl: 'https://proxy.example/v1', apiKey: '' });
	expect(await connections.openConnection(proxied)).toMatchObject({ ok: true });
	expect(calls.at(-1)).toBeUndefined();
});
