import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { associatedData, openEnvelope, sealEnvelope, type Aead, type Bytes } from './envelope.ts';

// The second implementation, so that the format is tested apart from libsodium.
const aead: Aead = {
	seal: ({ plaintext, nonce, associatedData, key }) =>
		new Uint8Array(xchacha20poly1305(key, nonce, associatedData).encrypt(plaintext)),
	open({ ciphertext, nonce, associatedData, key }) {
		try {
			return new Uint8Array(xchacha20poly1305(key, nonce, associatedData).decrypt(ciphertext));
		} catch {
			return undefined;
		}
	}
};

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));
const key = random(32);
const context = ['secrets', 'row-1', 'https://api.example.com'];
const plaintext = new TextEncoder().encode('sk-0123456789');
const seal = (): Bytes =>
	sealEnvelope({ aead, key, keyId: 7, nonce: random(24), plaintext, context });
const open = (envelope: Uint8Array, change: Partial<Parameters<typeof openEnvelope>[0]> = {}) =>
	openEnvelope({ aead, key, keyId: 7, envelope, context, ...change });

describe('envelope', () => {
	it('opens what was sealed, for any bytes and context', () => {
		fc.assert(
			fc.property(
				fc.uint8Array({ maxLength: 200 }),
				fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 5 }),
				fc.integer({ min: 0, max: 0xffff_ffff }),
				(bytes, fields, keyId) => {
					const envelope = sealEnvelope({
						aead,
						key,
						keyId,
						nonce: random(24),
						plaintext: new Uint8Array(bytes),
						context: fields
					});
					expect(open(envelope, { keyId, context: fields })).toEqual({
						ok: true,
						plaintext: new Uint8Array(bytes)
					});
				}
			)
		);
	});

	it('has the documented layout', () => {
		const nonce = random(24);
		const envelope = sealEnvelope({ aead, key, keyId: 0x01020304, nonce, plaintext, context });
		expect([...envelope.slice(0, 6)]).toEqual([1, 1, 1, 2, 3, 4]);
		expect(envelope.slice(6, 30)).toEqual(nonce);
		expect(envelope).toHaveLength(30 + plaintext.length + 16);
	});

	it('fails closed with the fitting reason for every flipped bit', () => {
		const envelope = seal();
		for (let bit = 0; bit < envelope.length * 8; bit++) {
			const changed = envelope.slice();
			const byte = bit >> 3;
			changed[byte] = (changed[byte] ?? 0) ^ (1 << (bit & 7));
			const reason =
				byte === 0
					? 'unknown-version'
					: byte === 1
						? 'unknown-algorithm'
						: byte < 6
							? 'wrong-key-id'
							: 'tampered';
			expect(open(changed)).toEqual({ ok: false, reason });
		}
	});

	it('fails closed when cut at any length or made longer', () => {
		const envelope = seal();
		for (let length = 0; length < envelope.length; length++) {
			expect(open(envelope.slice(0, length))).toEqual({
				ok: false,
				reason: length < 46 ? 'too-short' : 'tampered'
			});
		}
		expect(open(new Uint8Array([...envelope, 0]))).toEqual({ ok: false, reason: 'tampered' });
	});

	it('fails closed when any part of the context differs', () => {
		const envelope = seal();
		const others = [
			['secrets', 'row-1', 'https://api.example.org'],
			['secrets', 'row-1', 'http://api.example.com'],
			['secrets', 'row-2', 'https://api.example.com'],
			['files', 'row-1', 'https://api.example.com'],
			['secrets', 'row-1'],
			['secrets', 'row-1', 'https://api.example.com', ''],
			['secrets', 'row-1https://', 'api.example.com'],
			['row-1', 'secrets', 'https://api.example.com'],
			[]
		];
		for (const other of others) {
			expect(open(envelope, { context: other })).toEqual({ ok: false, reason: 'tampered' });
		}
	});

	it('fails closed with another key or key id', () => {
		const envelope = seal();
		expect(open(envelope, { key: random(32) })).toEqual({ ok: false, reason: 'tampered' });
		expect(open(envelope, { keyId: 8 })).toEqual({ ok: false, reason: 'wrong-key-id' });
	});

	it('binds the key id to the ciphertext', () => {
		const envelope = seal();
		new DataView(envelope.buffer).setUint32(2, 8);
		expect(open(envelope, { keyId: 8 })).toEqual({ ok: false, reason: 'tampered' });
	});

	it('never throws, whatever the bytes', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
				expect(open(bytes).ok).toBe(false);
			})
		);
	});

	it('opens a view into a larger buffer', () => {
		const envelope = seal();
		const larger = new Uint8Array(envelope.length + 20);
		larger.set(envelope, 10);
		expect(open(larger.subarray(10, 10 + envelope.length)).ok).toBe(true);
	});

	it('encodes no two contexts alike', () => {
		const header = { version: 1, algorithm: 1, keyId: 1 };
		const fields = fc.array(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 4 });
		fc.assert(
			fc.property(fields, fields, (a, b) => {
				const isEqual =
					associatedData(header, a).toString() === associatedData(header, b).toString();
				expect(isEqual).toBe(JSON.stringify(a) === JSON.stringify(b));
			})
		);
	});

	it('refuses text that UTF-8 cannot carry', () => {
		expect(() => associatedData({ version: 1, algorithm: 1, keyId: 1 }, ['\ud800'])).toThrow(
			TypeError
		);
	});
});
