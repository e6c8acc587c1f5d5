/** Sentences of what is sent and what is not. */
import type { LeftOutReason, Strategy } from '#lib/context-window';
import type { ContextEntry, ContextMeasure } from '#lib/engine';
import { shortCount, tokenCount, windowText } from './figures.ts';

type Kind = Strategy['kind'];

export const strategyNames: Readonly<Record<Kind, string>> = {
	newest: 'Newest that fit',
	'first-and-newest': 'First and newest',
	last: 'Last messages',
	summarise: 'Summarise older',
	none: 'All or nothing'
};

/** What each strategy does, in one sentence. */
export const strategyHints: Readonly<Record<Kind, string>> = {
	newest: 'The oldest messages stay behind.',
	'first-and-newest': 'The first question and its answer stay. What follows them makes room.',
	last: 'Only so many of the newest go along, however much room there is.',
	summarise: 'A summary stands for what has no room. You see it, and you can edit it.',
	none: 'Nothing stays behind: sending stops and says by how much it is too long.'
};

/** A strategy by name: “Last 20 messages”. */
export const strategyText = (strategy: Strategy): string =>
	strategy.kind === 'last'
		? `Last ${tokenCount(strategy.count)} ${strategy.count === 1 ? 'message' : 'messages'}`
		: strategyNames[strategy.kind];

export const messagesText = (count: number): string =>
	`${tokenCount(count)} ${count === 1 ? 'message' : 'messages'}`;

const roleNames = { user: 'question', assistant: 'answer' } as const;

/** Why a message of the branch goes along or stays behind. */
export function reasonOf(
	entry: ContextEntry,
	measure: Pick<ContextMeasure, 'strategy' | 'isSummaryPassedOver'>
): string {
	const { leftOut, excluded, role } = entry;
	if (leftOut === undefined) return sentReason(entry);
	if (leftOut === 'excluded' && !excluded)
		return `Left out together with its ${roleNames[role === 'user' ? 'assistant' : 'user']}`;
	return leftOutReasons(measure)[leftOut];
}

function sentReason({ pinned, pinnedWith, excluded }: ContextEntry): string {
	if (pinned) return 'Pinned, always goes along';
	if (pinnedWith === undefined) return 'Goes along';
	const other = roleNames[pinnedWith];
	return excluded
		? `Left out by hand, but its ${other} is pinned: both go along`
		: `Goes along with its pinned ${other}`;
}

const leftOutReasons = ({
	strategy,
	isSummaryPassedOver
}: Pick<ContextMeasure, 'strategy' | 'isSummaryPassedOver'>): Readonly<
	Record<LeftOutReason, string>
> => ({
	cleared: 'Before the point where the context was cleared',
	excluded: 'Left out by hand',
	summarised: 'The summary stands for it',
	'older-than-count':
		strategy.kind === 'last'
			? `Older than the last ${messagesText(strategy.count)}`
			: 'Older than what is sent',
	'no-room': 'No room',
	'to-summarise': isSummaryPassedOver
		? 'No room, nor for its summary'
		: 'No room. A summary could stand for it'
});

/** Why a request cannot go out as it is, and what helps. */
export function failureText(
	failure: NonNullable<ContextMeasure['failure']>['kind'],
	overBy: number,
	model: string,
	{ boundBy, window }: ContextMeasure['budget']
): string {
	const by = `${tokenCount(overBy)} ${overBy === 1 ? 'token' : 'tokens'}`;
	const [what, more] =
		boundBy === 'window'
			? [model, 'a model with more room']
			: [`the limit of ${tokenCount(window)} tokens a minute`, 'a model of another connection'];
	switch (failure) {
		case 'system-too-long':
			return `The system prompt alone is ${by} too long for ${what}. Shorten it, or choose ${more}.`;
		case 'message-too-long':
			return `This is ${by} too long for ${what}. Shorten it, or choose ${more}.`;
		case 'summary-too-long':
			return `This is ${by} too long for ${what}, beside the summary of what came before. Shorten the summary, or choose ${more}.`;
		case 'pinned-too-long':
			return `This is ${by} too long for ${what}. Shorten it, unpin something, or choose ${more}.`;
		case 'conversation-too-long':
			return `The conversation is ${by} too long for ${what}, and nothing may stay behind. Choose another strategy, or ${more}.`;
	}
}

export const words = {
	meter: 'Context',
	tokens: (input: number, window: number, isApproximate: boolean): string =>
		`${isApproximate ? '≈ ' : ''}${shortCount(input)} of ${windowText(window)}`,
	tooLong: (overBy: number): string => `${shortCount(overBy)} too long`,
	toSend: 'to send',
	parts: {
		system: 'System prompt',
		pinned: 'Pinned',
		summary: 'Summary',
		history: 'Conversation',
		attachments: 'Attachments',
		draft: 'This message',
		reserved: 'Kept for the answer',
		leftOut: 'Left out'
	},
	perMinute: (tokens: number): string =>
		`The connection’s limit of ${tokenCount(tokens)} tokens a minute is less than the model takes in.`,
	passedOver:
		'The summary of what came before has no room beside the rest: the newest messages go along instead.',
	strategy: 'When room runs out',
	asIn: (strategy: Strategy, from: ContextMeasure['strategyFrom']): string =>
		from === 'conversation' || from === 'query'
			? 'As in settings'
			: `As ${from === 'model' ? 'for the model' : 'in settings'}: ${strategyText(strategy)}`,
	panel: 'What will be sent',
	panelText: 'Pin what always goes along, leave out what never should. It takes effect at once.',
	previewing: (inForce: Strategy): string =>
		`A preview. Requests still go by “${strategyText(inForce)}”.`,
	useStrategy: 'Use for this conversation',
	inAndOut: (sent: number, leftOut: number): string =>
		leftOut === 0
			? `All ${messagesText(sent)} go along.`
			: `${messagesText(sent)} ${sent === 1 ? 'goes' : 'go'} along, ${tokenCount(leftOut)} ${leftOut === 1 ? 'stays' : 'stay'} behind.`,
	nothingYet: 'Nothing has been said yet. The first message goes out alone.',
	leaveOut: 'Leave out',
	noText: 'No text',
	copy: 'Copy request',
	copied: 'Copied',
	copyHint: 'As a curl command, with a placeholder for the key.',
	failed: 'That did not work, and nothing was changed. Try again.',
	unknown: (model: string, window: number): string =>
		`Nobody knows how much ${model} takes in. Parlance reckons with ${tokenCount(window)} tokens.`,
	window: 'Context window',
	windowProblem: 'Enter a number of tokens, such as 128000 or 128k.',
	keep: (window: number): string => `Keep ${tokenCount(window)}`,
	lastCount: 'How many messages',
	spent: (amount: string): string => `This conversation has cost ${amount} so far.`,
	chooseModel: 'Choose a model'
} as const;
