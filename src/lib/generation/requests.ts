/**
 * Requests before they leave: what goes into one, how long it is, and what that would cost. One
 * way for sending, measuring and showing.
 */
import { exchangesOf, UNCALIBRATED, type Calibration } from '#lib/context-window';
import { Tokenizers, type Tokenizer } from '#lib/context-window/engine';
import {
	newMessageId,
	type ConnectionId,
	type ConnectionRow,
	type ConversationRow,
	type Database,
	type MessageRow
} from '#lib/db/engine';
import type {
	ContextEntry,
	ContextMeasure,
	ContextPreview,
	ContextQuery,
	ModelChoice,
	RequestVerbs
} from '#lib/engine/engine';
import type { WireRequest } from '#lib/providers/engine';
import { limitsInForce, tightest, type Limits } from '#lib/limits/engine';
import {
	costOf,
	presets,
	type GenerateRequest,
	type OpenConnection,
	type ProviderErrorDetails,
	type Usage
} from '#lib/providers';
import type { Branches } from './branches.ts';
import { TokenCounter, type BranchMessage } from './counts.ts';
import { ChoiceReader, knowModel, noteInput, type StoredChoice } from './models.ts';
import { buildRequest, textOf, type KnownModel } from './prompt.ts';
import { resolveChoice } from './routes.ts';
import type { SummaryWish } from './summary-wish.ts';
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
	readonly countInput: Dependencies['countInput'];
	readonly loadTokenizer: () => Promise<Tokenizer>;
	/** No answer runs. */
	readonly isIdle: () => boolean;
	/** Takes a small write that nobody waits for. */
	readonly inBackground: (work: Promise<void>) => void;
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

/** Who is asked, and until when. */
export interface Asking {
	readonly choice: ModelChoice;
	readonly connection: OpenConnection;
	readonly signal: AbortSignal;
	/** Nobody is asked to count before the turn is on disk. */
	readonly committed: Promise<unknown>;
}

/** What a request would be made of. */
export interface Situation extends WindowInput {
	/** The model that would be asked. */
	readonly choice: ModelChoice;
	readonly connection: ConnectionRow | undefined;
}

