/**
 * The vocabulary of model providers: what we ask (`GenerateRequest`), what comes back
 * (`StreamEvent`), and what a wire format has to implement (`Protocol`). Pure types, used by both
 * realms; nothing here does I/O.
 */

/** A wire format. One file in `protocols/` each. */
export type ProtocolId =
	'openai-responses' | 'openai-chat' | 'anthropic-messages' | 'gemini' | 'ollama' | 'demo';

/** Our own scale; each protocol clamps it to what the model knows. */
export type ReasoningEffort = 'off' | 'low' | 'medium' | 'high' | 'max';

/** Sampling and length settings. A missing field is unset: it is not sent at all. */
export interface GenerationParameters {
	readonly maxOutputTokens?: number;
	readonly temperature?: number;
	readonly topP?: number;
	readonly topK?: number;
	readonly frequencyPenalty?: number;
	readonly presencePenalty?: number;
	readonly repetitionPenalty?: number;
	readonly stop?: readonly string[];
	readonly seed?: number;
	readonly reasoningEffort?: ReasoningEffort;
}

export type ParameterName = keyof GenerationParameters;

/** What a settings form needs to know about one parameter that a model accepts. */
export type ParameterSpec =
	| {
			readonly name: Exclude<ParameterName, 'stop' | 'reasoningEffort'>;
			readonly kind: 'number';
			readonly min: number;
			readonly max: number;
			readonly step: number;
			/** The value that changes nothing; missing where there is none. */
			readonly neutral?: number;
			/** The model takes it only while reasoning is off. */
			readonly needsReasoningOff?: true;
	  }
	| { readonly name: 'stop'; readonly kind: 'strings'; readonly maxItems: number }
	| {
			readonly name: 'reasoningEffort';
			readonly kind: 'choice';
			readonly choices: readonly ReasoningEffort[];
	  };

/** A piece of what is sent. */
export type PromptPart =
	| { readonly type: 'text'; readonly text: string }
	/** `data` is base64 without a `data:` prefix. */
	| { readonly type: 'image'; readonly mediaType: string; readonly data: string };

export interface PromptMessage {
	readonly role: 'user' | 'assistant';
	readonly parts: readonly PromptPart[];
}

/** One question to a model, already fitted to its context window. */
export interface GenerateRequest {
	readonly modelId: string;
	/** System prompt; empty or missing means none. */
	readonly system?: string;
	readonly messages: readonly PromptMessage[];
	readonly parameters: GenerationParameters;
	/** Parameters this model has refused before: never sent. */
	readonly refusedParameters?: readonly ParameterName[];
	/**
	 * Text of a partial answer to go on from. Sent as a prefill where the model takes one, else as
	 * an assistant turn followed by an unsaved user turn that asks to go on.
	 */
	readonly continueFrom?: string;
	/** What is known of the model's abilities, e.g. from its live list. */
	readonly capabilities?: ModelCapabilities;
	/** The model's own output limit in tokens, where known. */
	readonly modelMaxOutput?: number;
	/** The model's context window in tokens, where known (Ollama must be told). */
	readonly contextWindow?: number;
	/** ≈ tokens that the window has left beside this input, where it is known. */
	readonly outputRoom?: number;
}

/** Why an answer ended. */
export type FinishReason =
	'stop' | 'length' | 'tool-calls' | 'content-filter' | 'refusal' | 'context-full' | 'other';

/** Tokens as the provider reported them. Missing means not reported, never zero. */
export interface Usage {
	/** All input, cached included. */
	readonly inputTokens?: number;
	/** All output, reasoning included. */
	readonly outputTokens?: number;
	readonly cachedInputTokens?: number;
	readonly cacheWriteTokens?: number;
	readonly reasoningTokens?: number;
	/** What the provider says it charged, in USD. */
	readonly costUsd?: number;
}

/** What a protocol yields. A stream ends with `finish` or throws a ProviderError. */
export type ProtocolEvent =
	| { readonly type: 'text-delta'; readonly delta: string }
	| { readonly type: 'reasoning-delta'; readonly delta: string }
	| {
			readonly type: 'tool-call';
			readonly id: string;
			readonly name: string;
			readonly input: unknown;
	  }
	| { readonly type: 'finish'; readonly reason: FinishReason; readonly usage: Usage };

