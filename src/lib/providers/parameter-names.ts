import type { ParameterName, ParameterSpec } from './types.ts';

export type NumberName = Extract<ParameterSpec, { kind: 'number' }>['name'];

/** The parameters that are numbers, in the order a form shows them. */
export const numberNames: readonly NumberName[] = [
	'maxOutputTokens',
	'temperature',
	'topP',
	'topK',
	'frequencyPenalty',
	'presencePenalty',
	'repetitionPenalty',
	'seed'
];

/** Every parameter name, for code that looks one up in a provider's sentence. */
export const parameterNames: readonly ParameterName[] = [...numberNames, 'stop', 'reasoningEffort'];
