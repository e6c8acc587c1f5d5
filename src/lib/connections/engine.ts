/**
 * Connections in the engine: the only place where a stored key is opened.
 *
 * Invariants
 * - A key is sealed for its row and the origin it was typed in for, and opened with the origin of
 *   the address that is about to be called. A row whose address was changed behind our back opens
 *   nothing.
 * - A key from a form is sent to the address in that form, a stored key to the stored address.
 * - Sealing and opening happen outside of transactions (IndexedDB would commit meanwhile); the
 *   transaction then looks at the row again.
 */
import {
	Memory,
	newConnectionId,
	newRid,
	type ConnectionId,
	type ConnectionRow,
	type ConnectionTest,
	type Database
} from '#lib/db/engine';
import type {
	ConnectionForm,
	ConnectionTestResult,
	ConnectionVerbs,
	LocalFailure,
	SaveConnectionResult
} from '#lib/engine';
import {
	presets,
	ProviderError,
	type ModelInfo,
	type OpenConnection,
	type PresetId,
	type ProtocolId,
	type ProviderErrorDetails
} from '#lib/providers';
import * as v from 'valibot';
import { demoConnection, demoId, demoModels } from './demo.ts';
import { checkForm, freeLabel, keyHint, numbered, type CheckedForm } from './form.ts';
import { lacksKey } from './lacks-key.ts';
import { listedAt, listLifetimeMs, mergeList, offeredModels } from './model-list.ts';
import { lastPosition, moved } from './positions.ts';
import {
	addConnection,
	changeConnections,
	changeModel,
	differing,
	modelsOf,
	removeConnection,
	writeFields
} from './rows.ts';
import { FormShape, IdShape, ModelChangeShape, ModelIdShape } from './shapes.ts';
import { formWords, vaultWords } from './words.ts';

export { demoConnection, demoId, demoModels };
export { findRoute, firstUsable, isRouteChoice, stepsOf } from './routes.ts';

/** What connections need of the vault. */
export interface KeySafe {
	/** @throws an error of kind `locked` or `damaged` */
	seal(
		key: string,
		context: { readonly rowId: string; readonly origin: string }
	): Promise<Uint8Array>;
	open(
		envelope: Uint8Array,
		context: { readonly rowId: string; readonly origin: string }
	): Promise<
		| { readonly ok: true; readonly plaintext: string }
		| { readonly ok: false; readonly reason: string }
	>;
}

interface RequestOptions {
	readonly signal: AbortSignal;
}

/** What connections need of the providers. */
export interface ProviderAccess {
	/** Proves address and key; never rejects. */
	testConnection(
		connection: OpenConnection,
		options: RequestOptions
	): Promise<
		| { readonly ok: true; readonly ms: number; readonly models: readonly ModelInfo[] }
		| { readonly ok: false; readonly error: ProviderErrorDetails }
	>;
	/** @throws ProviderError */
	listModels(connection: OpenConnection, options: RequestOptions): Promise<readonly ModelInfo[]>;
	/** Loads the code of a protocol. */
	warm(protocol: ProtocolId): Promise<void>;
	catalogModels(
		presetId: PresetId,
		modelIds: readonly string[]
	): Promise<ReadonlyMap<string, ModelInfo>>;
}

/** A connection ready for a request, or why there is none; the error is to be shown as it is. */
export type OpenResult =
	| { readonly ok: true; readonly connection: OpenConnection; readonly row: ConnectionRow }
	| { readonly ok: false; readonly error: LocalFailure };

/** What the engine does with connections: the verbs of the page, and what no page may order. */
export interface Connections extends ConnectionVerbs {
	/** The connection with its key in clear, for one request: not to be kept. */
	openConnection(id: ConnectionId): Promise<OpenResult>;
	/** Erases every stored key; connections and models stay. */
	eraseKeys(): Promise<void>;
	close(): void;
}

const fail = (kind: LocalFailure['kind'], message: string) =>
	({ ok: false, error: { kind, message } }) as const;

const unknownConnection = fail('no-connection', formWords.unknownConnection);

/** A failed attempt to fetch a stale list is not repeated sooner than this (ms). */
const listRetryMs = 10 * 60_000;

