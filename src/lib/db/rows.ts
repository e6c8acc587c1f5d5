/**
 * The rows of every table. Times are ms since the epoch, sizes bytes, lengths tokens unless said.
 * IndexedDB indexes neither null nor booleans: a root message's parent is `''`, indexed flags are
 * 0/1, “not trashed” is 0. A row that may sync carries `rid` and per-field `stamps`.
 */
import type { Calibration, Strategy } from '#lib/context-window';
import type {
	FinishReason,
	GenerationParameters,
	ModelInfo,
	ParameterName,
	PresetId,
	ProtocolId,
	ProviderErrorDetails,
	Usage
} from '#lib/providers';
import type { Stamp } from './clock.ts';
import type { AttachmentId, ConnectionId, ConversationId, MessageId, SummaryId } from './ids.ts';

export type Flag = 0 | 1;

/** When each mutable field was last written: per-field last writer wins. */
export type Stamps = Readonly<Record<string, Stamp>>;

export interface ConversationRow {
	readonly id: ConversationId;
	readonly rid: string;
	readonly title: string;
	/** A person's own title is never overwritten. */
	readonly titleSource: 'heuristic' | 'model' | 'person';
	readonly pinned: Flag;
	readonly archived: Flag;
	readonly folderId: string;
	readonly personaId: string;
	/** The chosen connection and model; `''` until one is chosen. */
	readonly connectionId: ConnectionId | '';
	readonly modelId: string;
	readonly systemPrompt: string;
	readonly parameters: GenerationParameters;
	/** Where a newly opened tab starts: the leaf of the branch last looked at. `''` when empty. */
	readonly activeLeafId: MessageId | '';
	/** The context starts again after the exchange of this message (its question, in rows of today), or `''`. */
	readonly contextDividerId: MessageId | '';
	/** How requests are cut to the context window; missing or null: as model or settings say. */
	readonly contextStrategy?: Strategy | null;
	readonly createdAt: number;
	readonly lastActivityAt: number;
	/** When the last answer settled; unread while later than `readAt`. 0 before the first. */
	readonly lastAnswerAt: number;
	readonly readAt: number;
	/** 0 unless in the bin. */
	readonly trashedAt: number;
	readonly stamps: Stamps;
}

export type MessagePart =
	| { readonly type: 'text'; readonly text: string }
	/** `durationMs` is set once the reasoning is over. */
	| { readonly type: 'reasoning'; readonly text: string; readonly durationMs?: number }
	| { readonly type: 'image'; readonly attachmentId: AttachmentId }
	| { readonly type: 'file'; readonly attachmentId: AttachmentId }
	| {
			readonly type: 'tool-call';
			readonly id: string;
			readonly name: string;
			readonly input: unknown;
	  };

/** `streaming` is the only state that changes; the others are settled. */
export type MessageState = 'streaming' | 'complete' | 'stopped' | 'interrupted' | 'failed';

export interface MessageTimings {
	/** When the request went out. */
	readonly sentAt: number;
	readonly firstTokenAt?: number;
	/** While `streaming`: when the row was last written. */
	readonly settledAt?: number;
}

/** Why an answer failed or was cut, or what it waited for when it was stopped: stored and shown. */
export type MessageError =
	| ProviderErrorDetails
	| {
			readonly kind:
				'no-connection' | 'no-model' | 'no-key' | 'locked' | 'key-unreadable' | 'storage';
			readonly message: string;
	  };

/** A model of a route that could not take a turn. */
export interface PassedModel {
	readonly connectionLabel: string;
	readonly modelId: string;
	readonly error: MessageError;
}

/** How far the making of a summary is. */
export interface SummaryProgress {
	/** How many messages it will cover. */
	readonly count: number;
	readonly modelId: string;
	/** Which of the requests it takes is running, from 1. */
	readonly part: number;
	readonly parts: number;
	/** ≈ USD for all of it, as told ahead; missing when unknown. */
	readonly costUsd?: number;
	/** Until then it waits for a limit (ms since the epoch). */
	readonly waitingUntil?: number;
}

