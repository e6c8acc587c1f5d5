/** Sentences of the connections, shared by both realms. */
import type { LimitSource } from './limit-sources.ts';
import type { ConnectionForm } from '#lib/engine';
import type { BaseUrlProblem, Preset, ProtocolId } from '#lib/providers';

export const baseUrlProblems: Readonly<Record<BaseUrlProblem, string>> = {
	'no-scheme': 'Begin the address with https:// or, for a server of your own, http://.',
	space: 'An address has no spaces. Copy it again, without the text around it.',
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
	limit: 'Enter a whole number from 1 to 1,000,000,000, or leave it empty.',
	labelTooLong: 'Use at most 80 characters.'
} as const;

export const vaultWords = {
	locked: 'The vault is locked. Unlock it with your passphrase first.',
	noKey: 'This connection has no key. Add one under Settings → Connections.',
	unreadable:
		'The saved key cannot be opened on this device. Replace it under Settings → Connections.'
} as const;

export const testWords = {
	keyWorks: 'The key works.',
	serverAnswers: 'The server answers.',
	testing: 'Testing',
	failed: 'The test could not be run. Nothing was changed; try again.'
} as const;

export const pageWords = {
	title: 'Connections',
	lead: 'Each connection is one address and one key. Parlance calls it from this browser, without anyone in between.',
	add: 'Add connection',
	edit: 'Edit connection',
	keySafety: (host: string): string =>
		`Encrypted before it is stored. Sent to ${host} and nowhere else.`,
	keyCleaned: 'Spaces, line breaks, quotes and “Bearer” around the key are left out.',
	keyErased: 'Its key was erased. Enter it again, or save without one.',
	keySafetyUnknown: 'Encrypted before it is stored. Sent to the address below and nowhere else.',
	addressCut: (leftOut: string): string =>
		`“${leftOut}” is left out: this is the base that requests begin with.`,
	labelTaken: (label: string): string =>
		`Another connection is called “${label}”, so this one has a number.`,
	saved: (label: string): string => `“${label}” is saved.`,
	moved: (label: string, place: number, count: number): string =>
		`“${label}” is ${place} of ${count}.`,
	discardTitle: 'Discard what you typed?',
	discardText: 'The form has changes that are not saved. A typed key is kept nowhere else.',
	deleteTitle: (label: string): string => `Delete “${label}”?`,
	deleteText: (conversations: number, hasKey: boolean): string => {
		const key = hasKey
			? 'The key is erased from this device. To revoke it, use your account at the provider.'
			: 'Its address and models are erased from this device.';
		if (conversations === 0) return `${key} No conversation uses it.`;
		return conversations === 1
			? `${key} The conversation that used it stays.`
			: `${key} ${conversations.toLocaleString('en')} conversations that used it stay.`;
	},
	failed: 'That did not work, and nothing was changed. Try again, or reload the page.',
	safetyTitle: 'Where your keys are',
	safety: [
		'A key is encrypted before it is stored, and opened only for the moment of a request.',
		'It is sent to its own address and nowhere else. Another address asks for it again.',
		'It is shown by its last four characters and never leaves in an export.'
	]
} as const;

/** Wire formats as a person reads them. */
export const protocolNames: Readonly<Record<ProtocolId, string>> = {
	'openai-responses': 'OpenAI Responses',
	'openai-chat': 'OpenAI chat completions',
	'anthropic-messages': 'Anthropic Messages',
	gemini: 'Google Gemini',
	ollama: 'Ollama',
	demo: 'Demo'
};

