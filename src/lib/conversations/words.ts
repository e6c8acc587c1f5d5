/** Sentences of the first screen: what is said of an answer is in `answer-words.ts`. */
import type { MessageRow } from '#lib/db';
import type { ChosenModel } from './choice.ts';

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
	trouble: { off: 'off', gone: 'deleted', 'route-off': 'off', 'route-gone': 'deleted' },
	emptyAnswer:
		'The model ended its answer without saying anything. Try again, or ask in other words.',
	refused: 'This could not be done. Your text is safe.',
	leftOut: 'Left out of requests',
	pinned: 'Pinned, always sent',
	ownKeys: 'Actions for your message',
	unsavedEdit: 'Discard your changes to this message?'
} as const;

/** Why the chosen model cannot be asked, if so. */
export function troubleOf(chosen: ChosenModel | undefined): string | undefined {
	switch (chosen?.trouble) {
		case undefined:
			return undefined;
		case 'off':
			return `“${chosen.connection.label}” is switched off.`;
		case 'gone':
			return 'The connection of this model was deleted.';
		case 'route-off':
			return `No model of “${chosen.name}” can be used now.`;
		case 'route-gone':
			return 'The route of this conversation was deleted.';
	}
}

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
