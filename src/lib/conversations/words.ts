/** Sentences of the first screen: what is said of an answer is in `answer-words.ts`. */
import type { MessageRow } from '#lib/db';

export const words = {
	untitled: 'New conversation',
	welcome: {
		title: 'Bring a key, or try it without one',
		text: 'Parlance talks straight to the provider from this browser. Your conversations and your keys stay on this device.',
		safe: 'Keys are encrypted at rest. A passphrase in Security protects them on a shared computer. A private window forgets everything when it is closed.',
		more: 'More providers, and any OpenAI-compatible address',
		demoQuestion: 'Show me what Parlance can do.'
	},
	start: {
		title: 'What is on your mind?'
	},
	missing: {
		title: 'This conversation is not here',
		text: 'It may have been deleted, or it lives on another device or in another browser. Nothing else has changed.'
	},
	emptyList: 'Conversations will appear here. They stay on this device.',
	noMatch: 'No title has these words.',
	emptyArchive: 'Nothing is archived.',
	sendEmpty: 'Write a message first',
	noModel: 'Choose a model first',
	emptyAnswer:
		'The model ended its answer without saying anything. Try again, or ask in other words.',
	refused: 'This could not be done. Your text is safe.',
	leftOut: 'Left out of requests',
	pinned: 'Pinned, always sent',
	ownKeys: 'Actions for your message',
	unsavedEdit: 'Discard your changes to this message?'
} as const;

/** What the status region says when an answer of the open conversation begins or ends. */
export function announcementOf(row: MessageRow): string {
	const name = row.modelId === '' ? 'The model' : row.modelId;
	switch (row.state) {
		case 'streaming':
			return `${name} is answering.`;
		case 'complete':
			return `${name} has answered.`;
		case 'stopped':
			return 'The answer was stopped.';
		case 'interrupted':
			return 'The answer was cut off.';
		case 'failed':
			return 'The answer failed.';
	}
}
