/** The ways to wrap the vault key. Each opens to the key or, failing closed, to `undefined`. */
import { associatedData, keyLength, nonceLength, openEnvelope, sealEnvelope } from './envelope.ts';
import type { Bytes } from './envelope.ts';
import { kdfLimits, type KdfParams, type Sodium } from './sodium.ts';
import type { DeviceWrapRow, PassphraseWrapRow } from './store.ts';

const ivLength = 12;
/** AES-GCM in WebCrypto is its own format; the header only keeps the two kinds of wrap apart. */
const deviceData = (keyId: number) =>
	associatedData({ version: 1, algorithm: 0, keyId }, ['wrap', 'device']);

/**
 * Wraps with a key that the browser makes and never hands out. Script of this origin can use that
 * key, and the browser keeps it in its profile folder: see `words.ts` for what this means.
 */
export async function createDeviceWrap(vaultKey: Bytes, keyId: number): Promise<DeviceWrapRow> {
	const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
		'encrypt',
		'decrypt'
	]);
	const iv = crypto.getRandomValues(new Uint8Array(ivLength));
	const wrapped = await crypto.subtle.encrypt(
		{ name: 'AES-GCM', iv, additionalData: deviceData(keyId) },
		key,
		vaultKey
	);
	return { id: 'device', kind: 'device-wrap', keyId, key, iv, wrapped: new Uint8Array(wrapped) };
}

export async function openDeviceWrap(row: DeviceWrapRow): Promise<Bytes | undefined> {
	try {
		const opened = await crypto.subtle.decrypt(
			{ name: 'AES-GCM', iv: row.iv, additionalData: deviceData(row.keyId) },
			row.key,
			row.wrapped
		);
		return opened.byteLength === keyLength ? new Uint8Array(opened) : undefined;
	} catch {
		return undefined;
	}
}

/** The parameters are part of the context: a row whose parameters were changed does not open. */
const passphraseContext = ({ salt, passes, memory }: KdfParams) => [
	'wrap',
	'passphrase',
	'argon2id13',
	`${passes}`,
	`${memory}`,
	Array.from(salt, (byte) => byte.toString(16).padStart(2, '0')).join('')
];

/** Blocks its thread for the time of one key derivation. */
export function createPassphraseWrap(
	sodium: Sodium,
	input: { vaultKey: Bytes; keyId: number; passphrase: string }
): PassphraseWrapRow {
	const { vaultKey, keyId, passphrase } = input;
	const kdf = {
		salt: sodium.randomBytes(kdfLimits.saltLength),
		passes: kdfLimits.passes.least,
		memory: kdfLimits.memory.least
	};
	const wrapped = withWrapKey(sodium, { passphrase, kdf }, (key) =>
		sealEnvelope({
			aead: sodium.aead,
			key,
			keyId,
			nonce: sodium.randomBytes(nonceLength),
			plaintext: vaultKey,
			context: passphraseContext(kdf)
		})
	);
	return { id: 'passphrase', kind: 'passphrase-wrap', keyId, kdf, wrapped };
}

/** Blocks for one key derivation, whether the passphrase is right or wrong: only the tag decides. */
export function openPassphraseWrap(
	sodium: Sodium,
	row: PassphraseWrapRow,
	passphrase: string
): Bytes | undefined {
	const opened = withWrapKey(sodium, { passphrase, kdf: row.kdf }, (key) =>
		openEnvelope({
			aead: sodium.aead,
			key,
			keyId: row.keyId,
			envelope: row.wrapped,
			context: passphraseContext(row.kdf)
		})
	);
	return opened.ok && opened.plaintext.length === keyLength ? opened.plaintext : undefined;
}

/** passphrase → Argon2id → subkey 2 `wrapkey_`; subkey 1 is left for a sign-in key. */
function withWrapKey<T>(
	sodium: Sodium,
	{ passphrase, kdf }: { passphrase: string; kdf: KdfParams },
	work: (key: Bytes) => T
): T {
	const stretched = sodium.deriveKey(passphrase, kdf);
	const key = sodium.subkey(stretched, 2, 'wrapkey_');
	sodium.wipe(stretched);
	try {
		return work(key);
	} finally {
		sodium.wipe(key);
	}
}