export type Preparation =
	| {
			readonly ok: true;
			readonly request: GenerateRequest;
			/** ≈ tokens of the whole input. */
			readonly inputTokens: number;
			/** Kept free for the answer (tokens). */
			readonly reservedOutput: number;
			/** Takes what the provider reported, so that later estimates are better. */
			readonly learn: (usage: Usage) => void;
			/** To be made first, because the strategy says so. */
			readonly wish?: SummaryWish;
			/** So many messages stay behind though there is a summary of them: it has no room. */
			readonly unsummarised?: number;
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

/** From this part of the budget on, an estimate is not good enough. */
const NEARLY_FULL = 0.9;
/** What is so much too long stays so, whoever counts. */
const HOPELESS = 1.5;
/** A count this far off the estimate counts something else. */
const MOST_OFF = 3;
/** Who asks for figures waits so long for exact ones (ms). */
const PATIENCE = 150;
/** Of a message in “What will be sent” (UTF-16 units). */
const EXCERPT = 140;

export class Requests implements Pick<
	RequestVerbs,
	'measure' | 'preview' | 'whenExact' | 'copyRequest'
> {
	readonly #options: RequestsOptions;
	readonly #surroundings: SurroundingsReader;
	readonly #tokenizers: Tokenizers;
	readonly #choices: ChoiceReader;

	constructor(options: RequestsOptions) {
		this.#options = options;
		const { loadTokenizer: load, isIdle } = options;
		this.#tokenizers = new Tokenizers({ load, isIdle });
		this.#surroundings = new SurroundingsReader(options.db);
		this.#choices = new ChoiceReader(options.db);
	}

	close(): void {
		this.#surroundings.close();
		this.#tokenizers.close();
		this.#choices.close();
	}

	/** Summaries and settings that decide over a conversation's requests. */
	surroundingsOf(id: ContextQuery['conversationId']): Promise<Surroundings> {
		return this.#surroundings.read(id);
	}

	/** A conversation as it is stored; undefined while it is not. */
	conversationOf(id: ContextQuery['conversationId']): Promise<ConversationRow | undefined> {
		return this.#surroundings.conversationOf(id);
	}

	/** Connection and model of a choice as they are stored. */
	choiceOf(choice: ModelChoice): Promise<StoredChoice> {
		return this.#choices.read(choice);
	}

	/** Reads, counts and fits what the next request of a branch would be made of. */
	async warm(query: ContextQuery): Promise<Situation> {
		const situation = await this.#situationFor(query);
		openWindow(situation);
		return situation;
	}

	/**
	 * The request for one answer, fitted to its model; or why it cannot go out. One that would fill
	 * the window by an estimate is counted by the provider first, where that can be asked.
	 */
	async prepare(input: PreparationInput, asking: Asking): Promise<Preparation> {
		const { modelId } = input.answer;
		const counter = this.#counter(modelId, input.model.calibration);
		let situation = situationOf(input, counter);
		let window = openWindow(situation);
		const learn = (estimated: number, reported: number | undefined): void => {
			if (reported === undefined) return;
			const lesson = { estimated, reported };
			this.#options.inBackground(noteInput(this.#options.db, asking.choice, lesson));
		};
		if (isWorthCounting(window)) {
			const request = requestOf(input, window);
			await asking.committed;
			const counted = await this.#options.countInput(request, asking.connection, asking);
			const calibration = calibrationFrom(window, counted, input.model.calibration);
			if (calibration !== undefined) {
				learn(plainEstimate(input, window, counter), counted);
				situation = situationOf(input, this.#counter(modelId, calibration));
				window = openWindow(situation);
			}
		}
		const error = failureOf(window);
		if (error !== undefined) return { ok: false, error };
		const { kind } = window.strategy;
		const wish = kind === 'summarise' ? await wishFor(situation, window).catch(none) : undefined;
		return {
			ok: true,
			request: requestOf(input, window),
			inputTokens: window.result.tokens,
			reservedOutput: window.budget.reservedOutput,
			learn: ({ inputTokens }) => {
				learn(plainEstimate(input, window, counter), inputTokens);
			},
			...(wish !== undefined && { wish }),
			...(window.passedOver !== undefined && { unsummarised: lackingRoom(window).length })
		};
	}

	async measure(query: ContextQuery): Promise<ContextMeasure> {
		return measureOf(await this.#situationFor(query));
	}

	async preview(query: ContextQuery): Promise<ContextPreview> {
		const situation = await this.#situationFor(query);
		return { ...(await measureOf(situation)), entries: entriesOf(openWindow(situation)) };
	}

	async whenExact(query: ContextQuery): Promise<boolean> {
		const { modelId } = (await resolveChoice(this.#options.db, query)) ?? query;
		if (!(await this.#tokenizers.whenThere(modelId))) return false;
		const { branch, conversation, model } = await this.#readSituation(query);
		const counter = this.#counter(modelId, model.calibration);
		await counter.countAhead([conversation.systemPrompt, ...branch]);
		return true;
	}

	/** The request that `text` would make. No stored key is opened for it. */
	async copyRequest(query: ContextQuery, text: string): Promise<string> {
		const { curlCommand, KEY_PLACEHOLDER } = await import('./curl.ts');
		const wire = await this.#record(query, text, KEY_PLACEHOLDER);
		if (wire === undefined) throw new RequestError('no-request', words.noRequest);
		return curlCommand(wire);
	}

	/** Takes a request as far as the wire. @param apiKey stands in for the stored key */
	async #record(
		query: ContextQuery,
		text: string,
		apiKey: string
	): Promise<WireRequest | undefined> {
		const situation = await this.#readSituation(query);
		const { branch, conversation, parameters, connection } = situation;
		const question: BranchMessage = {
			id: newMessageId(),
			role: 'user',
			parts: [{ type: 'text', text }],
			state: 'complete',
			modelId: '',
			pinned: 0
		};
		const input: PreparationInput = {
			...situation,
			conversation: { ...conversation, ...strategyOf(query) },
			branch: text.trim() === '' ? branch : [...branch, question],
			answer: { modelId: situation.modelId, parameters, parts: [] }
		};
		const counter = this.#counter(situation.modelId, situation.model.calibration);
		const window = openWindow(situationOf(input, counter));
		const error = failureOf(window);
		if (error !== undefined) throw new RequestError(error.kind, error.message);
		if (connection === undefined) throw new RequestError('no-connection', words.noConnection);
		const { presetId, protocol, baseUrl, sealedKey } = connection;
		const hasKey = sealedKey !== null || presets[presetId].key === 'required';
		return this.#options.recordRequest(requestOf(input, window), {
			presetId,
			protocol,
			baseUrl,
			...(hasKey && { apiKey })
		});
	}

	/** The summary that would give this request room, and who makes it; undefined when everything fits. */
	async wishOf(query: ContextQuery): Promise<
		| {
				readonly wish: SummaryWish;
				readonly connectionId: ConnectionId;
				readonly model: KnownModel;
		  }
		| undefined
	> {
		const situation = await this.#situationFor(query);
		const wish = await wishFor(situation, openWindow(situation));
		const { connection, model } = situation;
		return wish && connection && { wish, connectionId: connection.id, model };
	}

	/** The draft of the query is in it. */
	async #situationFor(query: ContextQuery): Promise<Situation> {
		const stored = await this.#readSituation(query);
		const { branch, conversation, model, modelId } = stored;
		const counter = this.#counter(modelId, model.calibration);
		const counting = counter.countAhead([conversation.systemPrompt, ...branch]);
		await Promise.race([counting, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
		return {
			...stored,
			counter,
			partial: '',
			draft: counter.ofDraft(query.draftTokens, query.draft),
			strategy: query.strategy
		};
	}

	#counter(modelId: string, calibration: Calibration | undefined): TokenCounter {
		return new TokenCounter({ modelId, calibration, tokenizer: this.#tokenizers.of(modelId) });
	}

	/** All that is stored of what a query asks about; of a route, its first model that can be used. */
	async #readSituation(query: ContextQuery) {
		const { db, now, branches, catalogModel } = this.#options;
		const { conversationId, leafId } = query;
		const choice = (await resolveChoice(db, query)) ?? query;
		const [stored, conversation, branch, surroundings] = await Promise.all([
			this.choiceOf(choice),
			this.conversationOf(conversationId),
			conversationId === '' ? [] : branches.read(conversationId, leafId),
			this.surroundingsOf(conversationId)
		]);
		return {
			choice: { connectionId: choice.connectionId, modelId: choice.modelId },
			branch,
			conversation: conversation ?? {
				systemPrompt: query.systemPrompt ?? '',
				contextDividerId: '' as const,
				contextStrategy: query.contextStrategy ?? null
			},
			surroundings,
			modelId: choice.modelId,
			model: await knowModel(stored, choice.modelId, catalogModel),
			parameters: query.parameters ?? conversation?.parameters ?? {},
			connection: stored.connection,
			limits:
				stored.connection === undefined
					? {}
					: tightest(limitsInForce(stored.connection, choice.modelId, now()))
		};
	}
}

const none = (): undefined => undefined;

/** An answer's request, as the window decides on it. */
const situationOf = (input: PreparationInput, counter: TokenCounter): WindowInput => ({
	...input,
	parameters: input.answer.parameters,
	partial: textOf(input.answer.parts),
	counter
});

const strategyOf = ({ strategy }: ContextQuery): Pick<ConversationRow, 'contextStrategy'> =>
	strategy === undefined ? {} : { contextStrategy: strategy };

/** A request that goes out, or might if it were counted exactly. */
function isWorthCounting({ estimated, result, budget }: Window): boolean {
	const isNearlyFull = result.tokens >= budget.input * NEARLY_FULL;
	const isHopeless = !result.ok && result.tokens > budget.input * HOPELESS;
	return estimated > 0 && isNearlyFull && !isHopeless;
}

/** How estimates have to be corrected for this one request to come out as it was counted. */
function calibrationFrom(
	{ estimated, result }: Window,
	counted: number | undefined,
	{ ratio, samples }: Calibration = UNCALIBRATED
): Calibration | undefined {
	if (counted === undefined) return undefined;
	const rest = counted - (result.tokens - estimated);
	// What is left for the estimated part makes no sense: the provider counts something else.
	if (rest < estimated / MOST_OFF || rest > estimated * MOST_OFF) return undefined;
	return { ratio: (ratio * rest) / estimated, samples };
}

/** What goes out, estimated by its text alone. */
function plainEstimate(
	{ conversation, answer }: PreparationInput,
	{ sent, summary }: Window,
	counter: TokenCounter
): number {
	const texts = [
		conversation.systemPrompt,
		textOf(answer.parts),
		summary === undefined ? '' : words.summary(summary.text)
	];
	return [...texts, ...sent].reduce((sum, message) => sum + counter.plainEstimate(message), 0);
}

function requestOf(
	{ conversation, answer, model }: PreparationInput,
	{ sent, summary, result, budget, isWindowKnown }: Window
): GenerateRequest {
	const { systemPrompt } = conversation;
	const { contextWindow = 0 } = model.info;
	const outputRoom = Math.max(1, contextWindow - result.tokens - budget.margin);
	return {
		...buildRequest({ systemPrompt, answer, sent, summary: summary?.text ?? '', model }),
		...(isWindowKnown && { outputRoom })
	};
}

/** What stays behind for want of room. */
const lackingRoom = ({ result }: Window) =>
	result.leftOut.filter(({ reason }) => reason === 'no-room' || reason === 'to-summarise');

/**
 * The summary that a request wishes for, whatever its strategy; undefined where nothing stays behind
 * for want of room.
 */
async function wishFor(situation: WindowInput, window: Window): Promise<SummaryWish | undefined> {
	const lacksRoom = window.result.ok
		? lackingRoom(window).length > 0
		: window.result.failure === 'conversation-too-long';
	if (!lacksRoom) return undefined;
	// Rarely needed, and of no use without a model.
	const { summaryWish } = await import('./summary-wish.ts');
	return summaryWish(situation);
}

async function measureOf(situation: WindowInput): Promise<ContextMeasure> {
	const window = openWindow(situation);
	const { result, parts, budget, isWindowKnown, estimated, strategy, strategyFrom } = window;
	const inputUsage = { inputTokens: parts.input, outputTokens: 0 };
	const inputCostUsd = costOf(inputUsage, situation.model.info.prices);
	const wish = await wishFor(situation, window).catch(none);
	return {
		budget,
		isWindowKnown,
		parts,
		isApproximate: estimated > 0,
		strategy,
		strategyFrom,
		startsAt: startOf(window),
		leftOutCount: result.leftOut.length,
		toSummarise: {
			count: wish?.messages.length ?? 0,
			...(wish?.costUsd !== undefined && { costUsd: wish.costUsd })
		},
		isSummaryPassedOver: window.passedOver !== undefined,
		...(!result.ok && { failure: { kind: result.failure, overBy: result.overBy } }),
		...(inputCostUsd !== undefined && { inputCostUsd })
	};
}

/** Behind the last message that stays behind otherwise than by hand: what is pinned before it is no start. */
function startOf({ messages, result }: Window): ContextMeasure['startsAt'] {
	const behind = new Set<string>(
		result.leftOut.filter(({ reason }) => reason !== 'excluded').map(({ id }) => id)
	);
	return messages[messages.findLastIndex(({ row }) => behind.has(row.id)) + 1]?.row.id ?? '';
}

function entriesOf({ messages, result }: Window): ContextEntry[] {
	const reasons = new Map(result.leftOut.map(({ id, reason }) => [id, reason]));
	const pinnedWith = new Map<string, MessageRow['role']>();
	for (const exchange of exchangesOf(messages.map(({ row }) => row))) {
		const pinned = exchange.find((row) => row.pinned === 1);
		if (pinned !== undefined) for (const { id } of exchange) pinnedWith.set(id, pinned.role);
	}
	return messages.map(({ row, count }) => {
		const leftOut = reasons.get(row.id);
		const withRole = leftOut === undefined && row.pinned !== 1 ? pinnedWith.get(row.id) : undefined;
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
			...(withRole !== undefined && { pinnedWith: withRole }),
			excluded: row.excluded === 1,
			...(leftOut !== undefined && { leftOut })
		};
	});
}