export const modelWords = {
	title: 'Models',
	lead: 'What your connections offer. Numbers come from the provider’s list or our catalogue; correct what is wrong.',
	none: 'No models yet',
	noneText: 'Add a connection, and its models appear here.',
	noneFits: 'No model fits',
	noneFitsText: 'Try fewer letters, or another connection.',
	addUnlisted: 'No model fits. Add one by its id',
	addTo: (modelId: string, label: string): string => `Add “${modelId}” to ${label}`,
	unlisted: 'Not in its list',
	known: (modelId: string, label: string): string => `“${label}” has “${modelId}” already.`,
	refreshed: 'The lists are up to date.',
	refreshFailed: (labels: readonly string[]): string =>
		`${labels.map((label) => `“${label}”`).join(', ')} gave no list. Test the connection to see why; the models you have stay.`,
	failed: 'That did not work, and nothing was changed. Try again, or reload the page.',
	addText:
		'For a model that the provider’s list does not name. Write its id exactly as the provider does.',
	dialogText: (label: string): string =>
		`${label}. Empty fields follow the provider’s list and our catalogue.`,
	strategy: 'When room runs out',
	asInSettings: (strategy: string): string => `As in settings: ${strategy}`,
	context: 'Context',
	contextLead:
		'What stays behind when a conversation outgrows what a model takes in. A model or a conversation can have its own way.',
	pricesAsOf: (day: string): string => `Prices known as of ${day}.`
} as const;

const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const count = new Intl.NumberFormat('en');

/** “30 requests and 6,000 tokens a minute”; `''` without any limit. */
function perMinute({ requestsPerMinute, tokensPerMinute }: ConnectionForm['limits']): string {
	const parts = [
		requestsPerMinute !== undefined &&
			`${count.format(requestsPerMinute)} ${requestsPerMinute === 1 ? 'request' : 'requests'}`,
		tokensPerMinute !== undefined && `${count.format(tokensPerMinute)} tokens`
	].filter((part) => part !== false);
	return parts.length === 0 ? '' : `${parts.join(' and ')} a minute`;
}

export const limitWords = {
	perMinute,
	none: 'none set',
	explained: 'Parlance waits rather than go over a limit. Empty means no limit.',
	published: (name: string, { plan, source, asOf }: LimitSource): string =>
		`The published default of ${name}’s ${plan} (${source}, ${month.format(new Date(`${asOf}-01`))}). Your plan may allow more: what the provider itself says is taken instead.`,
	publishes: (
		name: string,
		limits: NonNullable<Preset['limits']>,
		{ plan, source, asOf }: LimitSource
	): string =>
		`${name} publishes ${perMinute(limits)} for its ${plan} (${source}, ${month.format(new Date(`${asOf}-01`))}).`,
	takePublished: 'Use the published default',
	/** @param modelId where the provider counts each model by itself */
	said: (limits: ConnectionForm['limits'], when: string, modelId?: string): string =>
		`The provider says ${perMinute(limits)}${modelId === undefined ? '' : ` for ${modelId}`}, seen ${when}.`
} as const;

export const routeWords = {
	title: 'Routes',
	lead: 'An ordered list of models under a name. When one is at its limit, overloaded or out of reach, the next one takes the turn, as long as nothing has been written. The message says who answered, and why.',
	add: 'Add route',
	none: 'A route keeps a conversation going when a model cannot answer. Begin with your own, or with one of these:',
	needsModels: 'Add a connection first: a route is made of its models.',
	newName: (count: number): string => (count === 0 ? 'Route' : `Route ${String(count + 1)}`),
	nameEmpty: 'Give the route a name.',
	nameTaken: 'Another route has this name.',
	addModel: 'Add model',
	full: 'A route has at most 10 models.',
	deleted: (name: string): string => `Route “${name}” deleted`,
	broken: 'None of these models can be used now. Add one, or mend its connection.',
	failed: 'That did not work, and nothing was changed. Try again, or reload the page.',
	trouble: {
		deleted: 'Connection deleted',
		off: 'Switched off',
		noKey: 'No key',
		notListed: 'Not in the list'
	},
	examples: {
		smart: { name: 'Smart', text: 'The best model of each connection.' },
		fast: { name: 'Fast', text: 'Small and cheap models first.' },
		localFirst: { name: 'Local first', text: 'Your own computer, then a provider.' }
	}
} as const;