/** What `generate` yields: the protocol's events, and what happens before the first of them. */
export type StreamEvent =
	| ProtocolEvent
	/** Nothing has arrived; the request will be repeated after a wait (rate limit, overload, fault). */
	| { readonly type: 'retry'; readonly waitMs: number; readonly error: ProviderErrorDetails }
	/** The model refused this optional parameter; the request went out again without it. */
	| { readonly type: 'parameter-dropped'; readonly parameter: ParameterName };

export type ProviderErrorKind =
	| 'auth'
	| 'permission'
	| 'billing'
	| 'rate_limit'
	| 'overloaded'
	| 'context_too_long'
	| 'model_not_found'
	| 'bad_parameter'
	| 'content_filter'
	| 'too_large'
	| 'server'
	| 'network_or_cors'
	| 'timeout'
	| 'interrupted'
	| 'unknown';

/** Why `Failed to fetch` happened, as far as a browser can tell. */
export type NetworkCause =
	| 'offline'
	| 'local-network-denied'
	| 'mixed-content'
	| 'local-server'
	| 'remote'
	/** Nothing was asked: the code for this wire format is not on this device. */
	| 'not-loaded';

/** A ProviderError as plain data: it crosses the worker boundary and is stored with a message. */
export interface ProviderErrorDetails {
	readonly kind: ProviderErrorKind;
	/** The provider's own sentence, or ours where it said nothing. Never contains a key. */
	readonly message: string;
	readonly status?: number;
	readonly code?: string;
	readonly requestId?: string;
	readonly retryAfterMs?: number;
	/** The optional parameter that was refused, with `bad_parameter`. */
	readonly parameter?: ParameterName;
	/** With `network_or_cors`. */
	readonly networkCause?: NetworkCause;
	/** Scheme, host and port the request went to. */
	readonly origin?: string;
}

export interface ModelCapabilities {
	readonly vision?: boolean;
	readonly tools?: boolean;
	readonly reasoning?: boolean;
	/** Reasoning efforts the model's own list names. */
	readonly efforts?: readonly ReasoningEffort[];
}

/** USD per million tokens. */
export interface ModelPrices {
	readonly input?: number;
	readonly output?: number;
	readonly cachedInput?: number;
	readonly cacheWrite?: number;
	/** What applies instead when the input is longer than `above` tokens. */
	readonly longInput?: {
		readonly above: number;
		readonly input?: number;
		readonly output?: number;
		readonly cachedInput?: number;
		readonly cacheWrite?: number;
	};
	/** Day the price was true, `YYYY-MM-DD`. */
	readonly asOf?: string;
}

/** What is known of a model, from one source or merged. Missing is unknown, never zero. */
export interface ModelInfo {
	readonly id: string;
	readonly name?: string;
	/** Tokens. */
	readonly contextWindow?: number;
	/** Tokens. */
	readonly maxOutput?: number;
	readonly prices?: ModelPrices;
	readonly capabilities?: ModelCapabilities;
}

/** Providers that are known by name; `custom` is any other server, `demo` needs none. */
export type PresetId =
	| 'openai'
	| 'anthropic'
	| 'gemini'
	| 'mistral'
	| 'groq'
	| 'typhoon'
	| 'ollama'
	| 'openrouter'
	| 'deepseek'
	| 'xai'
	| 'together'
	| 'fireworks'
	| 'cerebras'
	| 'lmstudio'
	| 'llamacpp'
	| 'vllm'
	| 'custom'
	| 'demo';

