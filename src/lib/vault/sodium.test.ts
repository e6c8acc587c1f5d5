import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { blake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import wrappers from 'libsodium-wrappers-sumo';
import { beforeAll, describe, expect, it } from 'vitest';
import golden from './__fixtures__/version-1.json' with { type: 'json' };
import { openEnvelope, sealEnvelope, type Bytes } from './envelope.ts';
import { isAcceptableKdf, kdfLimits, loadLibrary, loadSodium, type Sodium } from './sodium.ts';

const fromHex = (text: string): Bytes =>
	Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toBytes = (text: string): Bytes => new TextEncoder().encode(text);
const bytes = (length: number) =>
	fc.uint8Array({ minLength: length, maxLength: length }).map((array) => new Uint8Array(array));
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
const mebibyte = 1024 * 1024;

let sodium: Sodium;
beforeAll(async () => {
	sodium = await loadSodium();
});

/** `crypto_kdf` by its definition: keyed BLAKE2b, the id as salt, the name as personalisation. */
function referenceSubkey(key: Bytes, id: number, name: string): Bytes {
	const salt = new Uint8Array(16);
	new DataView(salt.buffer).setUint32(0, id, true);
	const personalization = new Uint8Array(16);
	personalization.set(toBytes(name));
	return new Uint8Array(blake2b(new Uint8Array(0), { dkLen: 32, key, salt, personalization }));
}

describe('XChaCha20-Poly1305', () => {
	// draft-irtf-cfrg-xchacha-03, A.3.1
	const vector = {
		key: fromHex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'),
		nonce: fromHex('404142434445464748494a4b4c4d4e4f5051525354555657'),
		associatedData: fromHex('50515253c0c1c2c3c4c5c6c7'),
		plaintext: toBytes(
			"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
		),
		ciphertext: fromHex(
			'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb' +
				'731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452' +
				'2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
				'21f9664c97637da9768812f615c68b13b52e' +
				'c0875924c1c7987947deafd8780acf49'
		)
	};

	it('gives the bytes of the draft', () => {
		expect(sodium.aead.seal(vector)).toEqual(vector.ciphertext);
		expect(sodium.aead.open(vector)).toEqual(vector.plaintext);
	});

	it('agrees with a second implementation in both directions', () => {
		fc.assert(
			fc.property(bytes(32), bytes(24), anyBytes, anyBytes, (key, nonce, data, plaintext) => {
				const other = xchacha20poly1305(key, nonce, data);
				const sealed = sodium.aead.seal({ plaintext, nonce, associatedData: data, key });
				expect(new Uint8Array(other.encrypt(plaintext))).toEqual(sealed);
				expect(new Uint8Array(other.decrypt(sealed))).toEqual(plaintext);
				expect(sodium.aead.open({ ciphertext: sealed, nonce, associatedData: data, key })).toEqual(
					plaintext
				);
			})
		);
	});

	it('says undefined for a wrong tag and for less than a tag', () => {
		const changed = vector.ciphertext.slice();
		changed[5] = (changed[5] ?? 0) ^ 1;
		expect(sodium.aead.open({ ...vector, ciphertext: changed })).toBeUndefined();
		expect(sodium.aead.open({ ...vector, ciphertext: new Uint8Array(15) })).toBeUndefined();
	});

	it('refuses keys and nonces of another length', () => {
		expect(() => sodium.aead.seal({ ...vector, key: new Uint8Array(31) })).toThrow(RangeError);
		expect(() => sodium.aead.open({ ...vector, nonce: new Uint8Array(12) })).toThrow(RangeError);
	});
});

describe('subkeys', () => {
	it('are those of crypto_kdf', () => {
		fc.assert(
			fc.property(bytes(32), fc.integer({ min: 0, max: 0xffff_ffff }), (key, id) => {
				expect(sodium.subkey(key, id, 'secrets_')).toEqual(referenceSubkey(key, id, 'secrets_'));
			})
		);
	});

	it('differ by name and by id', () => {
		const key = sodium.randomBytes(32);
		const all = [
			sodium.subkey(key, 1, 'secrets_'),
			sodium.subkey(key, 2, 'secrets_'),
			sodium.subkey(key, 1, 'wrapkey_')
		].map(String);
		expect(new Set(all).size).toBe(3);
	});
});

describe('the library’s own layer', () => {
	beforeAll(() => wrappers.ready);

	it('opens what is sealed here, and seals what is opened here', () => {
		const [key, nonce] = [sodium.randomBytes(32), sodium.randomBytes(24)];
		const [plaintext, associatedData] = [toBytes('sk-0123'), toBytes('for whom')];
		const sealed = sodium.aead.seal({ plaintext, nonce, associatedData, key });
		expect(
			wrappers.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, associatedData, nonce, key)
		).toEqual(plaintext);
		const theirs = wrappers.crypto_aead_xchacha20poly1305_ietf_encrypt(
			plaintext,
			associatedData,
			null,
			nonce,
			key
		);
		expect(
			sodium.aead.open({ ciphertext: new Uint8Array(theirs), nonce, associatedData, key })
		).toEqual(plaintext);
	});

	it('stretches a passphrase alike', () => {
		const salt = sodium.randomBytes(16);
		expect(sodium.deriveKey('correct horse', { salt, passes: 3, memory: 64 * mebibyte })).toEqual(
			wrappers.crypto_pwhash(
				32,
				'correct horse',
				salt,
				3,
				64 * mebibyte,
				wrappers.crypto_pwhash_ALG_ARGON2ID13
			)
		);
	});
});

