/**
 * What the page may order from the engine. Every argument is checked again on arrival. No verb
 * returns a stored key, and none sends one to an address that the page names: a call names a stored
 * connection, and only `connections.test` of an unsaved form takes key and address together.
 */
import type { Strategy } from '#lib/context-window';
import type { ConnectionId, ConversationId, MessageId } from '#lib/db';
import type {
	GenerationParameters,
	ModelInfo,
	PresetId,
	ProtocolId,
	ProviderErrorDetails
} from '#lib/providers';
import type { VaultVerbs } from '#lib/vault';
import type { ContextQuery, ContextVerbs } from './context.ts';

/** Where an answer comes from. */
export interface ModelChoice {
	readonly connectionId: ConnectionId;
	readonly modelId: string;
}

export interface TurnIds {
	readonly questionId: MessageId;
	readonly answerId: MessageId;
}

export interface SendOrder extends ModelChoice {
	/** Made by the page (`newConversationId`) for a new conversation; the row is created with the first message. */
	readonly conversationId: ConversationId;
	/** The leaf to answer to, `''` for the first message. */
	readonly parentId: MessageId | '';
	/** Nothing of the conversation is stored yet. */
	readonly isNew?: true;
	/** Made by a page that shows the turn before it is stored; missing: made by the engine. */
	readonly ids?: TurnIds;
	readonly text: string;
	/** For a new conversation. */
	readonly systemPrompt?: string;
	readonly parameters?: GenerationParameters;
	readonly contextStrategy?: Strategy | null;
}

export interface AnswerOrder extends ModelChoice {
	readonly answerId: MessageId;
}

export interface EditOrder extends ModelChoice {
	readonly messageId: MessageId;
	readonly text: string;
}

export interface SendReceipt {
	readonly conversationId: ConversationId;
	readonly userMessageId: MessageId;
	readonly answerId: MessageId;
	/** When it was taken (ms): the conversation's last activity. */
	readonly at: number;
}

/** Turns. Each resolves once question and pending answer are on disk, before the request leaves. */
export interface GenerationVerbs {
	send(order: SendOrder): Promise<SendReceipt>;
	/** Another answer to the same question: a sibling. Also “Retry”. */
	regenerate(order: AnswerOrder): Promise<SendReceipt>;
	/** A sibling that starts with a copy of the partial answer and goes on. */
	continueAnswer(order: AnswerOrder): Promise<SendReceipt>;
	/** A sibling of the person's own message, and an answer to it. */
	edit(order: EditOrder): Promise<SendReceipt>;
	/** Keeps what has arrived. Works from any tab. */
	stop(answerId: MessageId): Promise<void>;
	/** Skips a wait for a rate limit: asks again now. */
	retryNow(answerId: MessageId): Promise<void>;
	/** Reads and counts ahead of the next message of a branch: that one then goes out at once. */
	warm(query: ContextQuery): Promise<void>;
}

export interface ConversationChange {
	readonly title?: string;
	readonly pinned?: boolean;
	readonly archived?: boolean;
	readonly connectionId?: ConnectionId;
	readonly modelId?: string;
	readonly systemPrompt?: string;
	readonly parameters?: GenerationParameters;
	readonly activeLeafId?: MessageId;
	/** ms; marks everything up to then as read. */
	readonly readAt?: number;
}

export interface ConversationVerbs {
	update(id: ConversationId, change: ConversationChange): Promise<void>;
	/** Into the 30-day bin; running answers are stopped. */
	trash(ids: readonly ConversationId[]): Promise<void>;
	restore(ids: readonly ConversationId[]): Promise<void>;
	/** Deletes for good, messages and attachments with it. */
	remove(ids: readonly ConversationId[]): Promise<void>;
	vote(messageId: MessageId, vote: -1 | 0 | 1): Promise<void>;
	pinMessage(messageId: MessageId, pinned: boolean): Promise<void>;
}