/** How a host differs from its protocol's plain form. Data, read by the protocol files only. */
export interface Quirks {
	/** Field that carries the output limit in chat completions. */
	readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
	readonly seedField?: 'seed' | 'random_seed';
	readonly repetitionPenaltyField?: 'repetition_penalty' | 'repeat_penalty';
	/** Whether `stream_options.include_usage` is understood. */
	readonly streamOptions?: boolean;
	/** Sent when the user set none (tokens). */
	readonly defaultMaxOutput?: number;
	/** How a reasoning effort is written. */
	readonly reasoning?: 'reasoning_effort' | 'openrouter' | 'deepseek' | 'mistral' | 'groq' | 'none';
	readonly topK?: boolean;
	/** Frequency and presence penalty; understood unless `false`. */
	readonly penalties?: boolean;
	/** How many stop sequences; 0 means the host takes none. */
	readonly maxStops?: number;
	/** Understood unless `false`. */
	readonly seed?: boolean;
	readonly maxTemperature?: number;
	/** Output tokens are `total_tokens − prompt_tokens`: `completion_tokens` leaves reasoning out. */
	readonly outputIsRemainder?: boolean;
	/** The system text of reasoning models goes in a `developer` turn. */
	readonly developerRole?: boolean;
}

/** A provider's defaults as data. Everything but `id` can be changed per connection. */
export interface Preset {
	readonly id: PresetId;
	readonly name: string;
	/** Two letters that stand for a logo. */
	readonly tile: string;
	readonly protocol: ProtocolId;
	readonly baseUrl: string;
	readonly key: 'required' | 'optional' | 'none';
	/** Runs on the person's own machine or network. */
	readonly local: boolean;
	readonly quirks: Quirks;
	/** Path of a request that proves a key when the model list is public. */
	readonly keyCheckPath?: string;
	/** The model list is refused without a key, so that it proves one. */
	readonly privateList?: true;
	/** Provider id in `catalog.json`. */
	readonly catalog?: string;
	/** Tried first when the person has not chosen a model. */
	readonly suggestedModels?: readonly string[];
	/** Models for hosts without a usable list. */
	readonly knownModels?: readonly ModelInfo[];
	/** It counts each model of a key by itself; missing: the key as a whole. */
	readonly limitsPer?: 'model';
	/** Published default limits per key; of several models, the lowest. */
	readonly limits?: {
		readonly requestsPerMinute?: number;
		readonly tokensPerMinute?: number;
	};
}

/** A connection with its key in clear: exists in the engine only, for the length of one request. */
export interface OpenConnection {
	readonly presetId: PresetId;
	readonly protocol: ProtocolId;
	readonly baseUrl: string;
	readonly apiKey?: string;
}

/** What a protocol needs from outside; all of it has a default. */
export interface ProtocolOptions {
	readonly fetch?: typeof fetch;
	/** Requests are made at once and leave after this; when it rejects they fail with it. */
	readonly leave?: Promise<unknown>;
	/** Longest waits in ms; defaults follow the connection (see `transport.ts`). */
	readonly timeouts?: { readonly headersMs?: number; readonly idleMs?: number };
	/** Answers whether the browser lets this page reach local servers. */
	readonly permissions?: PermissionsLike;
	/** Called with the readable headers of each response, e.g. to learn rate limits. */
	readonly onHeaders?: (headers: Headers) => void;
	/** Waits; ends early when aborted. The demo's pace. */
	readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The part of `navigator.permissions` that a diagnosis asks. */
export interface PermissionsLike {
	query(descriptor: { name: string }): Promise<{ readonly state: string }>;
}

/** One wire format: streams answers and lists models. */
export interface Protocol {
	/**
	 * Streams one answer. Breaking out of the loop or aborting cancels the request; after an abort it
	 * ends without `finish` and without an error.
	 * @throws ProviderError
	 */
	stream(
		request: GenerateRequest,
		connection: OpenConnection,
		signal: AbortSignal,
		options?: ProtocolOptions
	): AsyncGenerator<ProtocolEvent, void, undefined>;
	/**
	 * Tokens of a request's input as the provider counts them, without asking the model. Missing
	 * where no such count is offered.
	 * @throws ProviderError
	 */
	countInput?(
		request: GenerateRequest,
		connection: OpenConnection,
		signal: AbortSignal,
		options?: ProtocolOptions
	): Promise<number | undefined>;
	/** @throws ProviderError */
	listModels(
		connection: OpenConnection,
		signal: AbortSignal,
		options?: ProtocolOptions
	): Promise<ModelInfo[]>;
}
