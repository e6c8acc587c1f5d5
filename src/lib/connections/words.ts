/** Sentences of the connections, shared by both realms. */
import type { BaseUrlProblem } from '#lib/providers';

export const baseUrlProblems: Readonly<Record<BaseUrlProblem, string>> = {
	'no-scheme': 'Begin the address with https:// or, for a server of your own, http://.',
	credentials: 'The address contains a name or password. Put the key into its own field.',
	'bad-scheme': 'Only https:// and http:// addresses can be called.',
	'insecure-http':
		'Use https:// here. Plain http:// would send the key in clear; it is allowed for this computer, private networks and .local names.',
	invalid: 'This is not a complete address, for example https://api.example.com/v1.'
};

export const keyProblems = {
	empty: 'Paste the key.',
	'inner-space': 'A key has no spaces inside. Copy it again, without the text around it.',
	'not-a-key': 'This contains characters that no key has. Copy the key again.'
} as const;

export const formWords = {
	unknownConnection: 'This connection was deleted, in another tab or on another device.',
	badForm: 'The form could not be understood. Reload the page and try again.',
	keyRequired: (provider: string): string => `${provider} needs a key.`,
	keyForNewOrigin: (origin: string): string =>
		`The saved key belongs to ${origin}. Enter the key for the new address.`,
	limit: 'Enter a whole number of at least 1, or leave it empty.',
	labelTooLong: 'Use at most 80 characters.'
} as const;

export const vaultWords = {
	locked: 'The vault is locked. Unlock it with your passphrase first.',
	noKey: 'This connection has no key. Add one under Settings → Connections.',
	unreadable:
		'The saved key cannot be opened on this device. Replace it under Settings → Connections.'
} as const;
