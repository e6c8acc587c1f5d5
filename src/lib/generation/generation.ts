/**
 * Turns: from an order of the page to a settled answer. One `Run` per running answer; any number
 * run at once, and none depends on a page being open on its conversation.
 */
import { loadO200k } from '#lib/context-window/engine';
import { ConversationError, readMessage } from '#lib/conversations/engine';
import {
	deviceId,
	newMessageId,
	type Database,
	type MessageId,
	type MessageRow
} from '#lib/db/engine';
import {
	generationLock,
	type AnswerOrder,
	type ContextQuery,
	type EditOrder,
	type GenerationVerbs,
	type ModelChoice,
	type SendOrder,
	type SendReceipt
} from '#lib/engine/engine';
import { countedModel, Limiter, noteLimits, waitUntil } from '#lib/limits/engine';
import { Summaries } from '#lib/summaries/engine';
import type { ProtocolId } from '#lib/providers';
import { isRouteChoice } from '#lib/connections/engine';
import type { InquiryOptions, Step, Task } from './inquiry.ts';
import { Branches } from './branches.ts';
import { commitTurn, rowsOf, type Turn } from './commit.ts';
import { Control } from './control.ts';
import { holdLock } from './locks.ts';
import { knowModel, noteRefusal, noteUse } from './models.ts';
import { Recovery } from './recovery.ts';
import { Refusals } from './refusals.ts';
import { Requests } from './requests.ts';
import type { KnownModel } from './prompt.ts';
import { rehearseTurn } from './rehearsal.ts';
import { askedBy, type Asked } from './routes.ts';
import { Run } from './run.ts';
import type { TitleTask } from './titles.ts';
import type { Dependencies, OpenedConnection } from './types.ts';

export interface GenerationOptions extends Dependencies {
	readonly db: Database;
	readonly locks: LockManager;
	readonly now: () => number;
}

/** A turn as it was ordered. */
type TurnStart = Pick<
	Turn,
	'conversationId' | 'parentId' | 'question' | 'answerId' | 'start' | 'create' | 'continuedFrom'
> & { readonly isNew?: true };

interface RunningAnswer {
	readonly run: Run;
	readonly settled: Promise<void>;
}

/**
 * The turns of one tab. `start` takes up what a crash left behind; `close` ends what runs here.
 * Verbs throw a ConversationError for what is gone; what goes wrong later stands in the answer.
 */
export class Generation implements GenerationVerbs {
	readonly #options: GenerationOptions;
	readonly #branches: Branches;
	/** What goes into requests: also looked at before there are any. */
	readonly requests: Requests;
	readonly summaries: Summaries;
	readonly #control: Control;
	readonly #limiter: Limiter;
	readonly #inquiry: InquiryOptions;
	readonly #running = new Map<MessageId, RunningAnswer>();
	/** Answers of this engine from before their commit on, and when that is done. */
	readonly #own = new Map<MessageId, Promise<unknown>>();
	/** Protocols by which a turn was played through. */
	readonly #rehearsed = new Set<ProtocolId>();
	readonly #closing = new AbortController();
	/** Small writes that nobody waits for but `close`. */
	readonly #background = new Set<Promise<void>>();
	#recovery: Recovery | undefined;
	#device: Promise<string> | undefined;