export interface MessageRow {
	readonly conversationId: ConversationId;
	/** `''` for a root. */
	readonly parentId: MessageId | '';
	readonly id: MessageId;
	readonly rid: string;
	readonly role: 'user' | 'assistant';
	readonly parts: readonly MessagePart[];
	readonly state: MessageState;
	/** The device that made the row: only it may call its own stream interrupted. */
	readonly deviceId: string;
	/** For answers: what was asked. Labels are copied so that history outlives a connection. */
	readonly connectionId: ConnectionId | '';
	readonly presetId: PresetId | '';
	readonly connectionLabel: string;
	readonly modelId: string;
	readonly parameters: GenerationParameters;
	readonly usage?: Usage;
	/** ≈ tokens where the provider reported none; while `streaming`, of what was last written. */
	readonly estimatedInputTokens?: number;
	readonly estimatedOutputTokens?: number;
	/** USD, from usage, ≈ where it is, and the prices of that day. */
	readonly costUsd?: number;
	/** USD that the provider's prompt cache saved, what filling it cost taken off. */
	readonly savedUsd?: number;
	readonly timings?: MessageTimings;
	readonly finishReason?: FinishReason;
	readonly error?: MessageError;
	/** While `streaming`: nothing has arrived, and the request goes out again at this time. */
	readonly waiting?: { readonly until: number; readonly error: ProviderErrorDetails };
	/** While `streaming`: the request goes out when this summary is made. */
	readonly summarising?: SummaryProgress;
	/** Earlier messages stayed behind because no summary of them could be made, and why. */
	readonly notSummarised?: { readonly count: number; readonly reason: string };
	/** Asked through a route: its name, and the models that could not take the turn, with why. */
	readonly route?: { readonly name: string; readonly passed: readonly PassedModel[] };
	/** The partial answer that this one goes on from. */
	readonly continuedFrom?: MessageId;
	readonly createdAt: number;
	readonly vote: -1 | 0 | 1;
	readonly pinned: Flag;
	/** 1: left out of requests by hand. */
	readonly excluded?: Flag;
	readonly stamps: Stamps;
}

/**
 * A text that stands in requests for the branch's messages up to `upToId`. The messages stay; the
 * newest summary whose `upToId` is on the branch counts.
 */
export interface SummaryRow {
	readonly id: SummaryId;
	readonly rid: string;
	readonly conversationId: ConversationId;
	/** The last message it covers. */
	readonly upToId: MessageId;
	/** The first one; missing: all from the beginning. */
	readonly fromId?: MessageId;
	/** Messages between them that were left out by hand when it was made: it knows nothing of them. */
	readonly without?: readonly MessageId[];
	/** How many messages it covers. */
	readonly count: number;
	readonly text: string;
	/** `person` once it was edited. */
	readonly source: 'model' | 'person';
	readonly connectionId: ConnectionId | '';
	readonly connectionLabel: string;
	readonly modelId: string;
	readonly usage?: Usage;
	readonly costUsd?: number;
	readonly createdAt: number;
	/** 0 unless taken back: its messages are sent again. */
	readonly removedAt: number;
	readonly stamps: Stamps;
}

export interface AttachmentRow {
	readonly id: AttachmentId;
	readonly rid: string;
	readonly conversationId: ConversationId;
	readonly blob: Blob;
	readonly mediaType: string;
	readonly name: string;
	readonly size: number;
	/** SHA-256, hex. */
	readonly hash: string;
	readonly createdAt: number;
}

/** What the last test of a connection said. Local to this device. */
export type ConnectionTest =
	| { readonly ok: true; readonly at: number; readonly ms: number; readonly modelCount: number }
	| { readonly ok: false; readonly at: number; readonly error: ProviderErrorDetails };

/** Limits that a provider named, and when (ms since the epoch). */
export interface LearntLimits {
	readonly requestsPerMinute?: number;
	readonly tokensPerMinute?: number;
	readonly at: number;
}

export interface ConnectionRow {
	readonly id: ConnectionId;
	readonly rid: string;
	readonly presetId: PresetId;
	readonly protocol: ProtocolId;
	readonly label: string;
	/** Without a trailing slash. */
	readonly baseUrl: string;
	readonly enabled: Flag;
	/** Sorts the list; a fraction, so that moving one row writes one row. */
	readonly position: number;
	/** The API key, sealed by the vault with `id` and the origin of `baseUrl`; null without a key. */
	readonly sealedKey: Uint8Array | null;
	/** Last four characters of the key, for recognition; `''` without a key. */
	readonly keyHint: string;
	/** It had a key, which went with a forgotten passphrase: it asks for one. */
	readonly isKeyErased?: boolean;
	readonly limits: {
		readonly requestsPerMinute?: number;
		readonly tokensPerMinute?: number;
		/** Whose numbers these are: the provider's published defaults, or (missing too) a person's. */
		readonly source?: 'preset' | 'person';
	};
	/** What the provider's headers and refusals said of the limits. Local to this device. */
	readonly learntLimits?: LearntLimits;
	/** The same by model, where the provider counts each by itself. */
	readonly learntByModel?: Readonly<Record<string, LearntLimits>>;
	/** What may be spent with it in a calendar month, USD; with `stop` nothing goes out beyond it. */
	readonly budget?: { readonly monthlyUsd: number; readonly stop: boolean } | null;
	readonly test?: ConnectionTest;
	readonly createdAt: number;
	readonly stamps: Stamps;
}

/**
 * One model of one connection. What the provider said and what the person corrected stay apart and
 * are merged at read.
 */