export interface ConnectionForm {
	/** Missing: a new connection. */
	readonly id?: ConnectionId;
	readonly presetId: PresetId;
	readonly protocol: ProtocolId;
	readonly label: string;
	readonly baseUrl: string;
	/** Missing: keep the saved key (refused when the origin changed). `''`: no key. */
	readonly apiKey?: string;
	readonly limits: { readonly requestsPerMinute?: number; readonly tokensPerMinute?: number };
}

export type ConnectionTestResult =
	| { readonly ok: true; readonly ms: number; readonly models: readonly ModelInfo[] }
	| { readonly ok: false; readonly error: ProviderErrorDetails | LocalFailure };

/** A refusal that never left the device. */
export interface LocalFailure {
	readonly kind:
		| 'no-connection'
		| 'locked'
		| 'no-key'
		| 'key-unreadable'
		| 'key-needed-for-new-origin'
		| 'bad-form';
	readonly message: string;
}

export type SaveConnectionResult =
	| { readonly ok: true; readonly id: ConnectionId }
	| { readonly ok: false; readonly error: LocalFailure };

export interface ConnectionVerbs {
	save(form: ConnectionForm): Promise<SaveConnectionResult>;
	/** Tests a saved connection with its stored key, or a form with the key and address in it. */
	test(source: { readonly id: ConnectionId } | ConnectionForm): Promise<ConnectionTestResult>;
	remove(id: ConnectionId): Promise<void>;
	setEnabled(id: ConnectionId, enabled: boolean): Promise<void>;
	/** Puts it before another one, or last. */
	move(id: ConnectionId, before: ConnectionId | null): Promise<void>;
	refreshModels(id: ConnectionId): Promise<ConnectionTestResult>;
	addModel(id: ConnectionId, modelId: string): Promise<void>;
	removeModel(id: ConnectionId, modelId: string): Promise<void>;
	updateModel(
		id: ConnectionId,
		modelId: string,
		change: {
			readonly user?: ModelInfo | null;
			readonly favourite?: boolean;
			/** null: as the settings say. */
			readonly contextStrategy?: Strategy | null;
		}
	): Promise<void>;
	/** Loads the code for this connection's protocol ahead of the first message. */
	warm(id: ConnectionId): Promise<void>;
}

export interface SettingsVerbs {
	/** @throws when the value does not fit the setting's schema */
	set(key: string, value: unknown): Promise<void>;
}

export interface UsageVerbs {
	/** What the connection may cost in a calendar month; null takes the budget away. */
	setBudget(
		id: ConnectionId,
		budget: { readonly monthlyUsd: number; readonly stop: boolean } | null
	): Promise<void>;
}

export interface LifecycleVerbs {
	/** Resolves when the database is open and crashed answers are being looked for. @throws DatabaseError */
	start(): Promise<void>;
	/** The page is being hidden or left: flush what is in memory. */
	hidden(): Promise<void>;
	/** Frees every byte of a damaged or unwanted database. */
	deleteEverything(): Promise<void>;
}

export interface EngineApi {
	readonly lifecycle: LifecycleVerbs;
	readonly generation: GenerationVerbs;
	readonly context: ContextVerbs;
	readonly conversations: ConversationVerbs;
	readonly connections: ConnectionVerbs;
	readonly vault: VaultVerbs;
	readonly settings: SettingsVerbs;
	readonly usage: UsageVerbs;
}

/** Name of the BroadcastChannel on which a conversation's running answers are told to all tabs. */
export const conversationChannel = (id: ConversationId): string => `conversation:${id}`;

/** Name of the Web Lock held by whoever generates this answer. */
export const generationLock = (id: MessageId): string => `generation:${id}`;

/** `code` of an error or wait that comes from a connection's limits here, not from its provider. */
export const OWN_LIMIT = 'own-limit';

/** `code` of an error for a request that was found too long here, before its provider saw it. */
export const OWN_WINDOW = 'own-window';

/**
 * Text that arrived since the last message, at most one per frame. `offset` counts UTF-16 units of
 * that part so far: what is shown is the flushed row plus deltas from its length on; a gap is
 * filled by the next flush.
 */
export interface AnswerDelta {
	readonly messageId: MessageId;
	readonly part: 'text' | 'reasoning';
	readonly offset: number;
	readonly text: string;
}
