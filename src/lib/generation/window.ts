import { budgetOf, estimateTokens, fit, MESSAGE_OVERHEAD } from '#lib/context-window';
import type { ConnectionRow, ConversationRow, MessageRow } from '#lib/db/engine';
import type { ProviderErrorDetails } from '#lib/providers';
import { textOf, type KnownModel } from './prompt.ts';
import { words } from './words.ts';

export type FittedBranch =
	| {
			readonly ok: true;
			/** What is sent of the branch, in order. */
			readonly branch: readonly MessageRow[];
			/** ≈ tokens of the whole input, counted when asked for. */
			readonly inputTokens: () => number;
			/** Kept free for the answer (tokens). */
			readonly reservedOutput: number;
	  }
	| { readonly ok: false; readonly error: ProviderErrorDetails };

/** Rows never change once they are in a branch, so each is counted once per model. */
const counted = new WeakMap<MessageRow, { readonly modelId: string; readonly tokens: number }>();

function tokensOf(row: MessageRow, modelId: string): number {
	const known = counted.get(row);
	if (known?.modelId === modelId) return known.tokens;
	const text = textOf(row.parts);
	// An answer without text is not sent.
	const tokens = text === '' ? 0 : estimateTokens(text, modelId) + MESSAGE_OVERHEAD;
	counted.set(row, { modelId, tokens });
	return tokens;
}

/**
 * What of a branch fits the model's context window: the newest that does. A window that nobody
 * knows cuts nothing: the provider will say if it is too much.
 */
export function fitBranch(input: {
	readonly branch: readonly MessageRow[];
	readonly conversation: ConversationRow;
	readonly answer: MessageRow;
	readonly model: KnownModel;
	readonly limits: ConnectionRow['limits'];
}): FittedBranch {
	const { branch, conversation, answer, model, limits } = input;
	const { modelId, parameters } = answer;
	const { contextWindow, maxOutput } = model.info;
	const fixed = [conversation.systemPrompt, textOf(answer.parts)]
		.filter((text) => text !== '')
		.reduce((sum, text) => sum + estimateTokens(text, modelId) + MESSAGE_OVERHEAD, 0);
	const budget = budgetOf({
		contextWindow,
		maxOutputTokens: parameters.maxOutputTokens,
		modelMaxOutput: maxOutput,
		tokensPerMinute: limits.tokensPerMinute
	});
	const { reservedOutput } = budget;
	if (contextWindow === undefined) {
		const inputTokens = (): number =>
			branch.reduce((sum, row) => sum + tokensOf(row, modelId), fixed);
		return { ok: true, branch, inputTokens, reservedOutput };
	}
	const result = fit({
		messages: branch.map((row) => ({
			id: row.id,
			role: row.role,
			tokens: tokensOf(row, modelId),
			pinned: row.pinned === 1
		})),
		systemTokens: fixed,
		budget: budget.input,
		step: budget.step,
		strategy: { kind: 'newest' },
		clearedUpTo: conversation.contextDividerId === '' ? undefined : conversation.contextDividerId
	});
	if (!result.ok) {
		const message = words.tooLong[result.failure](result.overBy);
		return { ok: false, error: { kind: 'context_too_long', message } };
	}
	const sent = new Set<string>(result.sent);
	return {
		ok: true,
		branch: branch.filter(({ id }) => sent.has(id)),
		inputTokens: () => result.tokens,
		reservedOutput
	};
}
