import type { ParameterName } from './types.ts';

/** Every parameter name, for code that looks one up in a provider's sentence. */
export const parameterNames: readonly ParameterName[] = [
	'maxOutputTokens',
	'temperature',
	'topP',
	'topK',
	'frequencyPenalty',
	'presencePenalty',
	'repetitionPenalty',
	'seed',
	'stop',
	'reasoningEffort'
];
