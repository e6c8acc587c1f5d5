/** API keys under the vault key: each sealed with its subkey 1 `secrets_`, for one row and origin. */
import { nonceLength, openEnvelope, sealEnvelope } from './envelope.ts';
import type { Bytes, EnvelopeFailure, Opened } from './envelope.ts';
import type { Sodium } from './sodium.ts';

/** Where a sealed key belongs. It opens for this row and this origin only. */
export interface SecretContext {
	readonly rowId: string;
	/** Origin of the address that the key was saved for, as `URL.origin` writes it. */
	readonly origin: string;
}

/** The vault key and the number that envelopes know it by. */
export interface VaultKey {
	readonly keyId: number;
	readonly key: Bytes;
}

const envelopeContext = ({ rowId, origin }: SecretContext) => ['secrets', rowId, origin];

/** Seals under a nonce of its own. */
export function sealSecret(
	sodium: Sodium,
	{ keyId, key: vaultKey }: VaultKey,
	plaintext: string,
	context: SecretContext
): Bytes {
	const bytes = new TextEncoder().encode(plaintext);
	const key = sodium.subkey(vaultKey, 1, 'secrets_');
	try {
		return sealEnvelope({
			aead: sodium.aead,
			key,
			keyId,
			nonce: sodium.randomBytes(nonceLength),
			plaintext: bytes,
			context: envelopeContext(context)
		});
	} finally {
		sodium.wipe(key);
		sodium.wipe(bytes);
	}
}

/** Opens what `sealSecret` made, or says why not. */
export function openSecret(
	sodium: Sodium,
	{ keyId, key: vaultKey }: VaultKey,
	envelope: Uint8Array,
	context: SecretContext
): Opened<string, EnvelopeFailure> {
	const key = sodium.subkey(vaultKey, 1, 'secrets_');
	const opened = openEnvelope({
		aead: sodium.aead,
		key,
		keyId,
		envelope,
		context: envelopeContext(context)
	});
	sodium.wipe(key);
	if (!opened.ok) return opened;
	const plaintext = new TextDecoder().decode(opened.plaintext);
	sodium.wipe(opened.plaintext);
	return { ok: true, plaintext };
}
