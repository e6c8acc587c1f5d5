/**
 * What goes into a request, decided in one place: sending, measuring and copying all ask here, so
 * that what is shown before is what goes out.
 */
import {
	budgetOf,
	endOfExchange,
	fit,
	type Budget,
	type FitResult,
	type Strategy
} from '#lib/context-window';
import type { ConversationRow, MessageId, SummaryRow } from '#lib/db/engine';
import { OWN_LIMIT, OWN_WINDOW, type ContextMeasure, type ContextParts } from '#lib/engine/engine';
import type { Limits } from '#lib/limits/engine';
import type { GenerationParameters, ProviderErrorDetails } from '#lib/providers';
import { activeSummary } from '#lib/summaries/engine';
import type { BranchMessage, Count, TokenCounter } from './counts.ts';
import type { KnownModel } from './prompt.ts';
import type { Surroundings } from './surroundings.ts';
import { words } from './words.ts';

export interface WindowInput {
	/** Root to the message that is answered, or would be. */
	readonly branch: readonly BranchMessage[];
	readonly conversation: Pick<
		ConversationRow,
		'systemPrompt' | 'contextDividerId' | 'contextStrategy'
	>;
	readonly surroundings: Surroundings;
	readonly model: KnownModel;
	readonly parameters: GenerationParameters;
	readonly limits: Limits;
	readonly counter: TokenCounter;
	/** Text of a partial answer that is sent along; `''` for none. */
	readonly partial: string;
	/** A message that is still being written. Missing: the branch ends with the question. */
	readonly draft?: Count;
	/** Another strategy than the one in force. */
	readonly strategy?: Strategy | undefined;
}

/** A message of the branch with its cost. */
export interface CountedMessage {
	readonly row: BranchMessage;
	readonly count: Count;
}

/** A request as it was decided on. */
export interface Window {
	readonly budget: Budget;
	/** False: `budget.window` is the stated default. */
	readonly isWindowKnown: boolean;
	readonly strategy: Strategy;
	readonly strategyFrom: ContextMeasure['strategyFrom'];
	/** The whole branch. */
	readonly messages: readonly CountedMessage[];
	/** A draft is in it as `''`. */
	readonly result: FitResult<MessageId | ''>;
	/** What is sent of the branch; on failure what would have to be. */
	readonly sent: readonly BranchMessage[];
	/** The summary that goes with it. */
	readonly summary: SummaryRow | undefined;
	/** The summary that would, if the request had room beside it. */
	readonly passedOver: SummaryRow | undefined;
	readonly parts: ContextParts;
	/** Tokens of the input that are estimates. */
	readonly estimated: number;
}

/** The strategy in force: the conversation's, else the model's, else that of the settings. */
function strategyOf({
	strategy,
	conversation,
	model,
	surroundings
}: WindowInput): Pick<Window, 'strategy' | 'strategyFrom'> {
	if (strategy !== undefined) return { strategy, strategyFrom: 'query' };
	if (conversation.contextStrategy != null)
		return { strategy: conversation.contextStrategy, strategyFrom: 'conversation' };
	if (model.contextStrategy !== undefined)
		return { strategy: model.contextStrategy, strategyFrom: 'model' };
	return { strategy: surroundings.strategy, strategyFrom: 'settings' };
}

/** The summary that counts on the branch after the divider. */
function summaryOf({ branch, conversation, surroundings }: WindowInput): SummaryRow | undefined {
	const { summaries } = surroundings;
	if (summaries.length === 0) return undefined;
	const { contextDividerId: divider } = conversation;
	const cleared = divider === '' ? -1 : endOfExchange(branch, divider);
	const ids = branch.map(({ id }) => id);
	return activeSummary(summaries, ids.slice(cleared + 1));
}

/** Decides what of a branch goes into a request. */
export function openWindow(input: WindowInput): Window {
	const { branch, conversation, model, parameters, limits, counter, partial, draft } = input;
	const { contextWindow, maxOutput } = model.info;
	const budget = budgetOf({
		contextWindow,
		maxOutputTokens: parameters.maxOutputTokens,
		modelMaxOutput: maxOutput,
		tokensPerMinute: limits.tokensPerMinute
	});
	const chosen = strategyOf(input);
	const messages = branch.map((row) => ({ row, count: counter.of(row) }));
	const system = counter.of(conversation.systemPrompt);
	const going = counter.of(partial);
	const active = summaryOf(input);
	const summaryCount = counter.of(active === undefined ? '' : words.summary(active.text));

	const candidates = messages.map(({ row, count }) => ({
		id: row.id,
		role: row.role,
		tokens: count.tokens,
		pinned: row.pinned === 1,
		excluded: row.excluded === 1
	}));
	const fitWith = (summary: SummaryRow | undefined): FitResult<MessageId | ''> =>
		fit<MessageId | ''>({
			messages:
				draft === undefined
					? candidates
					: [
							...candidates,
							{ id: '', role: 'user', tokens: draft.tokens, pinned: false, excluded: false }
						],
			systemTokens: system.tokens + going.tokens,
			budget: budget.input,
			step: budget.step,
			strategy: chosen.strategy,
			clearedUpTo: conversation.contextDividerId === '' ? undefined : conversation.contextDividerId,
			summary: summary && { ...summary, tokens: summaryCount.tokens }
		});
	let result = fitWith(active);
	let passedOver: SummaryRow | undefined;
	if (active !== undefined && !result.ok && chosen.strategy.kind !== 'none') {
		// What was summarised is of less use than what is asked: the newest that fit go instead.
		result = fitWith(undefined);
		if (result.ok) passedOver = active;
	}

	const ids = new Set<MessageId | ''>(result.sent);
	const sent = messages.filter(({ row }) => ids.has(row.id));
	const summary = result.isSummarised ? active : undefined;
	const pinned = sent
		.filter(({ row }) => row.pinned === 1)
		.reduce((sum, { count }) => sum + count.tokens, 0);
	const history = sent.reduce((sum, { count }) => sum + count.tokens, going.tokens) - pinned;
	const counts = [
		system,
		going,
		...(summary === undefined ? [] : [summaryCount]),
		...sent.map(({ count }) => count),
		...(draft === undefined ? [] : [draft])
	];
	return {
		budget,
		isWindowKnown: Number.isFinite(contextWindow) && (contextWindow ?? 0) >= 1,
		...chosen,
		messages,
		result,
		sent: sent.map(({ row }) => row),
		summary,
		passedOver,
		parts: {
			system: system.tokens,
			summary: summary === undefined ? 0 : summaryCount.tokens,
			pinned,
			history,
			attachments: 0,
			draft: draft?.tokens ?? 0,
			input: result.tokens
		},
		estimated: counts.reduce(
			(sum, { tokens, isApproximate }) => (isApproximate ? sum + tokens : sum),
			0
		)
	};
}

/** Why a request cannot go out as it is, in words that say what helps. */
export function failureOf({
	result,
	budget,
	isWindowKnown,
	estimated
}: Window): ProviderErrorDetails | undefined {
	if (result.ok) return undefined;
	const isOwnLimit = budget.boundBy === 'tokens-per-minute';
	const room = words.room[isOwnLimit ? 'minute' : isWindowKnown ? 'window' : 'unknown'](
		budget.window
	);
	return {
		kind: isOwnLimit ? 'too_large' : 'context_too_long',
		code: isOwnLimit ? OWN_LIMIT : OWN_WINDOW,
		message: words.tooLong[result.failure](
			{ tokens: result.overBy, isApproximate: estimated > 0 },
			room
		)
	};
}
