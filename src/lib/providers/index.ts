/** Providers as the page knows them: data, rules and words. No SDK, no network. */
export { presets } from './presets.ts';
export { acceptedParameters } from './parameters.ts';
export { parametersSchema } from './parameters-schema.ts';
export { costOf, mergeModel } from './models.ts';
export { cleanKey, normalizeBaseUrl, urlReach, type BaseUrlProblem } from './base-url.ts';
export { ProviderError } from './errors.ts';
export {
	describeProviderError,
	parameterLabels,
	type ErrorContext,
	type ErrorWords
} from './words.ts';
export type {
	FinishReason,
	GenerateRequest,
	GenerationParameters,
	ModelInfo,
	ModelPrices,
	OpenConnection,
	ParameterName,
	ParameterSpec,
	PermissionsLike,
	Preset,
	PresetId,
	PromptMessage,
	PromptPart,
	ProtocolId,
	ProviderErrorDetails,
	ReasoningEffort,
	StreamEvent,
	Usage
} from './types.ts';
