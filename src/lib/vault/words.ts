/** The sentences of the vault. What they claim is what was checked: see the comments. */
import {
	minimumPassphraseLength,
	passphraseLength,
	type PassphraseResult,
	type UnlockResult,
	type VaultStatus
} from './types.ts';

export const words = {
	locked: {
		title: 'Parlance is locked',
		text: 'Your passphrase opens the keys on this device.',
		passphrase: 'Passphrase',
		unlock: 'Unlock',
		unlocking: 'Checking',
		empty: 'Enter the passphrase first',
		forgot: 'Forgot the passphrase?'
	},
	reset: {
		title: 'Delete the saved keys?',
		text: 'Nobody can recover the passphrase. Without it the API keys on this device cannot be opened again, so they are erased, in every tab.',
		safe: 'Conversations, drafts and settings stay. Your connections stay too, and ask for their keys again.',
		cancel: 'Keep the keys',
		confirm: 'Delete saved keys',
		damagedTitle: 'The saved keys cannot be opened',
		damagedText:
			'What protects them on this device is damaged or was made by a newer version. Conversations are safe. Reload once; if this stays, delete the saved keys and enter them again.',
		damagedDialogText:
			'The API keys on this device are erased, in every tab. A newer version of Parlance might still be able to open them.'
	},
	passphrase: {
		heading: 'Passphrase',
		off: 'Off. The keys open by themselves on this device.',
		on: 'On. The keys open with your passphrase, once in each tab.',
		set: 'Set passphrase',
		change: 'Change passphrase',
		remove: 'Remove passphrase',
		lockNow: 'Lock now',
		current: 'Current passphrase',
		next: 'New passphrase',
		repeat: 'Repeat passphrase',
		mismatch: 'The two are not the same.',
		cancel: 'Cancel',
		setText:
			'You enter it when Parlance starts and after it has locked. It cannot be recovered: if you forget it, the saved keys have to be erased. Conversations stay.',
		changeText: 'Other tabs stay unlocked. From the next lock on the new one is asked for.',
		removeText: 'The keys will open by themselves on this device again.',
		working: 'Working'
	},
	autoLock: {
		label: 'Lock after',
		hint: 'Time without use, counted over all tabs. Answers that are running finish and are saved.'
	},
	protection: { heading: 'What is protected' }
} as const;

/** What a person is told about a refused passphrase; `undefined` when it was accepted. */
export function describeRefusal(result: UnlockResult | PassphraseResult): string | undefined {
	switch (result) {
		case 'unlocked':
		case 'done':
			return undefined;
		case 'wrong-passphrase':
			return 'That is not the passphrase. Check the keyboard layout and Caps Lock, then try again.';
		case 'too-short':
			return `Use at least ${minimumPassphraseLength} characters.`;
		case 'conflict':
			return 'Another tab locked Parlance or changed its protection meanwhile. Nothing was changed here; try again.';
	}
}

export const operationFailed =
	'The key store did not answer. Nothing was changed. Reload this page, then try again.';

export type PassphraseStrength = 'short' | 'weak' | 'fair' | 'strong';

/**
 * A hint, not a measure: it counts characters and kinds of them. Whoever copies the files of this
 * profile can try passphrases at about three a second and core, which a list of common ones survives.
 */
export function passphraseStrength(passphrase: string): PassphraseStrength {
	const length = passphraseLength(passphrase);
	if (length < minimumPassphraseLength) return 'short';
	const distinct = new Set(passphrase.normalize('NFKC').toLowerCase()).size;
	if (distinct < 6) return 'weak';
	if (length >= 20 && distinct >= 10) return 'strong';
	return length >= 12 && distinct >= 8 ? 'fair' : 'weak';
}

export function describeStrength(strength: PassphraseStrength): string {
	switch (strength) {
		case 'short':
			return `At least ${minimumPassphraseLength} characters. Four or five random words are easy to keep in mind and hard to guess.`;
		case 'weak':
			return 'Keeps out people at this device, not someone who copies its files. Four or five random words are better.';
		case 'fair':
			return 'Fair. Another random word or two would make it strong.';
		case 'strong':
			return 'Strong, unless it is a known quotation or used elsewhere.';
	}
}

/** “After 15 minutes without use.” */
export function describeLock({ lockedBy, autoLockMs }: VaultStatus): string | undefined {
	if (lockedBy === 'person') return 'Locked on request.';
	if (lockedBy === 'idle' && autoLockMs !== null)
		return `Locked after ${describeDuration(autoLockMs)} without use.`;
	return undefined;
}

export function describeDuration(ms: number | null): string {
	if (ms === null) return 'Never';
	const [value, unit] =
		ms < 60_000
			? ([ms / 1000, 'second'] as const)
			: ms < 60 * 60_000
				? ([ms / 60_000, 'minute'] as const)
				: ([ms / (60 * 60_000), 'hour'] as const);
	return new Intl.NumberFormat('en', {
		style: 'unit',
		unit,
		unitDisplay: 'long',
		maximumFractionDigits: 1
	}).format(value);
}

export interface ProtectionFact {
	/** Whether this is protected. */
	readonly holds: boolean;
	readonly text: string;
}

/**
 * What the present protection is good for, and what not. About copied files: Chromium writes a
 * non-extractable key in clear into the profile folder (looked up in its LevelDB), so the device
 * wrap is no protection against somebody who has the files.
 */
export function describeProtection(protection: VaultStatus['protection']): ProtectionFact[] {
	const always: ProtectionFact[] = [
		{
			holds: true,
			text: 'API keys are encrypted where they are stored, each for its connection and address. They are never sent anywhere else, and never appear in exports or logs.'
		}
	];
	const never: ProtectionFact[] = [
		{
			holds: false,
			text: 'Conversations are not encrypted on this device: whoever can read the files of this browser can read them. Locking hides them from the screen.'
		},
		{
			holds: false,
			text: 'Nothing here protects against malware on this device, or a browser extension that may read this page.'
		}
	];
	return protection === 'device'
		? [
				...always,
				{
					holds: false,
					text: 'The key that encrypts them is kept by this browser. Whoever can use this browser profile, or has a full copy of its files, can use the API keys. A passphrase prevents that.'
				},
				...never
			]
		: [
				...always,
				{
					holds: true,
					text: 'While Parlance is locked, the API keys cannot be opened without the passphrase, not even from a copy of the files. Copies made before it was set are not covered.'
				},
				...never
			];
}
