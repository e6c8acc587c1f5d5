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
	titleSystem:
		'You name conversations. Reply with a title of at most six words in the language of the conversation: plain text, no quotes, no full stop, nothing else.',
	titlePrompt: (question: string, answer: string): string =>
		`Name this conversation.\n\nPerson:\n${question}\n\nAssistant:\n${answer}`
} as const;
