import { openDatabase, type ConnectionId, type Database } from '#lib/db/engine';
import type { ConnectionForm } from '#lib/engine';
import { ProviderError, type ModelInfo, type OpenConnection } from '#lib/providers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createConnections, type Connections, type KeySafe } from './engine.ts';

const key = 'sk-test-abcdefghijklmnop-Vw2A';

/** Opens an envelope for the row and origin it was sealed for, and only while unlocked. */
class MemorySafe implements KeySafe {
	locked = false;

	seal(plaintext: string, context: { rowId: string; origin: string }) {
		if (this.locked) return Promise.reject(Object.assign(new Error('locked'), { kind: 'locked' }));
		const { rowId, origin } = context;
		const text = JSON.stringify({ plaintext, rowId, origin });
		return Promise.resolve(new TextEncoder().encode(btoa(text)));
	}

	open(envelope: Uint8Array, { rowId, origin }: { rowId: string; origin: string }) {
		if (this.locked) return Promise.resolve({ ok: false as const, reason: 'locked' });
		const text = atob(new TextDecoder().decode(envelope));
		const sealed = JSON.parse(text) as { plaintext: string; rowId: string; origin: string };
		return Promise.resolve(
			sealed.rowId === rowId && sealed.origin === origin
				? { ok: true as const, plaintext: sealed.plaintext }
				: { ok: false as const, reason: 'not-authentic' }
		);
	}
}

/** A provider that notes what it was called with. */
class ScriptedProvider {
	readonly calls: OpenConnection[] = [];
	readonly warmed: string[] = [];
	models: readonly ModelInfo[] = [{ id: 'gpt-5.1' }, { id: 'gpt-5-mini' }];
	failing = false;

	testConnection = (connection: OpenConnection) => {
		this.calls.push(connection);
		const error = { kind: 'auth', message: 'Incorrect API key provided.', status: 401 } as const;
		return Promise.resolve(
			this.failing
				? ({ ok: false, error } as const)
				: ({ ok: true, ms: 12, models: this.models } as const)
		);
	};
	listModels = (connection: OpenConnection) => {
		this.calls.push(connection);
		return this.failing
			? Promise.reject(new ProviderError({ kind: 'server', message: 'Down.' }))
			: Promise.resolve(this.models);
	};
	warm = (protocol: string) => {
		this.warmed.push(protocol);
		return Promise.resolve();
	};
	catalogModels = () =>
		Promise.resolve(new Map([['gpt-5.1', { id: 'gpt-5.1', contextWindow: 400_000 }]]));
}

const form = (change: Partial<ConnectionForm> = {}): ConnectionForm => ({
	presetId: 'openai',
	protocol: 'openai-responses',
	label: 'OpenAI, personal',
	baseUrl: '',
	apiKey: key,
	limits: {},
	...change
});

function formWithoutKey(change: Partial<ConnectionForm>): ConnectionForm {
	const { presetId, protocol, label, baseUrl, limits, id } = form(change);
	return { presetId, protocol, label, baseUrl, limits, ...(id !== undefined && { id }) };
}

let db: Database;
let safe: MemorySafe;
let provider: ScriptedProvider;
let connections: Connections;
let time: number;

beforeEach(async () => {
	db = await openDatabase(`connections-${crypto.randomUUID()}`);
	safe = new MemorySafe();
	provider = new ScriptedProvider();
	time = 1_000_000;
	connections = createConnections({ db, vault: safe, providers: provider, now: () => time });
});

afterEach(async () => {
	db.close();
	await db.delete();
});

async function saved(change: Partial<ConnectionForm> = {}): Promise<ConnectionId> {
	const result = await connections.save(form(change));
	if (!result.ok) throw new Error(result.error.message);
	await expect.poll(async () => (await db.connections.get(result.id))?.test).toBeDefined();
	return result.id;
}

