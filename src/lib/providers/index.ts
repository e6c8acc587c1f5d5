/** Providers as the page knows them: data, rules and words. No SDK, no network. */
export { presets } from './presets.ts';
export { acceptedParameters, type ParameterQuestion } from './parameters.ts';
export { parametersSchema } from './parameters-schema.ts';
export { costOf, mergeModel } from './models.ts';
export {
	cleanKey,
	hostReach,
	normalizeBaseUrl,
	urlReach,
	type BaseUrlProblem,
	type BaseUrlResult,
	type CleanKeyResult,
	type HostReach
} from './base-url.ts';
export { isRetryable, ProviderError } from './errors.ts';
export {
	describeProviderError,
	ollamaOriginsCommand,
	parameterLabels,
	type ErrorContext,
	type ErrorWords
} from './words.ts';
export type {
	FinishReason,
	GenerateRequest,
	GenerationParameters,
	ModelCapabilities,
	ModelInfo,
	ModelPrices,
	NetworkCause,
	OpenConnection,
	ParameterName,
	ParameterSpec,
	PermissionsLike,
	Preset,
	PresetId,
	PromptMessage,
	PromptPart,
	Protocol,
	ProtocolEvent,
	ProtocolId,
	ProtocolOptions,
	ProviderErrorDetails,
	ProviderErrorKind,
	Quirks,
	ReasoningEffort,
	StreamEvent,
	Usage
} from './types.ts';
