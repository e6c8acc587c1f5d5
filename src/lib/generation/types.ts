/** What a generation needs from the features below it; tests pass readable fakes. */
import type { ConnectionId, ConnectionRow } from '#lib/db/engine';
import type { LocalFailure } from '#lib/engine/engine';
import type {
	GenerateRequest,
	ModelInfo,
	OpenConnection,
	PresetId,
	StreamEvent
} from '#lib/providers';
import type { WireRequest } from '#lib/providers/engine';

export interface GenerateOptions {
	readonly signal: AbortSignal;
	/** The request is made at once and leaves after this. */
	readonly leave?: Promise<unknown>;
	/** Waits before a repeated request (ms); ends early when aborted. */
	readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
	/** Called with the readable headers of each response. */
	readonly onHeaders?: (headers: Headers) => void;
}

/** Asks a model. @throws ProviderError; after an abort it ends quietly */
export type Generate = (
	request: GenerateRequest,
	connection: OpenConnection,
	options: GenerateOptions
) => AsyncGenerator<StreamEvent, void, undefined>;

export type OpenedConnection =
	| { readonly ok: true; readonly connection: OpenConnection; readonly row: ConnectionRow }
	| { readonly ok: false; readonly error: LocalFailure };

/** What turns need of the world: the wire, keys and counts. */
export interface Dependencies {
	readonly generate: Generate;
	/** Tokens of a request's input as the provider counts them; undefined where it does not say. */
	readonly countInput: (
		request: GenerateRequest,
		connection: OpenConnection,
		options: { readonly signal: AbortSignal }
	) => Promise<number | undefined>;
	/** A request as it would stand on the wire; undefined where nothing would be sent. @throws ProviderError */
	readonly recordRequest: (
		request: GenerateRequest,
		connection: OpenConnection
	) => Promise<WireRequest | undefined>;
	/** As `generate`, but nobody is asked: a short answer comes from the app itself. */
	readonly rehearse: Generate;
	/** What the built-in catalogue knows of a model that no list has named. */
	readonly catalogModel: (presetId: PresetId, modelId: string) => Promise<ModelInfo | undefined>;
	/** A stored connection with its key in clear, or why there is none. */
	readonly openConnection: (id: ConnectionId) => Promise<OpenedConnection>;
}
