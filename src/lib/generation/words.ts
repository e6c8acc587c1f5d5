const count = (n: number): string => new Intl.NumberFormat('en').format(n);

/** Sentences that are stored with an answer or sent to a model. */
export const words = {
	closedTooEarly: 'The app was closed before the answer was complete. What had arrived is kept.',
	connectionDropped: 'The connection dropped before the answer was complete.',
	connectionOff:
		'This connection is turned off. Your message is saved. Turn it on in Settings → Connections, or choose another model, then retry.',
	noModel: 'No model is chosen. Your message is saved. Choose a model, then retry.',
	noRoom:
		'There is no room left on this device for the rest of this answer. Free some space and keep this tab open: it is saved as soon as there is room.',
	notWritten:
		'The rest of this answer could not be written to this device. Keep this tab open: it is tried again every few seconds.',
	ownLimit: 'The limit you set for this connection is reached. The request goes out by itself.',
	neverFits: (tokens: number, allowed: number): string =>
		`The request needs about ${count(tokens)} tokens, but the limit of this connection is ${count(allowed)} a minute.`,
	tooLong: {
		'system-too-long': (by: number): string =>
			`The system prompt alone is about ${count(by)} tokens too long for this model.`,
		'message-too-long': (by: number): string =>
			`The message is about ${count(by)} tokens too long for this model.`,
		'pinned-too-long': (by: number): string =>
			`The message and what is pinned are together about ${count(by)} tokens too long for this model.`,
		'conversation-too-long': (by: number): string =>
			`The conversation is about ${count(by)} tokens too long for this model.`
	},
	titleSystem:
		'You name conversations. Reply with a title of at most six words in the language of the conversation: plain text, no quotes, no full stop, nothing else.',
	titlePrompt: (question: string, answer: string): string =>
		`Name this conversation.\n\nPerson:\n${question}\n\nAssistant:\n${answer}`
} as const;
