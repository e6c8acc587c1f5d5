/** What is said of an answer that did not end well. Loaded with the transcript. */
import type { MessageError, MessageRow } from '#lib/db';
import { OWN_LIMIT, OWN_WINDOW } from '#lib/engine';
import { describeProviderError, presets, type ProviderErrorDetails } from '#lib/providers';
import { count, duration } from './numbers.ts';
import { words } from './words.ts';

/** A notice under an answer. */
export interface NoticeWords {
	readonly tone: 'neutral' | 'warn' | 'bad';
	readonly title: string;
	readonly text: string;
	/** The provider's own words. */
	readonly details?: string;
	readonly actions: readonly ('continue' | 'retry' | 'model' | 'key' | 'connection')[];
}

const isProviderError = (error: MessageError): error is ProviderErrorDetails =>
	!['no-connection', 'no-model', 'no-key', 'locked', 'key-unreadable', 'storage'].includes(
		error.kind
	);

function providersOwnWords(error: ProviderErrorDetails): string | undefined {
	const head = [error.status, error.code].filter((part) => part !== undefined).join(' ');
	const lines = [head, error.message].filter((line) => line !== '');
	return lines.length === 0 ? undefined : lines.join('\n');
}

function localWords(error: Exclude<MessageError, ProviderErrorDetails>): NoticeWords {
	const base = { tone: 'bad', text: error.message } as const;
	switch (error.kind) {
		case 'no-connection':
			return {
				...base,
				title: 'This connection cannot be used.',
				actions: ['model', 'connection']
			};
		case 'no-model':
			return { ...base, title: 'No model is chosen.', actions: ['model'] };
		case 'no-key':
			return { ...base, title: 'This connection has no key.', actions: ['key', 'retry', 'model'] };
		case 'locked':
			return { ...base, title: 'Your keys are locked.', actions: ['retry'] };
		case 'key-unreadable':
			return {
				...base,
				title: 'The saved key of this connection cannot be read.',
				actions: ['key', 'retry', 'model']
			};
		default:
			return { ...base, title: 'The answer could not be stored.', actions: ['continue', 'retry'] };
	}
}

/** What is safe, without a full stop. */
function keptText(row: MessageRow, hasText: boolean): string {
	if (!hasText) return 'Your message is saved';
	const reported = row.usage?.outputTokens;
	const tokens = reported ?? row.estimatedOutputTokens ?? 0;
	if (tokens === 0) return 'What arrived is saved';
	const amount = `${reported === undefined ? '≈ ' : ''}${count(tokens)}`;
	return tokens === 1
		? `${amount} token arrived and is saved`
		: `${amount} tokens arrived and are saved`;
}

/** What the words of the providers say is safe: they do not know how far the answer had got. */
const saved = /(?:Your message|What arrived) is saved/;

function adviceFor(row: MessageRow, hasText: boolean, advice: string): string {
	const kept = keptText(row, hasText);
	if (saved.test(advice)) return advice.replace(saved, kept);
	return hasText ? `${kept}. ${advice}` : advice;
}

function failureWords(
	row: MessageRow,
	error: MessageError,
	hasText: boolean,
	pageOrigin: string
): NoticeWords {
	if (!isProviderError(error)) return localWords(error);
	if (error.code === OWN_LIMIT)
		return {
			tone: 'bad',
			title: `This message can never go out within the limit of “${row.connectionLabel}”.`,
			text: `${error.message} Your message is saved.`,
			actions: ['model', 'connection', 'retry']
		};
	if (error.code === OWN_WINDOW)
		return {
			tone: 'bad',
			title: `This is too long for ${row.modelId}.`,
			text: `${error.message} Your message is saved.`,
			actions: ['model', 'retry']
		};
	const { title, advice, command, address } = describeProviderError(error, {
		connectionLabel: row.connectionLabel,
		presetId: row.presetId === '' ? 'custom' : row.presetId,
		pageOrigin,
		modelId: row.modelId
	});
	const own = providersOwnWords(error);
	const facts = [own, address].filter((part) => part !== undefined).join('\n');
	const details = [command, facts].filter((part) => part !== undefined && part !== '').join('\n\n');
	const hasKeyTrouble = error.kind === 'auth';
	const wantsModel = ['model_not_found', 'context_too_long', 'permission', 'billing', 'rate_limit'];
	return {
		tone: 'bad',
		title,
		text: adviceFor(row, hasText, advice),
		...(details !== '' && { details }),
		actions: [
			...(hasKeyTrouble ? (['key'] as const) : []),
			...(wantsModel.includes(error.kind)
				? (['model', 'retry'] as const)
				: (['retry', 'model'] as const))
		]
	};
}