test('a saved key is cleaned, sealed for row and origin, and shown by its last four characters', async () => {
	const id = await saved({ apiKey: `  ${key.slice(0, 9)}\n${key.slice(9)} ` });
	const row = await db.connections.get(id);
	expect(row).toMatchObject({
		label: 'OpenAI, personal',
		baseUrl: 'https://api.openai.com/v1',
		keyHint: 'Vw2A',
		enabled: 1
	});
	expect(JSON.stringify(row)).not.toContain(key);
	expect(await connections.openConnection(id)).toMatchObject({
		ok: true,
		connection: { apiKey: key, baseUrl: 'https://api.openai.com/v1' }
	});
	expect(await db.outbox.count()).toBe(1);
	expect(Object.keys(row?.stamps ?? {})).toContain('sealedKey');
});

test('saving tests the connection and fetches its models', async () => {
	const id = await saved();
	expect((await db.connections.get(id))?.test).toEqual({
		ok: true,
		at: time,
		ms: 12,
		modelCount: 2
	});
	const models = await db.models.toArray();
	expect(models.map((model) => model.id)).toEqual(['gpt-5-mini', 'gpt-5.1']);
	expect(models[1]?.catalog?.contextWindow).toBe(400_000);
});

test('a short key leaves no hint; a missing one is asked for where the provider needs it', async () => {
	const id = await saved({ apiKey: 'short-key' });
	expect((await db.connections.get(id))?.keyHint).toBe('');
	expect(await connections.save(form({ apiKey: '' }))).toMatchObject({ error: { kind: 'no-key' } });
	const local = await saved({
		presetId: 'ollama',
		protocol: 'ollama',
		baseUrl: 'http://localhost:11434/',
		apiKey: ''
	});
	expect(await db.connections.get(local)).toMatchObject({
		sealedKey: null,
		baseUrl: 'http://localhost:11434'
	});
});

test.each([
	['http://api.example.com/v1', /in clear/],
	['api.example.com/v1', /https:\/\//],
	['https://me:secret@api.example.com/v1', /name or password/],
	['ftp://api.example.com', /Only https/]
])('the address %s is refused', async (baseUrl, message) => {
	const result = await connections.save(
		form({ presetId: 'custom', protocol: 'openai-chat', baseUrl })
	);
	expect(result).toMatchObject({ ok: false, error: { kind: 'bad-form' } });
	expect(!result.ok && result.error.message).toMatch(message);
	expect(await db.connections.count()).toBe(0);
});

test('another origin needs the key again; another path does not', async () => {
	const id = await saved({
		presetId: 'custom',
		protocol: 'openai-chat',
		baseUrl: 'https://a.example/v1'
	});
	const kept = { presetId: 'custom', protocol: 'openai-chat', id } as const;
	const keepKey = formWithoutKey(kept);
	const elsewhere = { ...keepKey, baseUrl: 'https://b.example/v1' };
	const refusal = { ok: false, error: { kind: 'key-needed-for-new-origin' } };
	provider.calls.length = 0;
	expect(await connections.save(elsewhere)).toMatchObject(refusal);
	expect(await connections.test(elsewhere)).toMatchObject(refusal);
	expect(provider.calls).toEqual([]);
	expect(await connections.save({ ...keepKey, baseUrl: 'https://a.example/v2' })).toEqual({
		ok: true,
		id
	});
	expect(await connections.openConnection(id)).toMatchObject({
		connection: { apiKey: key, baseUrl: 'https://a.example/v2' }
	});
	expect(await connections.save({ ...elsewhere, apiKey: 'another-long-key-1' })).toEqual({
		ok: true,
		id
	});
	expect(await connections.openConnection(id)).toMatchObject({
		connection: { apiKey: 'another-long-key-1', baseUrl: 'https://b.example/v1' }
	});
});

test('a row whose address was changed behind our back opens no key', async () => {
	const id = await saved();
	await db.connections.update(id, { baseUrl: 'https://evil.example/v1' });
	expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'key-unreadable' } });
	provider.calls.length = 0;
	expect(await connections.test({ id })).toMatchObject({ error: { kind: 'key-unreadable' } });
	expect(provider.calls).toEqual([]);
});

