/**
 * The one file that knows libsodium.
 *
 * It calls the WebAssembly functions without the library's convenience layer (libsodium-wrappers),
 * because that layer copies every key, passphrase and plaintext into the WebAssembly heap and frees
 * the copy without clearing it: after a lock they would still be there. Here each call gets a scratch area that is
 * zeroed when the call returns, however it returns, and what the C code left on its stack is
 * overwritten by running the same code once more with zeros (`washStack`).
 *
 * What cannot be cleared: JavaScript strings (passphrases and API keys typed by a person) live
 * until the garbage collector takes them, and the engine of the browser may move bytes around.
 */
import instantiate from 'libsodium-sumo';
import { keyLength, nonceLength, tagLength, type Aead, type Bytes } from './envelope.ts';

/** Argon2id, version 1.3, one lane. `memory` in bytes, `passes` over it, a 16-byte salt. */
export interface KdfParams {
	readonly salt: Bytes;
	readonly passes: number;
	readonly memory: number;
}

/** Names of subkeys: eight characters, each for one purpose only, never reused for another. */
export type SubkeyName = 'secrets_' | 'wrapkey_';

export interface Sodium {
	/** XChaCha20-Poly1305. */
	readonly aead: Aead;
	randomBytes(length: number): Bytes;
	/** A 32-byte key for one purpose, derived from a 32-byte key (`crypto_kdf`, BLAKE2b). */
	subkey(key: Bytes, id: number, name: SubkeyName): Bytes;
	/**
	 * 32 bytes from a passphrase in its NFKC form. Takes 200 to 500 ms and blocks its thread.
	 * Throws a RangeError for parameters outside `kdfLimits`.
	 */
	deriveKey(passphrase: string, params: KdfParams): Bytes;
	/** Overwrites with zeros. */
	wipe(bytes: Uint8Array): void;
}

const mebibyte = 1024 * 1024;
/**
 * Parameters outside these are refused, also when they come from a stored row or a server: less
 * would be a downgrade, more would let hostile data freeze the app.
 */
export const kdfLimits = {
	saltLength: 16,
	passes: { least: 3, most: 12 },
	memory: { least: 64 * mebibyte, most: 512 * mebibyte }
} as const;

export function isAcceptableKdf({ salt, passes, memory }: KdfParams): boolean {
	const within = (value: number, { least, most }: { least: number; most: number }) =>
		Number.isInteger(value) && value >= least && value <= most;
	return (
		salt.length === kdfLimits.saltLength &&
		within(passes, kdfLimits.passes) &&
		within(memory, kdfLimits.memory)
	);
}

/** The C functions, with 64-bit numbers as pairs of low and high halves. */
interface RawSodium {
	/** Replaced when the memory grows: read it anew after each call. */
	readonly HEAPU8: Uint8Array;
	readonly _malloc: (length: number) => number;
	readonly _free: (address: number) => void;
	readonly _crypto_aead_xchacha20poly1305_ietf_encrypt: (
		out: number,
		outLength: 0,
		message: number,
		messageLength: number,
		messageHigh: 0,
		data: number,
		dataLength: number,
		dataHigh: 0,
		secretNonce: 0,
		nonce: number,
		key: number
	) => number;
	readonly _crypto_aead_xchacha20poly1305_ietf_decrypt: (
		out: number,
		outLength: 0,
		secretNonce: 0,
		ciphertext: number,
		ciphertextLength: number,
		ciphertextHigh: 0,
		data: number,
		dataLength: number,
		dataHigh: 0,
		nonce: number,
		key: number
	) => number;
	readonly _crypto_kdf_derive_from_key: (
		out: number,
		outLength: number,
		id: number,
		idHigh: 0,
		name: number,
		key: number
	) => number;
	readonly _crypto_pwhash: (
		out: number,
		outLength: number,
		outHigh: 0,
		passphrase: number,
		passphraseLength: number,
		passphraseHigh: 0,
		salt: number,
		passes: number,
		passesHigh: 0,
		memory: number,
		algorithm: number
	) => number;
	/** Negative when it failed. */
	readonly _sodium_init: () => number;
}

/** What libsodium calls Argon2id, version 1.3, and the least memory that it takes (bytes). */
const ARGON2ID13 = 2;
const LEAST_MEMORY = 8192;

const rawNames = [
	'_malloc',
	'_free',
	'_crypto_aead_xchacha20poly1305_ietf_encrypt',
	'_crypto_aead_xchacha20poly1305_ietf_decrypt',
	'_crypto_kdf_derive_from_key',
	'_crypto_pwhash',
	'_sodium_init'
] as const;

function isRawSodium(value: unknown): value is RawSodium {
	if (typeof value !== 'object' || value === null) return false;
	const has = (name: string, test: (member: unknown) => boolean) =>
		name in value && test(Reflect.get(value, name));
	return (
		has('HEAPU8', (member) => member instanceof Uint8Array) &&
		rawNames.every((name) => has(name, (member) => typeof member === 'function'))
	);
}

interface Scratch {
	readonly copyIn: (bytes: Uint8Array) => number;
	readonly room: (length: number) => number;
}

/** Runs `work` with addresses that are valid until it returns, and zeroed then. */
function withScratch<T>(raw: RawSodium, work: (scratch: Scratch) => T): T {
	const areas: { address: number; length: number }[] = [];
	const room = (length: number): number => {
		const address = raw._malloc(Math.max(1, length));
		if (address === 0) throw new RangeError('not enough memory');
		areas.push({ address, length });
		return address;
	};
	try {
		return work({
			room,
			copyIn(bytes) {
				const address = room(bytes.length);
				raw.HEAPU8.set(bytes, address);
				return address;
			}
		});
	} finally {
		for (const { address, length } of areas) {
			raw.HEAPU8.fill(0, address, address + length);
			raw._free(address);
		}
	}
}

