/** What the vault keeps on this device. The vault owns the meaning; the database only stores it. */
export interface VaultRow {
	readonly id: string;
	readonly [field: string]: unknown;
}
