/**
 * Requests before they leave: what goes into one, how long it is, and what that would cost. One
 * way for sending, measuring and showing.
 */
import { UNCALIBRATED } from '#lib/context-window';
import {
	newMessageId,
	type ConversationRow,
	type Database,
	type MessageRow,
	type ModelRow
} from '#lib/db/engine';
import type {
	ContextEntry,
	ContextMeasure,
	ContextPreview,
	ContextQuery,
	RequestVerbs
} from '#lib/engine/engine';
import { limitsInForce, type Limits } from '#lib/limits/engine';
import { costOf, presets, type GenerateRequest, type ProviderErrorDetails } from '#lib/providers';
import type { Branches } from './branches.ts';
import { TokenCounter, type BranchMessage } from './counts.ts';
import { curlCommand, KEY_PLACEHOLDER } from './curl.ts';
import { knowModel, readChoice } from './models.ts';
import { buildRequest, textOf, type KnownModel } from './prompt.ts';
import { SurroundingsReader, type Surroundings } from './surroundings.ts';
import type { Dependencies } from './types.ts';
import { failureOf, openWindow, type Window, type WindowInput } from './window.ts';
import { words } from './words.ts';

export interface RequestsOptions {
	readonly db: Database;
	readonly now: () => number;
	readonly branches: Branches;
	readonly catalogModel: Dependencies['catalogModel'];
	readonly recordRequest: Dependencies['recordRequest'];
}

/** An answer about to be asked for. */
export interface PreparationInput {
	readonly conversation: WindowInput['conversation'];
	readonly answer: Pick<MessageRow, 'modelId' | 'parameters' | 'parts'>;
	/** Root to the message that is answered. */
	readonly branch: readonly BranchMessage[];
	readonly surroundings: Surroundings;
	readonly model: KnownModel;
	readonly limits: Limits;
}

export type Preparation =
	| {
			readonly ok: true;
			readonly request: GenerateRequest;
			/** ≈ tokens of the whole input. */
			readonly inputTokens: number;
			/** Kept free for the answer (tokens). */
			readonly reservedOutput: number;
	  }
	| { readonly ok: false; readonly error: ProviderErrorDetails };

/** There is no such request to show. */
export class RequestError extends Error {
	override readonly name = 'RequestError';
	readonly kind: string;

	constructor(kind: string, message: string) {
		super(message);
		this.kind = kind;
	}
}

/** Of a message in “What will be sent” (UTF-16 units). */
const EXCERPT = 140;
/** A summary is about this part of what it stands for, for its price. */
const SUMMARY_SHARE = 0.1;
const LONGEST_SUMMARY = 1500;

export class Requests implements Pick<RequestVerbs, 'measure' | 'preview' | 'copyRequest'> {
	readonly #options: RequestsOptions;
	readonly #surroundings: SurroundingsReader;

	constructor(options: RequestsOptions) {
		this.#options = options;
		this.#surroundings = new SurroundingsReader(options.db);
	}

	close(): void {
		this.#surroundings.close();
	}

	/** Summaries and settings that decide over a conversation's requests. */
	surroundingsOf(id: ContextQuery['conversationId']): Promise<Surroundings> {
		return this.#surroundings.read(id);
	}

	/** The request for one answer, fitted to its model; or why it cannot go out. */
	prepare(input: PreparationInput): Preparation {
		const { answer, conversation, model } = input;
		const window = openWindow({
			...input,
			parameters: answer.parameters,
			partial: textOf(answer.parts),
			counter: counterFor(answer.modelId, model)
		});
		const error = failureOf(window);
		if (error !== undefined) return { ok: false, error };
		return {
			ok: true,
			request: buildRequest({
				systemPrompt: conversation.systemPrompt,
				answer,
				sent: window.sent,
				summary: window.summary?.text ?? '',
				model
			}),
			inputTokens: window.result.tokens,
			reservedOutput: window.budget.reservedOutput
		};
	}

	async measure(query: ContextQuery): Promise<ContextMeasure> {
		const { window, model } = await this.windowOf(query);
		return measureOf(window, model);
	}

	async preview(query: ContextQuery): Promise<ContextPreview> {
		const { window, model } = await this.windowOf(query);
		return { ...measureOf(window, model), entries: entriesOf(window) };
	}

