export interface VaultStatus {
	readonly state: 'empty' | 'unlocked' | 'locked';
	readonly protection: 'device' | 'passphrase';
	/** Idle time after which the vault locks itself (ms), or null for never. */
	readonly autoLockMs: number | null;
}