/** `withScratch`, and nothing of it stays on the stack. */
function withSecrets<T>(raw: RawSodium, work: (scratch: Scratch) => T): T {
	try {
		return withScratch(raw, work);
	} finally {
		washStack(raw);
	}
}

/**
 * Copies of keys stay on the stack of the C code below its top. The stack has no address that we
 * could know, but the same function called from the same depth writes to the same places.
 */
function washStack(raw: RawSodium): void {
	withScratch(raw, ({ copyIn, room }) => {
		const zeros = copyIn(new Uint8Array(128));
		const out = room(128);
		raw._crypto_aead_xchacha20poly1305_ietf_encrypt(
			out,
			0,
			zeros,
			64,
			0,
			zeros,
			64,
			0,
			0,
			zeros,
			zeros
		);
		raw._crypto_aead_xchacha20poly1305_ietf_decrypt(
			zeros,
			0,
			0,
			out,
			80,
			0,
			zeros,
			64,
			0,
			zeros,
			zeros
		);
		raw._crypto_kdf_derive_from_key(out, keyLength, 0, 0, zeros, zeros);
		raw._crypto_pwhash(out, keyLength, 0, zeros, 64, 0, zeros, 1, 0, LEAST_MEMORY, ARGON2ID13);
	});
}

const read = (raw: RawSodium, address: number, length: number): Bytes =>
	new Uint8Array(raw.HEAPU8.subarray(address, address + length));

function expectLength(bytes: Uint8Array, length: number): void {
	if (bytes.length !== length) throw new RangeError(`expected ${length} bytes`);
}

/** The library itself, one for this realm. */
export const loadLibrary = once(async (): Promise<RawSodium> => {
	const raw: unknown = await instantiate({
		getRandomValue: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
	});
	if (!isRawSodium(raw)) throw new TypeError('this build of libsodium lacks a function we need');
	if (raw._sodium_init() < 0) throw new TypeError('libsodium could not be initialised');
	return raw;
});

/** Ready after 10 to 40 ms; the promise is always the same. */
export const loadSodium = once(async (): Promise<Sodium> => createSodium(await loadLibrary()));

function createSodium(raw: RawSodium): Sodium {
	return {
		aead: {
			seal({ plaintext, nonce, associatedData, key }) {
				expectLength(nonce, nonceLength);
				expectLength(key, keyLength);
				return withSecrets(raw, ({ copyIn, room }) => {
					const out = room(plaintext.length + tagLength);
					const code = raw._crypto_aead_xchacha20poly1305_ietf_encrypt(
						out,
						0,
						copyIn(plaintext),
						plaintext.length,
						0,
						copyIn(associatedData),
						associatedData.length,
						0,
						0,
						copyIn(nonce),
						copyIn(key)
					);
					if (code !== 0) throw new RangeError('sealing failed');
					return read(raw, out, plaintext.length + tagLength);
				});
			},
			open({ ciphertext, nonce, associatedData, key }) {
				expectLength(nonce, nonceLength);
				expectLength(key, keyLength);
				if (ciphertext.length < tagLength) return undefined;
				return withSecrets(raw, ({ copyIn, room }) => {
					const length = ciphertext.length - tagLength;
					const out = room(length);
					const code = raw._crypto_aead_xchacha20poly1305_ietf_decrypt(
						out,
						0,
						0,
						copyIn(ciphertext),
						ciphertext.length,
						0,
						copyIn(associatedData),
						associatedData.length,
						0,
						copyIn(nonce),
						copyIn(key)
					);
					return code === 0 ? read(raw, out, length) : undefined;
				});
			}
		},

		// The source that libsodium itself draws from, without a round trip through its heap.
		randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),

		subkey(key, id, name) {
			expectLength(key, keyLength);
			return withSecrets(raw, ({ copyIn, room }) => {
				const out = room(keyLength);
				raw._crypto_kdf_derive_from_key(
					out,
					keyLength,
					id,
					0,
					copyIn(new TextEncoder().encode(name)),
					copyIn(key)
				);
				return read(raw, out, keyLength);
			});
		},

		deriveKey(passphrase, params) {
			if (!isAcceptableKdf(params)) throw new RangeError('key derivation parameters out of bounds');
			const { salt, passes, memory } = params;
			const text = new TextEncoder().encode(passphrase.normalize('NFKC'));
			try {
				return withSecrets(raw, ({ copyIn, room }) => {
					const out = room(keyLength);
					const code = raw._crypto_pwhash(
						out,
						keyLength,
						0,
						copyIn(text),
						text.length,
						0,
						copyIn(salt),
						passes,
						0,
						memory,
						ARGON2ID13
					);
					if (code !== 0) throw new RangeError('not enough memory');
					return read(raw, out, keyLength);
				});
			} finally {
				text.fill(0);
				// Argon2 frees its memory as it is, and the key can be computed from it. The allocator
				// hands out the same place again: clear it there (1 to 4 ms for 64 MiB).
				withScratch(raw, ({ room }) => room(memory));
			}
		},

		wipe(bytes) {
			bytes.fill(0);
		}
	};
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
	let made: Promise<T> | undefined;
	return () => (made ??= make());
}
