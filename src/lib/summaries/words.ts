/** Sentences of summaries that people read. What models read is in `prompt.ts`. */
import type { SummaryProgress } from '#lib/db';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const many = (n: number, adjective: string): string =>
	`${whole.format(n)} ${adjective}${n === 1 ? 'message' : 'messages'}`;

/** What the page says. */
export const words = {
	line: (n: number): string => `Summary of ${many(n, '')}`,
	panel: 'Summary',
	show: 'Show the summary',
	hide: 'Hide the summary',
	by: (modelId: string): string => `Written by ${modelId}`,
	edited: 'edited by you',
	unknownPrice: 'price unknown',
	explain: 'Sent in place of the messages above. They stay here.',
	passedOver: 'No room for it in the next request',
	explainPassedOver:
		'There is no room for it beside the next message, so the newest messages go along instead. Shorten it, or remove it to have a new one made.',

	edit: 'Edit',
	editText: 'Edit summary',
	save: 'Save',
	saveEmpty: 'A summary needs some text. Remove it to send its messages again.',
	cancel: 'Cancel',
	unsaved: 'Discard your changes to this summary?',
	copy: 'Copy',
	copied: 'Copied',
	remove: 'Remove',
	removed: 'Summary removed. Its messages are sent again as far as they fit.',
	undo: 'Undo',
	notRestored: 'The summary could not be brought back.',
	failed: 'This could not be saved. Nothing has changed.',

	make: (n: number): string => `Summarise ${many(n, 'older ')}`,
	making: (n: number): string => `Summarising ${many(n, 'older ')}`,
	notMade: 'The summary was not made.',

	running: (n: number, modelId: string): string =>
		`Summarising ${many(n, 'earlier ')} with ${modelId}`,
	waits: 'it waits for the limits of this connection',
	runningText: 'Your message is saved and goes out after it.',
	sendWithout: 'Send without',
	without: (n: number): string =>
		`${many(n, 'earlier ')} ${n === 1 ? 'was' : 'were'} not summarised`
} as const;

/** Which of several requests is running: “part 2 of 9”. Empty when there is but one. */
export const partText = (progress: SummaryProgress | undefined): string =>
	progress === undefined || progress.parts < 2
		? ''
		: `part ${whole.format(progress.part)} of ${whole.format(progress.parts)}`;

/** What the engine says: why a summary was not made. */
export const reasons = {
	nothing: 'Everything fits. There is nothing to summarise yet.',
	tooSmall: 'The context window of this model is too small to summarise with.',
	demo: 'The demo is no model and cannot summarise.',
	empty: 'The model answered without a summary.',
	cutOff: 'The connection dropped before the summary was complete.',
	tooSlow: 'The summary took too long.',
	neverFits: 'The limits of this connection are too small for a summary.',
	connectionOff: 'This connection is turned off.',
	passedOver:
		'Their summary is too long to go along with this message. It is kept: shorten it, or remove it to have a new one made.',
	gone: 'This summary is no longer here.',
	goneConversation: 'This conversation is no longer here.'
} as const;