	/** The request that `text` would make. No stored key is opened for it. */
	async copyRequest(query: ContextQuery, text: string): Promise<string> {
		const situation = await this.#situationOf(query);
		const { branch, conversation, parameters, connection } = situation;
		const question: BranchMessage = {
			id: newMessageId(),
			role: 'user',
			parts: [{ type: 'text', text }],
			state: 'complete',
			modelId: '',
			pinned: 0
		};
		const prepared = this.prepare({
			...situation,
			conversation: { ...conversation, ...strategyOf(query) },
			branch: text.trim() === '' ? branch : [...branch, question],
			answer: { modelId: query.modelId, parameters, parts: [] }
		});
		if (!prepared.ok) throw new RequestError(prepared.error.kind, prepared.error.message);
		if (connection === undefined) throw new RequestError('no-connection', words.noConnection);
		const { presetId, protocol, baseUrl, sealedKey } = connection;
		const hasKey = sealedKey !== null || presets[presetId].key === 'required';
		const wire = await this.#options.recordRequest(prepared.request, {
			presetId,
			protocol,
			baseUrl,
			...(hasKey && { apiKey: KEY_PLACEHOLDER })
		});
		if (wire === undefined) throw new RequestError('no-request', words.noRequest);
		return curlCommand(wire);
	}

	/** What a request would be made of; the draft of the query is in it. */
	async windowOf(
		query: ContextQuery
	): Promise<{ readonly window: Window; readonly model: KnownModel }> {
		const situation = await this.#situationOf(query);
		const window = openWindow({
			...situation,
			counter: counterFor(query.modelId, situation.model),
			partial: '',
			draftTokens: query.draftTokens,
			strategy: query.strategy
		});
		return { window, model: situation.model };
	}

	/** All that is stored of what a query asks about. */
	async #situationOf(query: ContextQuery) {
		const { db, now, branches, catalogModel } = this.#options;
		const { conversationId, leafId, modelId } = query;
		const [stored, conversation, branch, surroundings] = await Promise.all([
			readChoice(db, query),
			conversationId === '' ? undefined : db.conversations.get(conversationId),
			conversationId === '' ? [] : branches.read(conversationId, leafId),
			this.surroundingsOf(conversationId)
		]);
		return {
			branch,
			conversation: conversation ?? {
				systemPrompt: query.systemPrompt ?? '',
				contextDividerId: '' as const
			},
			surroundings,
			model: await knowModel(stored, modelId, catalogModel),
			parameters: query.parameters ?? conversation?.parameters ?? {},
			connection: stored.connection,
			limits: stored.connection === undefined ? {} : limitsInForce(stored.connection, now())
		};
	}
}

const strategyOf = ({ strategy }: ContextQuery): Pick<ConversationRow, 'contextStrategy'> =>
	strategy === undefined ? {} : { contextStrategy: strategy };

function counterFor(modelId: ModelRow['id'], { calibration }: KnownModel): TokenCounter {
	return new TokenCounter({ modelId, calibration: calibration ?? UNCALIBRATED });
}

function measureOf(window: Window, { info }: KnownModel): ContextMeasure {
	const { result, parts, budget, isWindowKnown, isApproximate, strategy, strategyFrom } = window;
	const { sent, leftOut } = result;
	const inputCostUsd = costOf({ inputTokens: parts.input, outputTokens: 0 }, info.prices);
	return {
		budget,
		isWindowKnown,
		parts,
		isApproximate,
		strategy,
		strategyFrom,
		startsAt: sent[0] ?? '',
		leftOutCount: leftOut.length,
		toSummarise: toSummarise(window, info.prices),
		...(!result.ok && { failure: { kind: result.failure, overBy: result.overBy } }),
		...(inputCostUsd !== undefined && { inputCostUsd })
	};
}

function toSummarise(
	{ messages, result, summary, parts }: Window,
	prices: KnownModel['info']['prices']
): ContextMeasure['toSummarise'] {
	const ids = new Set<string>(
		result.leftOut.filter(({ reason }) => reason === 'to-summarise').map(({ id }) => id)
	);
	if (ids.size === 0) return { count: 0 };
	// A new summary stands for what the earlier one stood for, too.
	const inputTokens = messages.reduce(
		(sum, { row, count }) => sum + (ids.has(row.id) ? count.tokens : 0),
		summary === undefined ? 0 : parts.summary
	);
	const outputTokens = Math.min(LONGEST_SUMMARY, Math.ceil(inputTokens * SUMMARY_SHARE));
	const costUsd = costOf({ inputTokens, outputTokens }, prices);
	return { count: ids.size, ...(costUsd !== undefined && { costUsd }) };
}

function entriesOf({ messages, result }: Window): ContextEntry[] {
	const reasons = new Map(result.leftOut.map(({ id, reason }) => [id, reason]));
	return messages.map(({ row, count }) => {
		const leftOut = reasons.get(row.id);
		return {
			id: row.id,
			role: row.role,
			excerpt: textOf(row.parts)
				.slice(0, EXCERPT * 2)
				.replace(/\s+/g, ' ')
				.trim()
				.slice(0, EXCERPT),
			...count,
			pinned: row.pinned === 1,
			excluded: row.excluded === 1,
			...(leftOut !== undefined && { leftOut })
		};
	});
}