describe('Argon2id', () => {
	const floor = { salt: new Uint8Array(16).fill(7), passes: 3, memory: 64 * mebibyte };

	it('agrees with a second implementation', () => {
		const other = argon2id(toBytes('correct horse'), floor.salt, {
			t: 3,
			m: 64 * 1024,
			p: 1,
			dkLen: 32,
			version: 0x13
		});
		expect(sodium.deriveKey('correct horse', floor)).toEqual(new Uint8Array(other));
	}, 30_000);

	it('takes passphrases in their NFKC form', () => {
		const composed = sodium.deriveKey('caf\u00e9 five', floor);
		expect(sodium.deriveKey('cafe\u0301 \ufb01ve', floor)).toEqual(composed);
	});

	it('refuses less than the floor and more than the cap', () => {
		const bad = [
			{ ...floor, passes: 2 },
			{ ...floor, passes: 13 },
			{ ...floor, passes: 3.5 },
			{ ...floor, passes: Number.NaN },
			{ ...floor, memory: 64 * mebibyte - 1 },
			{ ...floor, memory: 512 * mebibyte + 1 },
			{ ...floor, memory: Infinity },
			{ ...floor, salt: new Uint8Array(15) },
			{ ...floor, salt: new Uint8Array(17) }
		];
		for (const params of bad) {
			expect(isAcceptableKdf(params)).toBe(false);
			expect(() => sodium.deriveKey('x', params)).toThrow(RangeError);
		}
		expect(isAcceptableKdf(floor)).toBe(true);
		expect(kdfLimits.passes.least * kdfLimits.memory.least).toBe(3 * 64 * mebibyte);
	});
});

describe('what is left in memory', () => {
	let library: Awaited<ReturnType<typeof loadLibrary>>;
	beforeAll(async () => {
		library = await loadLibrary();
	});
	const isInHeap = (needle: Uint8Array) =>
		Buffer.from(library.HEAPU8).includes(Buffer.from(needle));

	it('is no key, passphrase or plaintext in the heap and stack of libsodium', () => {
		const key = sodium.randomBytes(32);
		const subkey = sodium.subkey(key, 1, 'secrets_');
		expect([key, subkey].filter(isInHeap)).toEqual([]);

		const plaintext = toBytes('sk-live-left-behind-0123456789');
		const input = { nonce: sodium.randomBytes(24), associatedData: new Uint8Array(3), key: subkey };
		const ciphertext = sodium.aead.seal({ ...input, plaintext });
		expect([subkey, plaintext].filter(isInHeap)).toEqual([]);
		sodium.aead.open({ ...input, ciphertext });
		expect([subkey, plaintext].filter(isInHeap)).toEqual([]);

		const kdf = { salt: sodium.randomBytes(16), passes: 3, memory: 64 * mebibyte };
		const stretched = sodium.deriveKey('passphrase left behind', kdf);
		expect([stretched, toBytes('passphrase left behind')].filter(isInHeap)).toEqual([]);
	});

	it('is not the memory of Argon2, from which the key can be computed', () => {
		const kdf = { salt: sodium.randomBytes(16), passes: 3, memory: 64 * mebibyte };
		sodium.deriveKey('x', kdf);
		const memory = library.HEAPU8;
		let used = 0;
		for (const byte of memory) if (byte !== 0) used++;
		expect(memory.length).toBeGreaterThan(64 * mebibyte);
		// Tables of the library, and block addresses, which follow from public parameters alone.
		expect(used).toBeLessThan(2 * mebibyte);
	});
});

describe('golden envelopes of version 1', () => {
	it.each(golden.envelopes)('opens “$plaintext”', ({ vaultKey, keyId, context, ...rest }) => {
		const key = sodium.subkey(fromHex(vaultKey), 1, 'secrets_');
		const envelope = fromHex(rest.envelope);
		const plaintext = toBytes(rest.plaintext);
		expect(openEnvelope({ aead: sodium.aead, key, keyId, envelope, context })).toEqual({
			ok: true,
			plaintext
		});
		const nonce = envelope.slice(6, 30);
		expect(sealEnvelope({ aead: sodium.aead, key, keyId, nonce, plaintext, context })).toEqual(
			envelope
		);
	});
});

it('never makes the same nonce twice', () => {
	const seen = new Set<string>();
	for (let n = 0; n < 100_000; n++) seen.add(sodium.randomBytes(24).toString());
	expect(seen.size).toBe(100_000);
});
