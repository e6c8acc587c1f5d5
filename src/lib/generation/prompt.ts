import type { ConversationRow, MessagePart, MessageRow } from '#lib/db/engine';
import type {
	GenerateRequest,
	ModelInfo,
	ParameterName,
	PromptMessage,
	PromptPart
} from '#lib/providers';

/** What is known of the model that is asked. */
export interface KnownModel {
	readonly info: ModelInfo;
	readonly refusedParameters: readonly ParameterName[];
}

/** All text of a message; reasoning is not text. */
export function textOf(parts: readonly MessagePart[]): string {
	return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/**
 * A branch as a model reads it. Reasoning stays at home. An answer without text (failed, empty) is
 * left out; questions that thereby follow each other become one turn, because some providers
 * refuse two turns of the same role in a row. Nothing up to the context divider is sent.
 */
export function promptFrom(
	branch: readonly MessageRow[],
	contextDividerId: ConversationRow['contextDividerId']
): PromptMessage[] {
	const start = branch.findIndex(({ id }) => id === contextDividerId) + 1;
	const messages: { role: PromptMessage['role']; parts: PromptPart[] }[] = [];
	for (const { role, parts } of branch.slice(start)) {
		const text = textOf(parts);
		if (text === '') continue;
		const last = messages.at(-1);
		if (last?.role === role) last.parts.push({ type: 'text', text });
		// An answer whose question lies before the divider has nothing to answer.
		else if (last !== undefined || role === 'user')
			messages.push({ role, parts: [{ type: 'text', text }] });
	}
	return messages;
}

/** The request for one answer. */
export function buildRequest(input: {
	readonly conversation: ConversationRow;
	readonly answer: MessageRow;
	/** Root to the message that is answered. */
	readonly branch: readonly MessageRow[];
	readonly model: KnownModel;
}): GenerateRequest {
	const { conversation, answer, branch, model } = input;
	const { contextWindow, maxOutput, capabilities } = model.info;
	const continueFrom = textOf(answer.parts);
	return {
		modelId: answer.modelId,
		messages: promptFrom(branch, conversation.contextDividerId),
		parameters: answer.parameters,
		refusedParameters: model.refusedParameters,
		...(conversation.systemPrompt.trim() !== '' && { system: conversation.systemPrompt }),
		...(continueFrom !== '' && { continueFrom }),
		...(contextWindow !== undefined && { contextWindow }),
		...(maxOutput !== undefined && { modelMaxOutput: maxOutput }),
		...(capabilities !== undefined && { capabilities })
	};
}