test('testing a form sends its key to its address and stores nothing', async () => {
	const unsaved = form({
		presetId: 'custom',
		protocol: 'openai-chat',
		baseUrl: 'https://a.example/v1'
	});
	expect(await connections.test(unsaved)).toMatchObject({ ok: true, ms: 12 });
	expect(provider.calls).toEqual([
		{ presetId: 'custom', protocol: 'openai-chat', baseUrl: 'https://a.example/v1', apiKey: key }
	]);
	expect(await db.connections.count()).toBe(0);
	expect(await db.models.count()).toBe(0);
});

test('testing a saved connection keeps what the provider said; a new key forgets it', async () => {
	const id = await saved();
	provider.failing = true;
	expect(await connections.test({ id })).toMatchObject({ ok: false, error: { kind: 'auth' } });
	expect((await db.connections.get(id))?.test).toMatchObject({ ok: false, error: { status: 401 } });
	provider.failing = false;
	const keepKey = formWithoutKey({ id, label: 'Renamed' });
	await connections.save(keepKey);
	expect(await db.connections.get(id)).toMatchObject({ label: 'Renamed', test: { ok: false } });
	await connections.save(form({ id, apiKey: 'another-long-key-1' }));
	await expect.poll(async () => (await db.connections.get(id))?.test?.ok).toBe(true);
});

test('a locked vault neither seals nor opens, and says so', async () => {
	const id = await saved();
	safe.locked = true;
	expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'locked' } });
	expect(await connections.save(form())).toMatchObject({ error: { kind: 'locked' } });
	expect(await connections.refreshModels(id)).toMatchObject({ error: { kind: 'locked' } });
	expect(await db.connections.count()).toBe(1);
});

test('deleting leaves a tombstone and nothing of key and models', async () => {
	const id = await saved();
	const row = await db.connections.get(id);
	await connections.remove(id);
	expect(await db.connections.count()).toBe(0);
	expect(await db.models.count()).toBe(0);
	expect(await db.tombstones.get(row?.rid ?? '')).toMatchObject({ table: 'connections' });
	expect(await db.outbox.get(row?.rid ?? '')).toMatchObject({ table: 'connections', key: id });
	expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'no-connection' } });
	await connections.remove(id);
});

test('erasing the keys keeps connections and models', async () => {
	const id = await saved();
	await connections.eraseKeys();
	expect(await db.connections.get(id)).toMatchObject({ sealedKey: null, keyHint: '' });
	expect(await db.models.count()).toBe(2);
	expect(await connections.openConnection(id)).toMatchObject({ error: { kind: 'no-key' } });
});

test('order, enabling and labels', async () => {
	const first = await saved({ label: '' });
	const second = await saved({ label: '' });
	const third = await saved({ label: 'Third' });
	await connections.move(third, first);
	await connections.setEnabled(second, false);
	const rows = await db.connections.orderBy('position').toArray();
	expect(rows.map((row) => [row.label, row.enabled])).toEqual([
		['Third', 1],
		['OpenAI', 1],
		['OpenAI 2', 0]
	]);
});

test('no two connections have one label, whatever the tabs knew of each other', async () => {
	const first = await saved({ label: 'Work' });
	const second = await saved({ label: 'Work' });
	const labels = async () =>
		(await db.connections.bulkGet([first, second])).map((row) => row?.label);
	expect(await labels()).toEqual(['Work', 'Work 2']);
	await connections.save(formWithoutKey({ id: first, label: 'Work' }));
	await connections.save(formWithoutKey({ id: second, label: 'Work' }));
	expect(await labels()).toEqual(['Work', 'Work 2']);
});

