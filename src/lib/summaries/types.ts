/** What the engine side of summaries is given. */
import type { Calibration } from '#lib/context-window';
import type {
	ConnectionId,
	ConnectionRow,
	ConversationId,
	Database,
	MessageRow,
	SummaryProgress,
	SummaryRow
} from '#lib/db/engine';
import type { LocalFailure } from '#lib/engine/engine';
import type { Limiter } from '#lib/limits/engine';
import type {
	GenerateRequest,
	ModelInfo,
	OpenConnection,
	ParameterName,
	StreamEvent
} from '#lib/providers';

/** What summaries need from the features below; tests pass readable fakes. */
export interface SummaryParts {
	readonly db: Database;
	readonly locks: LockManager;
	readonly now: () => number;
	/** Asks a model. @throws ProviderError; after an abort it ends quietly */
	readonly generate: (
		request: GenerateRequest,
		connection: OpenConnection,
		options: { readonly signal: AbortSignal }
	) => AsyncGenerator<StreamEvent, void, undefined>;
	/** A stored connection with its key in clear, or why there is none. */
	readonly openConnection: (
		id: ConnectionId
	) => Promise<
		| { readonly ok: true; readonly connection: OpenConnection; readonly row: ConnectionRow }
		| { readonly ok: false; readonly error: LocalFailure }
	>;
	readonly limiter: Pick<Limiter, 'acquire' | 'block'>;
}

/** A summary that is wanted. */
export interface SummaryOrder {
	readonly conversationId: ConversationId;
	readonly connectionId: ConnectionId;
	readonly model: {
		readonly info: ModelInfo;
		readonly refusedParameters: readonly ParameterName[];
		readonly calibration?: Calibration | undefined;
	};
	/** What it is to cover, oldest first: without what was cleared away or left out by hand. */
	readonly messages: readonly Pick<MessageRow, 'id' | 'role' | 'parts'>[];
	/** As in the summary's row: what was cleared away, or left out by hand, among what it covers. */
	readonly fromId?: SummaryRow['upToId'] | undefined;
	readonly without?: SummaryRow['without'] | undefined;
	/** The active summary of what comes before them: the new one takes it in. */
	readonly previous?: SummaryRow | undefined;
	/** ≈ USD that it takes, as it was told ahead. */
	readonly costUsd?: number | undefined;
	/** Whoever waits for it gives up. */
	readonly signal?: AbortSignal | undefined;
	readonly onProgress?: ((progress: SummaryProgress) => void) | undefined;
}