function interruptedWords(row: MessageRow, hasText: boolean): NoticeWords {
	const { error } = row;
	const isOwnSentence =
		error !== undefined &&
		(!isProviderError(error) || (error.kind === 'interrupted' && error.code === undefined));
	const details =
		error === undefined || isOwnSentence || !isProviderError(error)
			? undefined
			: providersOwnWords(error);
	return {
		tone: 'warn',
		title:
			isOwnSentence && error.message !== ''
				? error.message
				: 'The answer was cut off before it was complete.',
		text: hasText
			? `${keptText(row, hasText)}. Continue goes on from the last word.`
			: 'Nothing had arrived yet. Retry asks again.',
		...(details !== undefined && { details }),
		actions: hasText ? ['continue', 'retry'] : ['retry', 'model']
	};
}

/** Stopped while it waited: what for. */
function waitWords(row: MessageRow, hasText: boolean): NoticeWords | undefined {
	const { error, connectionLabel, presetId } = row;
	if (error === undefined || !isProviderError(error)) return undefined;
	const isOwnLimit = error.code === OWN_LIMIT;
	const name =
		connectionLabel === '' && presetId !== '' ? presets[presetId].name : `“${connectionLabel}”`;
	const reason = isOwnLimit
		? `the limit of ${name} was reached`
		: error.kind === 'rate_limit'
			? `${name} asked us to wait`
			: error.kind === 'overloaded'
				? `${name} was overloaded`
				: `${name} did not answer`;
	const details = isOwnLimit ? undefined : providersOwnWords(error);
	return {
		tone: 'neutral',
		title: `Stopped while ${reason}.`,
		text: `${keptText(row, hasText)}. Retry asks again.`,
		...(details !== undefined && { details }),
		actions: ['retry', 'model']
	};
}

/** What stands under an answer beside its text, if anything. */
export function noticeOf(
	row: MessageRow,
	hasText: boolean,
	pageOrigin: string
): NoticeWords | undefined {
	switch (row.state) {
		case 'failed': {
			const error = row.error ?? { kind: 'unknown', message: '' };
			const notice = failureWords(row, error, hasText, pageOrigin);
			return hasText && !notice.actions.includes('continue')
				? { ...notice, actions: ['continue', ...notice.actions] }
				: notice;
		}
		case 'interrupted':
			return interruptedWords(row, hasText);
		case 'stopped':
			return waitWords(row, hasText);
		case 'complete':
			return finishWords(row, hasText);
		default:
			return undefined;
	}
}

function finishWords(row: MessageRow, hasText: boolean): NoticeWords | undefined {
	const base = { tone: 'neutral' } as const;
	switch (row.finishReason) {
		case 'length':
			return {
				...base,
				title: 'The answer reached its length limit.',
				text: hasText
					? 'Continue goes on from the last word. The limit is under Parameters.'
					: 'The limit was used up before any text came. Raise “Max output” under Parameters, then retry.',
				actions: hasText ? ['continue'] : ['retry']
			};
		case 'context-full':
			return {
				...base,
				title: 'The conversation fills the model’s context window.',
				text: 'Choose a model with more room, or start a new conversation.',
				actions: ['model']
			};
		case 'content-filter':
			return {
				...base,
				title: 'The provider’s content filter ended the answer.',
				text: hasText ? 'What arrived is saved.' : 'No text came through.',
				actions: ['retry', 'model']
			};
		case 'refusal':
			return hasText
				? undefined
				: {
						...base,
						title: 'The model refused to answer.',
						text: 'Ask in other words, or choose another model.',
						actions: ['retry', 'model']
					};
		default:
			return hasText
				? undefined
				: {
						...base,
						title: 'The answer is empty.',
						text: words.emptyAnswer,
						actions: ['retry', 'model']
					};
	}
}

/** Beside the model's name: how the answer ended when it did not end by itself. */
export function endedText(row: MessageRow): string | undefined {
	const { sentAt, settledAt } = row.timings ?? {};
	const after =
		sentAt === undefined || settledAt === undefined ? '' : ` after ${duration(settledAt - sentAt)}`;
	switch (row.state) {
		case 'stopped':
			return `Stopped${after}`;
		case 'interrupted':
			return `Interrupted${row.error === undefined ? '' : after}`;
		case 'failed':
			return `Failed${after}`;
		default:
			return undefined;
	}
}
