/** Sentences of the settings pages. */

export const failedToSave = 'The setting could not be saved. Try again, or reload the page.';

export const securityWords = {
	title: 'Security',
	lead: 'How your keys are kept on this device, and what that protects against.'
} as const;

export const appearanceWords = {
	title: 'Appearance',
	lead: 'How Parlance looks, and how writing feels.',
	theme: 'Theme',
	themeHint: 'System follows what this device is set to.',
	textSize: 'Text size',
	textSizeHint: 'The size in which messages are read. Menus and lists keep theirs.',
	sample: 'The quick brown fox asks the lazy dog for a second opinion, with sources.',
	enter: 'Enter key',
	enterHint:
		'Automatic: Enter sends with a keyboard and makes a new line on touch screens. Shift with Enter is always a new line; Ctrl or ⌘ with Enter always sends.',
	titles: 'Titles by a model',
	titlesHint:
		'After the first answer, a small model of the same connection is asked for a short title. It costs a few tokens.',
	motion: 'Motion',
	motionReduced: 'This device asks for reduced motion: things appear without moving.',
	motionFull: 'Follows this device: switch on “reduce motion” in its settings for less.'
} as const;

export const dataWords = {
	title: 'Data',
	lead: 'Everything you see is stored in this browser, on this device.',
	storage: 'Storage on this device',
	persisted: 'Kept until you delete it',
	persistedHint: 'The browser has promised not to clear it by itself when space runs low.',
	notPersisted: 'May be cleared by the browser',
	notPersistedHint:
		'When the disk is nearly full, the browser may clear it without asking. Let it promise not to. In a private window everything goes when it is closed.',
	askToKeep: 'Keep my data',
	refused:
		'The browser did not agree yet. Installing the app, or using it for a while, usually changes that.',
	used: 'Used',
	usedHint: 'Everything of this address: conversations, attachments and the app itself.',
	bin: 'Deleted conversations',
	binHint: 'Kept for 30 days, then erased by themselves.',
	binEmpty: 'Nothing is in the bin.',
	restore: 'Restore',
	deleteForever: 'Delete for ever',
	emptyBin: 'Empty the bin',
	removeTitle: (count: number): string =>
		count === 1 ? 'Delete this conversation for ever?' : `Delete ${count} conversations for ever?`,
	removeText: 'Messages and attachments are erased from this device. This cannot be undone.',
	safety: 'What happens to your data',
	safetyPoints: [
		'Conversations are stored unencrypted in this browser: who can use this browser can read them.',
		'API keys are stored encrypted. Settings → Security says what that protects against.',
		'Messages go from this browser straight to the provider you chose, and nowhere else.',
		'Parlance has no telemetry: nobody learns that you use it.',
		'Clearing the site data of this address in the browser erases everything.'
	],
	everything: 'Delete everything',
	everythingHint: 'Erases conversations, connections, keys and settings from this device.',
	everythingTitle: 'Delete everything on this device?',
	everythingText: (conversations: number): string =>
		`${conversations === 1 ? 'One conversation' : `${conversations.toLocaleString('en')} conversations`}, all connections with their keys, and every setting are erased. This cannot be undone.`,
	everythingConfirm: 'Type “delete” to go on',
	everythingWord: 'delete',
	failed:
		'That did not work, and nothing was deleted. Close other tabs of Parlance, then try again.'
} as const;

export const accountWords = {
	title: 'Account',
	lead: 'Parlance works without one.',
	noneTitle: 'No account is needed',
	noneText:
		'Your conversations, connections and keys live on this device. There is nothing to sign in to, and nobody to ask.',
	syncTitle: 'Sync between devices is not available in this version',
	syncText:
		'It is planned as an option: end-to-end encrypted, through a server of your choice that sees only ciphertext. Until then each device has its own history.'
} as const;

export const shortcutWords = {
	title: 'Shortcuts',
	lead: 'What the keyboard does.'
} as const;