export interface ModelRow {
	readonly connectionId: ConnectionId;
	readonly id: string;
	readonly listed: ModelInfo;
	/** What the build-time catalogue knew when the list was fetched. */
	readonly catalog?: ModelInfo;
	readonly user?: ModelInfo;
	/** Typed in by hand: kept when the list does not name it. */
	readonly manual: Flag;
	readonly favourite: Flag;
	/** 0 until used. */
	readonly lastUsedAt: number;
	/** When the provider's list last named it; 0 for a manual one. */
	readonly seenAt: number;
	/** Optional parameters it has refused. */
	readonly refusedParameters: readonly ParameterName[];
	/** How requests to it are cut; missing: as the settings say. */
	readonly contextStrategy?: Strategy;
	/** How far our token estimates are off, learnt from what it reported. */
	readonly calibration?: Calibration;
}

export interface DraftRow {
	/** The conversation, or `''` for the new one. */
	readonly conversationId: ConversationId | '';
	readonly text: string;
	/** What a new conversation is to ask with; missing where it is stored with the conversation. */
	readonly systemPrompt?: string;
	readonly parameters?: GenerationParameters;
	readonly contextStrategy?: Strategy | null;
	readonly updatedAt: number;
}

/** One finished request. Holds no word of it, and outlives its conversation and connection. */
export interface UsageRow {
	readonly id: string;
	readonly rid: string;
	/** Local calendar day, `YYYY-MM-DD`. */
	readonly day: string;
	readonly at: number;
	readonly connectionId: ConnectionId | '';
	/** Copied, so that a deleted connection keeps its name. */
	readonly connectionLabel?: string;
	readonly presetId?: PresetId;
	readonly conversationId?: ConversationId;
	readonly modelId: string;
	readonly purpose: 'answer' | 'title' | 'summary';
	readonly usage: Usage;
	/** USD at the prices of that day; missing when they or the tokens are not known. */
	readonly costUsd?: number;
	/** USD that the provider's prompt cache saved, what filling it cost taken off. */
	readonly savedUsd?: number;
	/** 1: the provider reported no tokens, so they and the cost are ≈. */
	readonly estimated?: Flag;
}

/**
 * Running totals of `usage`, written in the same transaction: one row per span of time, connection,
 * model and purpose, so that a dashboard reads few rows however long the history is. Money is whole
 * nanodollars (1e-9 USD): integer sums do not depend on the order of their parts. Derived: never
 * synced.
 */
export interface UsageTotalRow {
	readonly span: 'day' | 'month';
	/** Local `YYYY-MM-DD` or `YYYY-MM`. */
	readonly start: string;
	readonly connectionId: ConnectionId | '';
	readonly modelId: string;
	readonly purpose: UsageRow['purpose'];
	/** As they were with the last request; `''` when never known. */
	readonly connectionLabel: string;
	readonly presetId: PresetId | '';
	readonly requests: number;
	/** Requests whose cost is not known, and requests whose tokens are estimated. */
	readonly unpriced: number;
	readonly estimated: number;
	readonly inputTokens: number;
	readonly outputTokens: number;
	readonly cachedInputTokens: number;
	readonly reasoningTokens: number;
	readonly costNano: number;
	readonly savedNano: number;
}

/** A place in a connection's last minute; see `limits/`. Local to this device. */
export interface ReservationRow {
	readonly id: string;
	readonly connectionId: ConnectionId;
	/** Present where the provider counts each model by itself. */
	readonly modelId?: string;
	/** When the request went out, or will. */
	readonly at: number;
	/** Input and expected output; corrected when the provider reports. */
	readonly tokens: number;
	/** Present while it waits, with when it was last looked after: a closed tab leaves it behind. */
	readonly waiting?: { readonly seenAt: number };
}

/**
 * One setting. `value` is its only field that changes, so one stamp is enough; and it is found by
 * `key` on every device, whose records of one setting are merged into the one with the later stamp.
 */
export interface SettingRow {
	readonly key: string;
	/** Missing in a row that was last written before there was one: made with the next write. */
	readonly rid?: string;
	readonly value: unknown;
	readonly stamp: Stamp;
}

/** Bookkeeping of this device: the clock and what else is never synced. */
export interface LocalRow {
	readonly key: string;
	readonly value: unknown;
}

/** A row that a sync has to push. Written in the same transaction as the row itself. */
export interface OutboxRow {
	readonly rid: string;
	readonly table: SyncedTable;
	readonly key: unknown;
	readonly at: number;
}

/** A row that was deleted for good; wins over every later write. */
export interface TombstoneRow {
	readonly rid: string;
	readonly table: SyncedTable;
	readonly stamp: Stamp;
}

export type SyncedTable =
	'conversations' | 'messages' | 'summaries' | 'attachments' | 'connections' | 'usage' | 'settings';