function sealFailure(error: unknown) {
	const kind = typeof error === 'object' && error !== null && 'kind' in error && error.kind;
	if (kind === 'locked') return fail('locked', vaultWords.locked);
	if (kind === 'damaged') return fail('key-unreadable', vaultWords.unreadable);
	throw error;
}

const openedAs = (
	{ presetId, protocol, baseUrl }: Pick<ConnectionRow, 'presetId' | 'protocol' | 'baseUrl'>,
	apiKey: string
): OpenConnection => ({ presetId, protocol, baseUrl, ...(apiKey !== '' && { apiKey }) });

/** @returns the verbs; what the page can cause is a result, what it cannot is thrown */
export function createConnections(options: {
	readonly db: Database;
	readonly vault: KeySafe;
	readonly providers: ProviderAccess;
	readonly now: () => number;
}): Connections {
	const { db, vault, providers, now } = options;
	// The providers have their own time limits; nobody cancels a test.
	const requestOptions: RequestOptions = { signal: new AbortController().signal };
	const listAttempts = new Map<ConnectionId, number>();
	// A key in it is sealed. Also what a request goes by, so that none waits for it.
	const stored = new Memory(db, ['connections'], (id: ConnectionId) => db.connections.get(id));

	/** The stored key for a call to this address; `''` where there is none. */
	async function openKey(
		row: ConnectionRow,
		baseUrl: string
	): Promise<{ readonly ok: true; readonly key: string } | ReturnType<typeof fail>> {
		const { sealedKey } = row;
		if (sealedKey === null) return { ok: true, key: '' };
		const { origin } = new URL(baseUrl);
		const opened = await vault.open(sealedKey, { rowId: row.id, origin });
		if (opened.ok) return { ok: true, key: opened.plaintext };
		return opened.reason === 'locked'
			? fail('locked', vaultWords.locked)
			: fail('key-unreadable', vaultWords.unreadable);
	}

	async function openConnection(id: ConnectionId): Promise<OpenResult> {
		if (id === demoId)
			return { ok: true, connection: openedAs(demoConnection, ''), row: demoConnection };
		const row = await stored.get(id);
		if (row === undefined) return unknownConnection;
		if (lacksKey(row)) return fail('no-key', vaultWords.noKey);
		const key = await openKey(row, row.baseUrl);
		return key.ok ? { ok: true, connection: openedAs(row, key.key), row } : key;
	}

	/** Brings the stored models in line with a fresh list. */
	async function storeModels(row: ConnectionRow, listed: readonly ModelInfo[]): Promise<void> {
		const offered = offeredModels(presets[row.presetId], listed);
		const kept = await modelsOf(db, row.id).primaryKeys();
		const ids = new Set([...offered.map((model) => model.id), ...kept.map(([, id]) => id)]);
		const catalog = await providers.catalogModels(row.presetId, [...ids]);
		await db.transaction('rw', [db.connections, db.models], async () => {
			// Deleted meanwhile: its models are gone for good.
			if ((await db.connections.get(row.id)) === undefined) return;
			const rows = await modelsOf(db, row.id).toArray();
			const change = mergeList({ connectionId: row.id, rows, offered, catalog, now: now() });
			await db.models.bulkDelete(change.remove.map((id): [ConnectionId, string] => [row.id, id]));
			await db.models.bulkPut([...change.put]);
		});
	}

	/** Keeps what a test said, unless the connection became another one meanwhile. */
	async function storeTest(row: ConnectionRow, test: ConnectionTest): Promise<void> {
		await db.transaction('rw', [db.connections], async () => {
			const current = await db.connections.get(row.id);
			if (current === undefined) return;
			const { presetId, protocol, baseUrl, sealedKey } = row;
			const changed = differing(current, { presetId, protocol, baseUrl, sealedKey });
			if (Object.keys(changed).length === 0) await db.connections.put({ ...current, test });
		});
	}

	async function testSaved(id: ConnectionId): Promise<ConnectionTestResult> {
		const opened = await openConnection(id);
		if (!opened.ok) return opened;
		const result = await providers.testConnection(opened.connection, requestOptions);
		if (id === demoId) return result;
		const at = now();
		if (!result.ok) {
			await storeTest(opened.row, { ok: false, at, error: result.error });
			return result;
		}
		await storeModels(opened.row, result.models);
		const modelCount = await modelsOf(db, id).count();
		await storeTest(opened.row, { ok: true, at, ms: result.ms, modelCount });
		return result;
	}

	async function testForm(form: ConnectionForm): Promise<ConnectionTestResult> {
		const row = form.id === undefined ? undefined : await db.connections.get(form.id);
		const check = checkAgainst(form, row);
		if (!check.ok) return check;
		if (check.form.apiKey === undefined && row !== undefined) {
			const key = await openKey(row, check.form.baseUrl);
			return key.ok ? providers.testConnection(openedAs(check.form, key.key), requestOptions) : key;
		}
		return providers.testConnection(openedAs(check.form, check.form.apiKey ?? ''), requestOptions);
	}

	async function refreshModels(id: ConnectionId): Promise<ConnectionTestResult> {
		const opened = await openConnection(id);
		if (!opened.ok) return opened;
		const startedAt = now();
		listAttempts.set(id, startedAt);
		try {
			const models = await providers.listModels(opened.connection, requestOptions);
			if (id !== demoId) await storeModels(opened.row, models);
			return { ok: true, ms: now() - startedAt, models };
		} catch (error) {
			if (error instanceof ProviderError) return { ok: false, error: error.details };
			throw error;
		}
	}

	async function refreshStale(id: ConnectionId): Promise<void> {
		if (id === demoId) return;
		const lastTry = listAttempts.get(id);
		if (lastTry !== undefined && now() - lastTry < listRetryMs) return;
		if (now() - listedAt(await modelsOf(db, id).toArray()) < listLifetimeMs) return;
		await refreshModels(id);
	}

	async function save(form: ConnectionForm): Promise<SaveConnectionResult> {
		const before = form.id === undefined ? undefined : await db.connections.get(form.id);
		if (form.id !== undefined && before === undefined) return unknownConnection;
		const check = checkAgainst(form, before);
		if (!check.ok) return check;
		const { apiKey, origin } = check.form;
		const id = form.id ?? newConnectionId();
		let key: Pick<ConnectionRow, 'sealedKey' | 'keyHint'> | undefined;
		if (apiKey === '' || (apiKey === undefined && before === undefined))
			key = { sealedKey: null, keyHint: '' };
		else if (apiKey !== undefined)
			try {
				const sealedKey = await vault.seal(apiKey, { rowId: id, origin });
				key = { sealedKey, keyHint: keyHint(apiKey) };
			} catch (error) {
				return sealFailure(error);
			}
		const saved = await changeConnections(db, () =>
			before === undefined
				? insert(id, check.form, key ?? { sealedKey: null, keyHint: '' })
				: update(form, check.form, key)
		);
		if (saved.ok && saved.isOther) void testSaved(id).catch(ignoreClosed);
		return saved.ok ? { ok: true, id } : saved;
	}

	async function insert(
		id: ConnectionId,
		{ presetId, protocol, label, baseUrl, limits }: CheckedForm,
		key: Pick<ConnectionRow, 'sealedKey' | 'keyHint'>
	) {
		const rows = await db.connections.toArray();
		const row = {
			id,
			rid: newRid(),
			presetId,
			protocol,
			label: label === '' ? freeLabel(presetId, labelsOf(rows)) : numbered(label, labelsOf(rows)),
			baseUrl,
			limits,
			...key,
			enabled: 1,
			position: lastPosition(rows),
			createdAt: now()
		} as const;
		await addConnection(db, row, now());
		return { ok: true, isOther: true } as const;
	}

	async function update(
		form: ConnectionForm,
		checked: CheckedForm,
		key: Pick<ConnectionRow, 'sealedKey' | 'keyHint'> | undefined
	) {
		const row = form.id === undefined ? undefined : await db.connections.get(form.id);
		if (row === undefined) return unknownConnection;
		// Another tab may have changed the address since: a kept key has to fit the row as it is now.
		const again = checkAgainst(form, row);
		if (!again.ok) return again;
		const { presetId, protocol, label, baseUrl, limits } = checked;
		// A key was typed, or left out knowingly.
		const isAnswered = row.isKeyErased === true && key !== undefined;
		const endpoint = {
			presetId,
			protocol,
			baseUrl,
			...key,
			...(isAnswered && { isKeyErased: false })
		};
		const isOther = Object.keys(differing(row, endpoint)).length > 0;
		// What was found out of it says nothing of another address or key.
		const untried: { -readonly [Field in keyof ConnectionRow]: ConnectionRow[Field] } = { ...row };
		delete untried.test;
		delete untried.learntLimits;
		delete untried.learntByModel;
		const others = (await db.connections.toArray()).filter(({ id }) => id !== row.id);
		const name = label === '' ? row.label : numbered(label, labelsOf(others));
		const fields = { ...endpoint, label: name, limits };
		await writeFields(db, isOther ? untried : row, fields, now());
		return { ok: true, isOther } as const;
	}

	return {
		openConnection,
		save: async (form) => {
			const parsed = v.safeParse(FormShape, form);
			return parsed.success ? save(parsed.output) : fail('bad-form', formWords.badForm);
		},
		test: async (source) => {
			if (!('presetId' in source)) return testSaved(v.parse(IdShape, source.id));
			const parsed = v.safeParse(FormShape, source);
			return parsed.success ? testForm(parsed.output) : fail('bad-form', formWords.badForm);
		},
		refreshModels: (id) => refreshModels(v.parse(IdShape, id)),
		remove: (id) => changeConnections(db, () => removeConnection(db, v.parse(IdShape, id), now())),
		setEnabled: (id, enabled) =>
			changeConnections(db, async () => {
				const row = await db.connections.get(v.parse(IdShape, id));
				if (row !== undefined) await writeFields(db, row, { enabled: enabled ? 1 : 0 }, now());
			}),
		move: (id, before) =>
			changeConnections(db, async () => {
				const rows = await db.connections.toArray();
				for (const [rowId, position] of moved(rows, id, before)) {
					const row = rows.find((candidate) => candidate.id === rowId);
					if (row !== undefined) await writeFields(db, row, { position }, now());
				}
			}),
		async addModel(id, modelId) {
			const row = await db.connections.get(v.parse(IdShape, id));
			if (row === undefined) return;
			const listed = { id: v.parse(ModelIdShape, modelId) };
			const catalog = (await providers.catalogModels(row.presetId, [listed.id])).get(listed.id);
			await changeModel(db, id, listed, (model) => ({
				...model,
				...(catalog !== undefined && { catalog }),
				manual: 1
			}));
		},
		removeModel: (id, modelId) => db.models.delete([id, modelId]),
		async updateModel(id, modelId, change) {
			const { user, favourite, contextStrategy } = v.parse(ModelChangeShape, change);
			const listed = demoModels.find((model) => model.connectionId === id && model.id === modelId)
				?.listed ?? { id: v.parse(ModelIdShape, modelId) };
			await changeModel(db, v.parse(IdShape, id), listed, (before) => {
				const { user: earlier, contextStrategy: own, ...model } = before;
				const corrections = user === undefined ? earlier : user;
				const strategy = contextStrategy === undefined ? own : contextStrategy;
				return {
					...model,
					...(corrections != null && { user: corrections }),
					...(strategy != null && { contextStrategy: strategy }),
					...(favourite !== undefined && { favourite: favourite ? 1 : 0 })
				};
			});
		},
		async warm(id) {
			const row = id === demoId ? demoConnection : await stored.get(v.parse(IdShape, id));
			if (row === undefined) return;
			void refreshStale(row.id).catch(ignoreClosed);
			await providers.warm(row.protocol);
		},
		eraseKeys: () =>
			changeConnections(db, async () => {
				for (const row of await db.connections.toArray())
					if (row.sealedKey !== null)
						await writeFields(db, row, { sealedKey: null, keyHint: '', isKeyErased: true }, now());
			}),
		close: () => {
			stored.close();
		}
	};
}

const labelsOf = (rows: readonly ConnectionRow[]): string[] => rows.map((row) => row.label);

/** Work in the background that finds its database closed has nobody left to tell. */
function ignoreClosed(error: unknown): void {
	if (error instanceof Error && error.name === 'DatabaseClosedError') return;
	throw error;
}

function checkAgainst(form: ConnectionForm, row: ConnectionRow | undefined) {
	const saved = row && { baseUrl: row.baseUrl, hasKey: row.sealedKey !== null };
	const check = checkForm(form, saved);
	return check.ok ? check : fail(check.problems[0].kind, check.problems[0].message);
}
