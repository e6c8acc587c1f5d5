import type { Calibration, Strategy } from '#lib/context-window';
import type { ConversationRow, MessagePart, MessageRow } from '#lib/db/engine';
import type {
	GenerateRequest,
	ModelInfo,
	ParameterName,
	PromptMessage,
	PromptPart
} from '#lib/providers';
import { words } from './words.ts';

/** What is known of the model that is asked. */
export interface KnownModel {
	readonly info: ModelInfo;
	readonly refusedParameters: readonly ParameterName[];
	/** The person's choice for this model. */
	readonly contextStrategy?: Strategy;
	readonly calibration?: Calibration;
}

/** All text of a message; reasoning is not text. */
export function textOf(parts: readonly MessagePart[]): string {
	return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/**
 * What is sent of a branch, as a model reads it. Reasoning stays at home. An answer without text
 * (failed, empty) is left out; questions that thereby follow each other become one turn, because
 * some providers refuse two turns of the same role in a row.
 * @param summary stands for what came before, and opens the first turn; `''` for none
 */
function promptFrom(
	sent: readonly Pick<MessageRow, 'role' | 'parts'>[],
	summary = ''
): PromptMessage[] {
	const messages: { role: PromptMessage['role']; parts: PromptPart[] }[] = [];
	const add = (role: PromptMessage['role'], text: string): void => {
		const last = messages.at(-1);
		if (last?.role === role) last.parts.push({ type: 'text', text });
		else messages.push({ role, parts: [{ type: 'text', text }] });
	};
	if (summary !== '') add('user', words.summary(summary));
	for (const { role, parts } of sent) {
		const text = textOf(parts);
		if (text !== '') add(role, text);
	}
	return messages;
}

/** The request for one answer. */
export function buildRequest(input: {
	readonly systemPrompt: ConversationRow['systemPrompt'];
	readonly answer: Pick<MessageRow, 'modelId' | 'parameters' | 'parts'>;
	/** What is sent of the branch. */
	readonly sent: readonly Pick<MessageRow, 'role' | 'parts'>[];
	/** Text of the summary that goes with it, `''` for none. */
	readonly summary: string;
	readonly model: KnownModel;
}): GenerateRequest {
	const { systemPrompt, answer, sent, summary, model } = input;
	const { contextWindow, maxOutput, capabilities } = model.info;
	const continueFrom = textOf(answer.parts);
	return {
		modelId: answer.modelId,
		messages: promptFrom(sent, summary),
		parameters: answer.parameters,
		refusedParameters: model.refusedParameters,
		...(systemPrompt.trim() !== '' && { system: systemPrompt }),
		...(continueFrom !== '' && { continueFrom }),
		...(contextWindow !== undefined && { contextWindow }),
		...(maxOutput !== undefined && { modelMaxOutput: maxOutput }),
		...(capabilities !== undefined && { capabilities })
	};
}
