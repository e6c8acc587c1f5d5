/**
 * The byte format of everything sealed with a key of the vault. Pure: the cipher is an argument.
 *
 *     version u8 | algorithm u8 | key id u32 (big endian) | nonce 24 | ciphertext and 16-byte tag
 *
 * The header is bound to the ciphertext, and so is the context (what the envelope is for and where
 * it belongs), by way of the associated data: an envelope moved to another row, saved for another
 * origin, or with a changed header does not open. Version 1 is read for ever: `__fixtures__` keeps
 * envelopes that every later build has to open.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

/** An authenticated cipher with 32-byte keys and 24-byte nonces. */
export interface Aead {
	seal(input: { plaintext: Bytes; nonce: Bytes; associatedData: Bytes; key: Bytes }): Bytes;
	/** `undefined` when the tag does not fit. */
	open(input: {
		ciphertext: Bytes;
		nonce: Bytes;
		associatedData: Bytes;
		key: Bytes;
	}): Bytes | undefined;
}

/** What an envelope is for, as an ordered list: first the purpose, then what it belongs to. */
export type EnvelopeContext = readonly string[];

export type EnvelopeFailure =
	'too-short' | 'unknown-version' | 'unknown-algorithm' | 'wrong-key-id' | 'tampered';

export type Opened<T, Reason> = { ok: true; plaintext: T } | { ok: false; reason: Reason };

const envelopeVersion = 1;
/** XChaCha20-Poly1305 (IETF draft construction, as in libsodium). */
const envelopeAlgorithm = 1;
export const nonceLength = 24;
export const keyLength = 32;
export const tagLength = 16;
const headerLength = 6;
const shortest = headerLength + nonceLength + tagLength;

interface Header {
	version: number;
	algorithm: number;
	keyId: number;
}

/**
 * Canonical bytes of a header and a context: header, number of fields, then each field as its
 * length in bytes (u32) and its UTF-8. No two inputs share an encoding; a lone surrogate, which
 * UTF-8 cannot carry, is refused with a TypeError.
 */
export function associatedData(header: Header, context: EnvelopeContext): Bytes {
	const fields = context.map((field) => {
		if (!field.isWellFormed()) throw new TypeError('a context field is not well-formed text');
		return new TextEncoder().encode(field);
	});
	const length = fields.reduce((sum, field) => sum + 4 + field.length, headerLength + 1);
	const bytes = new Uint8Array(length);
	const view = new DataView(bytes.buffer);
	writeHeader(view, header);
	view.setUint8(headerLength, fields.length);
	let offset = headerLength + 1;
	for (const field of fields) {
		view.setUint32(offset, field.length);
		bytes.set(field, offset + 4);
		offset += 4 + field.length;
	}
	return bytes;
}

/** Seals under a fresh random `nonce`; never pass one twice with the same key. */
export function sealEnvelope(input: {
	aead: Aead;
	key: Bytes;
	keyId: number;
	nonce: Bytes;
	plaintext: Bytes;
	context: EnvelopeContext;
}): Bytes {
	const { aead, key, keyId, nonce, plaintext, context } = input;
	if (nonce.length !== nonceLength) throw new RangeError('a nonce has 24 bytes');
	const header = { version: envelopeVersion, algorithm: envelopeAlgorithm, keyId };
	const ciphertext = aead.seal({
		plaintext,
		nonce,
		key,
		associatedData: associatedData(header, context)
	});
	const envelope = new Uint8Array(headerLength + nonceLength + ciphertext.length);
	writeHeader(new DataView(envelope.buffer), header);
	envelope.set(nonce, headerLength);
	envelope.set(ciphertext, headerLength + nonceLength);
	return envelope;
}

/** Opens an envelope, or says why not; never throws for any bytes. */
export function openEnvelope(input: {
	aead: Aead;
	key: Bytes;
	keyId: number;
	envelope: Uint8Array;
	context: EnvelopeContext;
}): Opened<Bytes, EnvelopeFailure> {
	const { aead, key, keyId, context } = input;
	// A copy of its own: the input may be a view into a larger or a shared buffer.
	const envelope = new Uint8Array(input.envelope);
	const view = new DataView(envelope.buffer);
	if (envelope.length < 1) return { ok: false, reason: 'too-short' };
	const version = view.getUint8(0);
	if (version !== envelopeVersion) return { ok: false, reason: 'unknown-version' };
	if (envelope.length < 2) return { ok: false, reason: 'too-short' };
	const algorithm = view.getUint8(1);
	if (algorithm !== envelopeAlgorithm) return { ok: false, reason: 'unknown-algorithm' };
	if (envelope.length < shortest) return { ok: false, reason: 'too-short' };
	if (view.getUint32(2) !== keyId) return { ok: false, reason: 'wrong-key-id' };
	const plaintext = aead.open({
		ciphertext: envelope.slice(headerLength + nonceLength),
		nonce: envelope.slice(headerLength, headerLength + nonceLength),
		key,
		associatedData: associatedData({ version, algorithm, keyId }, context)
	});
	return plaintext ? { ok: true, plaintext } : { ok: false, reason: 'tampered' };
}

function writeHeader(view: DataView, { version, algorithm, keyId }: Header): void {
	view.setUint8(0, version);
	view.setUint8(1, algorithm);
	view.setUint32(2, keyId);
}
