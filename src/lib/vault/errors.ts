/** What the vault throws; its text names no secret. */
export class VaultError extends Error {
	override readonly name = 'VaultError';
	readonly kind: 'locked' | 'damaged' | 'no-passphrase';

	constructor(kind: VaultError['kind'], message: string) {
		super(message);
		this.kind = kind;
	}
}

export const damaged = (): VaultError =>
	new VaultError('damaged', 'The stored vault cannot be used.');