	constructor(options: GenerationOptions) {
		this.#options = options;
		this.#branches = new Branches(options.db);
		const { db, locks, now, generate } = options;
		this.requests = new Requests({
			...options,
			branches: this.#branches,
			loadTokenizer: loadO200k,
			isIdle: () => this.#own.size === 0,
			inBackground: (work) => {
				this.#inBackground(work);
			}
		});
		this.#limiter = new Limiter({ db, locks, now, waitUntil });
		this.summaries = new Summaries({ ...options, limiter: this.#limiter });
		this.#inquiry = {
			db,
			now,
			generate,
			requests: this.requests,
			summaries: this.summaries,
			limiter: this.#limiter,
			refusals: new Refusals(),
			onParameterDropped: (choice, parameter) => {
				this.#inBackground(noteRefusal(db, choice, parameter));
			},
			onRateLimit: (choice, until) => {
				const block = async (): Promise<void> =>
					this.#limiter.block(choice.connectionId, until, await this.#countedModel(choice));
				this.#inBackground(block());
			},
			onLimits: (choice, said) => {
				this.#inBackground(noteLimits(db, choice, said, now()));
			}
		};
		this.#control = new Control((verb, answerId) => {
			const run = this.#running.get(answerId)?.run;
			if (verb === 'stop') run?.stop();
			else run?.retryNow();
		});
	}

	/** Looks for answers that a crash left behind, now and as long as the engine lives. */
	async start(): Promise<void> {
		const { db, locks, now } = this.#options;
		this.#recovery = new Recovery({
			db,
			locks,
			now,
			deviceId: await this.#deviceId(),
			isOwn: (id) => this.#own.has(id)
		});
		await this.#recovery.start();
	}

	send(order: SendOrder): Promise<SendReceipt> {
		const { conversationId, parentId, text } = order;
		const { systemPrompt = '', parameters = {}, contextStrategy = null } = order;
		const { questionId: id, answerId } = order.ids ?? {
			questionId: newMessageId(),
			answerId: newMessageId()
		};
		return this.#start(order, {
			conversationId,
			parentId,
			answerId,
			...(order.isNew === true && { isNew: true }),
			question: { id, text },
			start: [],
			create: { systemPrompt, parameters, contextStrategy }
		});
	}

	async regenerate(order: AnswerOrder): Promise<SendReceipt> {
		const { conversationId, parentId } = await this.#answer(order.answerId);
		return this.#start(order, { conversationId, parentId, start: [] });
	}

	async continueAnswer(order: AnswerOrder): Promise<SendReceipt> {
		const { id, conversationId, parentId, parts } = await this.#answer(order.answerId);
		return this.#start(order, { conversationId, parentId, start: parts, continuedFrom: id });
	}

	async edit(order: EditOrder): Promise<SendReceipt> {
		const message = await this.#message(order.messageId);
		if (message.role !== 'user')
			throw new ConversationError('wrong-message', 'Only your own messages can be edited.');
		const { conversationId, parentId } = message;
		const question = { id: newMessageId(), text: order.text };
		return this.#start(order, { conversationId, parentId, question, start: [] });
	}

	async stop(answerId: MessageId): Promise<void> {
		await this.#own.get(answerId)?.catch(ignore);
		const running = this.#running.get(answerId);
		if (running !== undefined) {
			running.run.stop();
			await running.settled;
			return;
		}
		this.#control.order('stop', answerId);
		// Nobody may be there to obey.
		await this.#recovery?.check(answerId);
	}

	retryNow(answerId: MessageId): Promise<void> {
		const running = this.#running.get(answerId);
		if (running !== undefined) running.run.retryNow();
		else this.#control.order('retry-now', answerId);
		return Promise.resolve();
	}

	async warm(query: ContextQuery): Promise<void> {
		const isFree = async (): Promise<boolean> =>
			this.#limiter.isFree(query.connectionId, await this.#countedModel(query));
		const [situation] = await Promise.all([this.requests.warm(query), this.#deviceId(), isFree()]);
		const protocol = situation.connection?.protocol;
		if (protocol === undefined || this.#rehearsed.has(protocol) || this.#own.size > 0) return;
		this.#rehearsed.add(protocol);
		const { db, rehearse } = this.#options;
		const options = { ...this.#inquiry, rehearse };
		const rehearsal = rehearseTurn(db, situation.choice, situation, options, this.#closing.signal);
		this.#inBackground(rehearsal);
		await rehearsal.catch(ignore);
	}

	/** Writes all that is in memory only. */
	async flush(): Promise<void> {
		await Promise.all([...this.#running.values()].map(({ run }) => run.flush()));
	}

	/** Ends: running answers are stopped and saved, or dropped when the database goes away. */
	async close(how: 'save' | 'discard' = 'save'): Promise<void> {
		this.#closing.abort();
		this.#recovery?.close();
		const running = [...this.#running.values()];
		for (const { run } of running) {
			if (how === 'save') run.stop();
			else run.discard();
		}
		await Promise.all(running.map(({ settled }) => settled));
		await Promise.all([...this.#background, this.summaries.close()]);
		this.#control.close();
		this.requests.close();
		this.#limiter.close();
		this.#branches.close();
	}

	async #countedModel(choice: ModelChoice): Promise<string | undefined> {
		const { connection } = await this.requests.choiceOf(choice);
		return connection && countedModel(connection.presetId, choice.modelId);
	}

	#inBackground(work: Promise<void>): void {
		const done = work.catch(ignore).finally(() => {
			this.#background.delete(done);
		});
		this.#background.add(done);
	}

	#deviceId(): Promise<string> {
		const { db } = this.#options;
		this.#device ??= db
			.transaction('rw', db.local, () => deviceId(db))
			.catch((error: unknown) => {
				this.#device = undefined;
				throw error;
			});
		return this.#device;
	}

	async #message(id: MessageId): Promise<MessageRow> {
		const row = await readMessage(this.#options.db, id);
		if (row === undefined)
			throw new ConversationError('not-found', 'This message is no longer here.');
		return row;
	}

	async #answer(id: MessageId): Promise<MessageRow> {
		const row = await this.#message(id);
		if (row.role !== 'assistant' || row.parentId === '')
			throw new ConversationError('wrong-message', 'Only an answer can be asked for again.');
		return row;
	}

	/** Puts a turn on disk and starts its answer. */
	#start(
		{ connectionId, modelId }: ModelChoice,
		wanted: Omit<TurnStart, 'answerId'> & Partial<Pick<TurnStart, 'answerId'>>
	): Promise<SendReceipt> {
		const turn = { answerId: newMessageId(), ...wanted };
		if (this.#own.has(turn.answerId))
			return Promise.reject(
				new ConversationError('wrong-message', 'This answer is being written.')
			);
		const starting = this.#begin({ connectionId, modelId }, turn);
		// Of an answer that is being written already, the lock is refused.
		if (!this.#own.has(turn.answerId)) this.#own.set(turn.answerId, starting);
		return starting;
	}

	/** Everything that takes time runs side by side; the request is made while the turn is written. */
	async #begin(choice: ModelChoice, turn: TurnStart): Promise<SendReceipt> {
		const { db, locks, now } = this.#options;
		const { conversationId, parentId, answerId } = turn;
		const storedId = turn.isNew === true ? '' : conversationId;
		const lock = holdLock(locks, generationLock(answerId));
		try {
			const [{ route, steps }, stored, branch, surroundings, device] = await Promise.all([
				this.#steps(choice),
				this.requests.conversationOf(storedId),
				this.#branches.read(conversationId, parentId),
				this.requests.surroundingsOf(storedId),
				this.#deviceId()
			]);
			const [first] = steps;
			const at = now();
			const complete: Turn = {
				...turn,
				choice,
				asked: first?.choice ?? { connectionId: '', modelId: '' },
				connection: first?.connection,
				...(route !== undefined && { route }),
				deviceId: device
			};
			const rows = rowsOf(complete, stored, at);
			const { conversation, question, answer } = rows;
			const committed = commitTurn(db, { turn: complete, rows, stored, at, lock });
			const run = new Run(
				{
					conversation,
					answer,
					branch: question === undefined ? branch : [...branch, question],
					surroundings,
					steps,
					committed
				},
				this.#inquiry
			);
			const settled = this.#finish(run, lock);
			this.#running.set(answerId, { run, settled });
			await committed;
			return {
				conversationId,
				userMessageId: answer.parentId as MessageId,
				answerId,
				at
			};
		} catch (error) {
			this.#own.delete(answerId);
			letGo(lock);
			throw error;
		}
	}

	/** The models that a choice asks; the first one is opened meanwhile. */
	async #steps(choice: ModelChoice): Promise<Pick<Asked, 'route'> & Pick<Task, 'steps'>> {
		const { db, catalogModel } = this.#options;
		const isRoute = isRouteChoice(choice);
		const early = isRoute ? undefined : this.#open(choice);
		const { route, choices } = await askedBy(db, choice);
		const steps = await Promise.all(
			choices.map(async (each, place): Promise<Step> => {
				let opened = place === 0 ? (early ?? this.#open(each)) : undefined;
				let model: Promise<KnownModel> | undefined;
				const stored = await this.requests.choiceOf(each);
				return {
					choice: each,
					connection: stored.connection,
					open: () => (opened ??= this.#open(each)),
					model: () => (model ??= knowModel(stored, each.modelId, catalogModel))
				};
			})
		);
		return { steps, ...(route !== undefined && { route }) };
	}

	#open(choice: ModelChoice): Promise<OpenedConnection> {
		return this.#options.openConnection(choice.connectionId).catch((error: unknown) => ({
			ok: false,
			error: {
				kind: 'key-unreadable',
				message: error instanceof Error ? error.message : String(error)
			}
		}));
	}

	async #finish(run: Run, lock: Promise<() => void>): Promise<void> {
		const { id } = run.task.answer;
		let row: MessageRow | undefined;
		try {
			row = await run.execute();
		} finally {
			letGo(lock);
			this.#running.delete(id);
			this.#own.delete(id);
		}
		if (row === undefined) return;
		const question = run.task.branch.at(-1);
		for (const settled of [question, row])
			if (settled !== undefined) this.#branches.remember(settled);
		const { model } = run;
		if (model === undefined || row.connectionId === '') return;
		const { connectionId, modelId } = row;
		this.#inBackground(noteUse(this.#options.db, { connectionId, modelId }, row.createdAt));
		this.#inBackground(this.#suggestTitle({ branch: run.task.branch, model }, row));
	}

	/** Loaded when there is something to name: a title needs a model, never the app alone. */
	async #suggestTitle(task: TitleTask, answer: MessageRow): Promise<void> {
		// The demo works without a network, where nothing can be loaded.
		if (answer.state !== 'complete' || answer.presetId === 'demo') return;
		const { suggestTitle } = await import('./titles.ts');
		await suggestTitle(task, answer, {
			...this.#options,
			limiter: this.#limiter,
			signal: this.#closing.signal
		});
	}
}

/** It may be granted only after something else has failed. */
function letGo(lock: Promise<() => void>): void {
	void lock.then((release) => {
		release();
	}, ignore);
}

const ignore = (): void => undefined;
