/**
 * What the vault keeps on disk: plain rows, one per way to the vault key and one of state.
 *
 * A wrap is the vault key sealed with something: a key of the browser (device), a passphrase; later
 * a passkey, an account password, a recovery key, each as one more kind of row. Rows of a kind that
 * this version does not know are kept as they are.
 */
import * as v from 'valibot';
import { isAcceptableKdf } from './sodium.ts';
import type { Bytes } from './envelope.ts';

/** Where rows are kept. The table's primary key is `id`. */
export interface VaultStore {
	load(): Promise<readonly unknown[]>;
	/**
	 * Reads all rows, calls `change` with them and, unless it returns `undefined`, replaces all rows
	 * with what it returns: in one read-write transaction, on disk (durability `strict`) before the
	 * promise resolves. `change` is synchronous; when it throws, nothing is written. Two tabs that
	 * update at the same moment see each other's result, so the vault needs no lock besides.
	 */
	update(change: (rows: readonly unknown[]) => readonly VaultRow[] | undefined): Promise<void>;
}

const bytes = v.custom<Bytes>((input) => input instanceof Uint8Array, 'expected bytes');
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const keyId = v.pipe(count, v.minValue(1), v.maxValue(0xffff_ffff));

const deviceWrapSchema = v.object({
	id: v.literal('device'),
	kind: v.literal('device-wrap'),
	keyId,
	/** AES-GCM 256, not extractable. */
	key: v.custom<CryptoKey>((input) => input instanceof CryptoKey, 'expected a key'),
	iv: bytes,
	wrapped: bytes
});

const passphraseWrapSchema = v.object({
	id: v.literal('passphrase'),
	kind: v.literal('passphrase-wrap'),
	keyId,
	kdf: v.pipe(
		v.object({ salt: bytes, passes: count, memory: count }),
		v.check(isAcceptableKdf, 'key derivation parameters out of bounds')
	),
	/** The vault key in an envelope under the key derived from the passphrase. */
	wrapped: bytes
});

const stateSchema = v.object({
	id: v.literal('state'),
	kind: v.literal('state'),
	/** Goes up with every lock and reset: a tab that holds keys of an earlier epoch drops them. */
	epoch: count,
	/** The newest key id that was ever given out on this device. */
	lastKeyId: v.pipe(count, v.maxValue(0xffff_ffff)),
	/** Idle time after which the vault locks, in ms; null for never. */
	autoLockMs: v.nullable(v.pipe(count, v.minValue(1))),
	/** Latest sign of a person in any tab, ms since epoch, coarse. */
	lastActivity: count,
	lockedBy: v.nullable(v.picklist(['idle', 'person']))
});

export type DeviceWrapRow = v.InferOutput<typeof deviceWrapSchema>;
export type PassphraseWrapRow = v.InferOutput<typeof passphraseWrapSchema>;
export type StateRow = v.InferOutput<typeof stateSchema>;
/** A row of a newer version: kept, not understood. */
export type UnknownRow = Readonly<{ id: string; kind: string }>;
export type VaultRow = DeviceWrapRow | PassphraseWrapRow | StateRow | UnknownRow;

/** The rows, parsed. */
export interface VaultRecord {
	readonly device: DeviceWrapRow | undefined;
	readonly passphrase: PassphraseWrapRow | undefined;
	readonly state: StateRow;
	readonly unknown: readonly UnknownRow[];
}

export const firstState: StateRow = {
	id: 'state',
	kind: 'state',
	epoch: 0,
	lastKeyId: 0,
	autoLockMs: null,
	lastActivity: 0,
	lockedBy: null
};

const unknownSchema = v.looseObject({ id: v.string(), kind: v.string() });

/** `undefined` when a row that should be understood is damaged: nothing may be guessed then. */
export function parseRows(rows: readonly unknown[]): VaultRecord | undefined {
	let device: DeviceWrapRow | undefined;
	let passphrase: PassphraseWrapRow | undefined;
	let state: StateRow = firstState;
	const unknown: UnknownRow[] = [];
	try {
		for (const row of rows) {
			const { kind } = v.parse(unknownSchema, row);
			if (kind === 'device-wrap') device = v.parse(deviceWrapSchema, row);
			else if (kind === 'passphrase-wrap') passphrase = v.parse(passphraseWrapSchema, row);
			else if (kind === 'state') state = v.parse(stateSchema, row);
			else unknown.push(v.parse(unknownSchema, row));
		}
	} catch (error) {
		if (v.isValiError(error)) return undefined;
		throw error;
	}
	return { device, passphrase, state, unknown };
}

export function recordToRows({ device, passphrase, state, unknown }: VaultRecord): VaultRow[] {
	return [...unknown, ...(device ? [device] : []), ...(passphrase ? [passphrase] : []), state];
}

/** Keeps rows in memory, cloned in and out as a database would: for tests and private windows. */
export function createMemoryVaultStore(initial: readonly VaultRow[] = []): VaultStore {
	let rows: readonly unknown[] = structuredClone(initial);
	return {
		load: () => Promise.resolve(structuredClone(rows)),
		update(change) {
			return Promise.resolve().then(() => {
				const next = change(structuredClone(rows));
				if (next) rows = structuredClone(next);
			});
		}
	};
}
