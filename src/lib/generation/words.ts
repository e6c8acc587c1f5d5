const count = (n: number): string => new Intl.NumberFormat('en').format(n);

interface Room {
	readonly name: string;
	readonly more: string;
}

interface Excess {
	readonly tokens: number;
	readonly isApproximate: boolean;
}

const excess = ({ tokens, isApproximate }: Excess): string =>
	`${isApproximate ? 'about ' : ''}${count(tokens)} tokens`;

/** Sentences that are stored with an answer or sent to a model. */
export const words = {
	closedTooEarly: 'The app was closed before the answer was complete.',
	connectionDropped: 'The connection dropped before the answer was complete.',
	connectionOff:
		'This connection is turned off. Your message is saved. Turn it on in Settings → Connections, or choose another model, then retry.',
	noConnection: 'No connection is chosen. Choose a model first.',
	noRequest: 'The demo answers inside the app: no request is sent.',
	noModel: 'No model is chosen. Your message is saved. Choose a model, then retry.',
	routeGone:
		'The chosen route is no longer there. Your message is saved. Choose a model or another route, then retry.',
	noRoom:
		'There is no room left on this device for the rest of this answer. Free some space and keep this tab open: it is saved as soon as there is room.',
	notWritten:
		'The rest of this answer could not be written to this device. Keep this tab open: it is tried again every few seconds.',
	ownLimit: 'The limit of this connection is reached. The request goes out by itself.',
	providersWait: 'The provider asked an earlier request to wait.',
	neverFits: (tokens: number, allowed: number): string =>
		`The request needs about ${count(tokens)} tokens, room for the answer included, but the limit of this connection is ${count(allowed)} tokens a minute. Change the limit in Settings → Connections, or choose a model of another connection.`,
	/** What a request has to fit, and what gives it more room. */
	room: {
		window: (tokens: number): Room => ({
			name: `this model’s context window of ${count(tokens)} tokens`,
			more: 'choose a model with more room'
		}),
		unknown: (tokens: number): Room => ({
			name: `the ${count(tokens)} tokens that are assumed as long as nobody knows this model’s context window`,
			more: 'set its window in Settings → Models, or choose a model with more room'
		}),
		minute: (tokens: number): Room => ({
			name: `the ${count(tokens)} tokens a minute that this connection allows`,
			more: 'choose a model of another connection, or change the limit in Settings → Connections'
		})
	},
	tooLong: {
		'system-too-long': (by: Excess, { name, more }: Room): string =>
			`The system prompt alone is ${excess(by)} too long for ${name}. Shorten it, or ${more}.`,
		'message-too-long': (by: Excess, { name, more }: Room): string =>
			`The message is ${excess(by)} too long for ${name}. Shorten it, or ${more}.`,
		'summary-too-long': (by: Excess, { name, more }: Room): string =>
			`The message and the summary of what came before are together ${excess(by)} too long for ${name}. Shorten or remove the summary, or ${more}.`,
		'pinned-too-long': (by: Excess, { name, more }: Room): string =>
			`The message and what is pinned are together ${excess(by)} too long for ${name}. Unpin something, or ${more}.`,
		'conversation-too-long': (by: Excess, { name, more }: Room): string =>
			`The conversation is ${excess(by)} too long for ${name}, and you chose that nothing is left out. Summarise older messages, clear the context, or ${more}.`
	},
	/** How a summary stands in a request. */
	summary: (text: string): string =>
		`Summary of the earlier part of this conversation, in place of its messages:\n\n${text}\n\nEnd of the summary. The conversation goes on from here.`,
	titleSystem:
		'You name conversations. Reply with a title of at most six words in the language of the conversation: plain text, no quotes, no full stop, nothing else.',
	titlePrompt: (question: string, answer: string): string =>
		`Name this conversation.\n\nPerson:\n${question}\n\nAssistant:\n${answer}`
} as const;
