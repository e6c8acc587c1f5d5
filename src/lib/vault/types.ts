/** What both realms say to each other about the vault. No type here holds a key. */

export interface VaultStatus {
	/**
	 * `empty`: no key was needed yet. `locked`: a passphrase is set and this tab does not hold the
	 * vault key. `damaged`: the stored wraps cannot be used; only a reset helps.
	 */
	readonly state: 'empty' | 'unlocked' | 'locked' | 'damaged';
	readonly protection: 'device' | 'passphrase';
	/** Idle time after which a vault with a passphrase locks, in ms; null for never. */
	readonly autoLockMs: number | null;
	/** Why it locked while this tab was open; null when it has been locked since the start. */
	readonly lockedBy: 'idle' | 'person' | null;
}

/** `conflict`: another tab locked the vault or changed its protection meanwhile; look and retry. */
export type UnlockResult = 'unlocked' | 'wrong-passphrase' | 'conflict';
export type PassphraseResult = 'done' | 'wrong-passphrase' | 'too-short' | 'conflict';

/** What the page may order; none of it returns a key. Throws with kind `locked`, `damaged`, … */
export interface VaultVerbs {
	/** Looks anew at the store and the clock. */
	status(): Promise<VaultStatus>;
	/** Calls back at once and after every change. */
	subscribe(listener: (status: VaultStatus) => void): Promise<void>;
	unlock(passphrase: string): Promise<UnlockResult>;
	/** Locks every tab. */
	lock(): Promise<void>;
	setPassphrase(passphrase: string): Promise<PassphraseResult>;
	changePassphrase(current: string, next: string): Promise<PassphraseResult>;
	removePassphrase(current: string): Promise<PassphraseResult>;
	setAutoLock(ms: number | null): Promise<void>;
	/** The person did something in this tab. */
	activity(): Promise<void>;
	/** Forgotten passphrase: erases every key; conversations and connections stay. */
	reset(): Promise<void>;
}

/** Shortest passphrase that is accepted, in characters (code points after NFKC). */
export const minimumPassphraseLength = 8;

/** The choices for locking by itself, in ms; null for never. */
export const autoLockChoices: readonly (number | null)[] = [
	60_000,
	5 * 60_000,
	15 * 60_000,
	60 * 60_000,
	4 * 60 * 60_000,
	null
];
export const defaultAutoLockMs = 15 * 60_000;

export const passphraseLength = (passphrase: string): number =>
	Array.from(passphrase.normalize('NFKC')).length;