test('models typed in, corrected and marked survive a list that does not name them', async () => {
	const id = await saved();
	await connections.addModel(id, ' my-finetune ');
	await connections.updateModel(id, 'gpt-5.1', {
		favourite: true,
		user: { id: 'gpt-5.1', maxOutput: 9 }
	});
	provider.models = [{ id: 'gpt-6' }];
	time += 5;
	expect(await connections.refreshModels(id)).toMatchObject({ ok: true });
	const models = await db.models.toArray();
	expect(models.map((model) => model.id)).toEqual(['gpt-5.1', 'gpt-6', 'my-finetune']);
	expect(models[0]).toMatchObject({
		favourite: 1,
		user: { maxOutput: 9 },
		catalog: { id: 'gpt-5.1' }
	});
	await connections.updateModel(id, 'gpt-5.1', { user: null });
	expect((await db.models.get([id, 'gpt-5.1']))?.user).toBeUndefined();
	await connections.updateModel(id, 'gpt-5.1', { contextStrategy: { kind: 'last', count: 12 } });
	await connections.updateModel(id, 'gpt-5.1', { favourite: false });
	expect(await connections.refreshModels(id)).toMatchObject({ ok: true });
	expect((await db.models.get([id, 'gpt-5.1']))?.contextStrategy).toEqual({
		kind: 'last',
		count: 12
	});
	await connections.updateModel(id, 'gpt-5.1', { contextStrategy: null });
	expect((await db.models.get([id, 'gpt-5.1']))?.contextStrategy).toBeUndefined();
	await expect(
		connections.updateModel(id, 'gpt-5.1', { contextStrategy: { kind: 'last', count: 0 } })
	).rejects.toThrow();
	await connections.removeModel(id, 'my-finetune');
	expect(await db.models.get([id, 'my-finetune'])).toBeUndefined();
	await expect(
		connections.updateModel(id, 'gpt-6', { user: { id: 'gpt-6', contextWindow: -1 } })
	).rejects.toThrow();
});

test('warming loads the protocol and fetches a list that is a day old, once', async () => {
	const id = await saved();
	provider.calls.length = 0;
	await connections.warm(id);
	expect(provider.warmed).toEqual(['openai-responses']);
	expect(provider.calls).toEqual([]);
	time += 25 * 60 * 60_000;
	provider.failing = true;
	await connections.warm(id);
	await expect.poll(() => provider.calls.length).toBe(1);
	await connections.warm(id);
	provider.failing = false;
	time += 11 * 60_000;
	await connections.warm(id);
	await expect.poll(() => provider.calls.length).toBe(2);
});

test('the demo opens without a row; its models can be marked', async () => {
	const demo = 'demo' as ConnectionId;
	expect(await connections.openConnection(demo)).toMatchObject({
		ok: true,
		connection: { protocol: 'demo' }
	});
	await connections.updateModel(demo, 'demo-tour', { favourite: true });
	expect(await db.models.get([demo, 'demo-tour'])).toMatchObject({
		favourite: 1,
		listed: { name: 'Demo tour' }
	});
	await connections.remove(demo);
	expect(await connections.save(form({ presetId: 'demo', protocol: 'demo' }))).toMatchObject({
		ok: false
	});
});

test('a form that is no form is refused', async () => {
	const odd = { ...form(), presetId: 'nobody' } as unknown as ConnectionForm;
	expect(await connections.save(odd)).toMatchObject({ error: { kind: 'bad-form' } });
	expect(await connections.save(form({ limits: { requestsPerMinute: 0 } }))).toMatchObject({
		error: { kind: 'bad-form' }
	});
});

test('limits that the provider publishes are told from those a person typed', async () => {
	const published = { requestsPerMinute: 30, tokensPerMinute: 6000 };
	const save = async (limits: ConnectionForm['limits']) => {
		const groq = { presetId: 'groq', protocol: 'openai-chat', limits } as const;
		const saved = await connections.save(
			form({ ...groq, baseUrl: 'https://api.groq.com/openai/v1' })
		);
		if (!saved.ok) throw new Error(saved.error.message);
		return (await db.connections.get(saved.id))?.limits;
	};
	expect(await save(published)).toEqual({ ...published, source: 'preset' });
	expect(await save({ ...published, tokensPerMinute: 12_000 })).toEqual({
		...published,
		tokensPerMinute: 12_000
	});
	expect(await save({})).toEqual({});
});
