/**
 * What the page may ask about a request before it is sent, and order about what goes into it.
 * All lengths are tokens, money is USD.
 */
import type { Budget, FitFailure, LeftOutReason, Strategy } from '#lib/context-window';
import type { ConversationId, MessageId, SummaryId } from '#lib/db';
import type { GenerationParameters } from '#lib/providers';
import type { ModelChoice } from './contract.ts';

/** The next request of a branch, as it would be if it were sent now. */
export interface ContextQuery extends ModelChoice {
	/** `''`: a chat that is not there yet. */
	readonly conversationId: ConversationId | '';
	/** The leaf that would be answered to, `''` for the first message. */
	readonly leafId: MessageId | '';
	/** ≈ tokens of the draft, as the page estimates them while it is typed. */
	readonly draftTokens: number;
	/** The draft itself, to be counted exactly where that can be done. */
	readonly draft?: string;
	/** For a chat that is not there yet. */
	readonly systemPrompt?: string;
	readonly parameters?: GenerationParameters;
	readonly contextStrategy?: Strategy | null;
	/** Another strategy than the one in force, to look at what it would do. */
	readonly strategy?: Strategy;
}

/** What of the request is what. The parts add up to `input`. */
export interface ContextParts {
	readonly system: number;
	readonly summary: number;
	readonly pinned: number;
	/** What goes along of the conversation beside pinned messages; attachments counted apart. */
	readonly history: number;
	readonly attachments: number;
	readonly draft: number;
	readonly input: number;
}

/** The figures of the meter: small, however long the conversation. */
export interface ContextMeasure {
	readonly budget: Budget;
	/** False: nobody knows this model's context window, `budget.window` is a stated default. */
	readonly isWindowKnown: boolean;
	readonly parts: ContextParts;
	/** True when any count is an estimate: shown with ≈. */
	readonly isApproximate: boolean;
	readonly strategy: Strategy;
	readonly strategyFrom: 'conversation' | 'model' | 'settings' | 'query';
	/**
	 * Where the window starts: the line of the transcript stands above it. What is pinned before it
	 * goes along all the same, what is left out by hand behind it does not. `''`: only the draft.
	 */
	readonly startsAt: MessageId | '';
	/** How many messages of the branch stay behind, for whatever reason. */
	readonly leftOutCount: number;
	/**
	 * Where something stays behind for want of room, whatever the strategy: how many messages a new
	 * summary would take in, and ≈ USD to make it (missing: unknown price). 0: nothing to summarise.
	 */
	readonly toSummarise: { readonly count: number; readonly costUsd?: number };
	/** There is a summary of what came before, but no room for it beside the rest. */
	readonly isSummaryPassedOver: boolean;
	/** Why it cannot go out as it is. */
	readonly failure?: { readonly kind: FitFailure; readonly overBy: number };
	/** ≈ USD of the input at today's prices; undefined when unknown. */
	readonly inputCostUsd?: number;
}

/** One message of the branch in “What will be sent”. */
export interface ContextEntry {
	readonly id: MessageId;
	readonly role: 'user' | 'assistant';
	/** Its beginning, without line breaks. */
	readonly excerpt: string;
	readonly tokens: number;
	readonly isApproximate: boolean;
	readonly pinned: boolean;
	/** It goes along because this other message of its exchange is pinned. */
	readonly pinnedWith?: 'user' | 'assistant';
	/** Left out by hand. */
	readonly excluded: boolean;
	/** Missing: it goes along. */
	readonly leftOut?: LeftOutReason;
}

export interface ContextPreview extends ContextMeasure {
	/** Root to leaf. */
	readonly entries: readonly ContextEntry[];
}

/** How making a summary ended. */
export type SummaryResult =
	| { readonly ok: true; readonly id: SummaryId }
	| { readonly ok: false; readonly isCancelled: boolean; readonly message: string };

/** Looking at the next request, and choosing what goes into it. */
export interface RequestVerbs {
	measure(query: ContextQuery): Promise<ContextMeasure>;
	preview(query: ContextQuery): Promise<ContextPreview>;
	/**
	 * Resolves once the stored part of the request is counted exactly: another measure then is. False
	 * where nobody can count for this model, or not now.
	 */
	whenExact(query: ContextQuery): Promise<boolean>;
	/** The request as it would go out, as a curl command; the key is a placeholder. */
	copyRequest(query: ContextQuery, text: string): Promise<string>;
	/** Leaves a message out of every later request, or takes it back in. */
	excludeMessage(messageId: MessageId, excluded: boolean): Promise<void>;
	/**
	 * Forgets without deleting: later requests start after the exchange of this message, whichever of
	 * its answers is shown. `''` takes it back.
	 */
	clearUpTo(conversationId: ConversationId, messageId: MessageId | ''): Promise<void>;
	/** null: what the model or the settings say. */
	setStrategy(conversationId: ConversationId, strategy: Strategy | null): Promise<void>;
}

export interface SummaryVerbs {
	/** Summarises what the strategy `summarise` would leave out of this request. One request or several, in the limiter behind the person's turns. */
	summarise(query: ContextQuery): Promise<SummaryResult>;
	cancelSummary(conversationId: ConversationId): Promise<void>;
	editSummary(id: SummaryId, text: string): Promise<void>;
	/** The messages it stood for go along again. */
	removeSummary(id: SummaryId): Promise<void>;
	restoreSummary(id: SummaryId): Promise<void>;
}

export interface ContextVerbs extends RequestVerbs, SummaryVerbs {}
