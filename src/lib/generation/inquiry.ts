/**
 * Asking for one answer: one model, or those of a route in their order. Each is opened, checked,
 * fitted and given its place in the connection's minute; who cannot take the turn passes it on, as
 * long as nothing has arrived. A short wait is waited for, and the last model waits as long as it
 * takes. What happens is told to the listener; how it ends is returned.
 */
import type {
	ConnectionRow,
	ConversationRow,
	Database,
	MessageError,
	MessageRow,
	PassedModel,
	SummaryProgress
} from '#lib/db/engine';
import { OWN_LIMIT, type ModelChoice } from '#lib/engine/engine';
import {
	limitsFromHeaders,
	limitsFromWords,
	limitsInForce,
	tightest,
	withLearnt,
	type Grant,
	type Limiter,
	type NamedLimits,
	type PlaceRequest
} from '#lib/limits/engine';
import {
	ProviderError,
	type FinishReason,
	type ParameterName,
	type ProviderErrorDetails,
	type StreamEvent,
	type Usage
} from '#lib/providers';
import { readSetting } from '#lib/settings/engine';
import { reasons, type Summaries } from '#lib/summaries/engine';
import { checkBudget, describeStop } from '#lib/usage/engine';
import { detailsOf, localError } from './failures.ts';
import type { KnownModel } from './prompt.ts';
import type { Refusals } from './refusals.ts';
import type { Preparation, Requests } from './requests.ts';
import { passesOn } from './routes.ts';
import type { SettledState } from './settle.ts';
import { isToldAlready, summariseFirst } from './summarising.ts';
import type { Surroundings } from './surroundings.ts';
import type { Generate, OpenedConnection } from './types.ts';
import { words } from './words.ts';

/** A provider that asks for no more than this is waited for, though another model is there (ms). */
const SHORT_WAIT = 2_000;
/** A wait for our own limits that is longer goes to another model that is free (ms). */
const LONG_WAIT = 5_000;

/** One model that may be asked. */
export interface Step {
	readonly choice: ModelChoice;
	/** As it was stored when the turn began: what history calls it. */
	readonly connection: ConnectionRow | undefined;
	/** Opened once, when it is first needed. */
	readonly open: () => Promise<OpenedConnection>;
	readonly model: () => Promise<KnownModel>;
}

/** An answer to be asked for. */
export interface Task {
	readonly conversation: Omit<ConversationRow, 'stamps'>;
	/** As it is committed, state `streaming`. */
	readonly answer: MessageRow;
	/** No request leaves before the turn is on disk. Rejects when it could not be written. */
	readonly committed: Promise<void>;
	/** Root to the message that is answered. */
	readonly branch: readonly MessageRow[];
	readonly surroundings: Surroundings;
	/** Empty when a route was chosen that is gone. */
	readonly steps: readonly Step[];
}

export interface InquiryOptions {
	readonly db: Database;
	readonly now: () => number;
	readonly generate: Generate;
	readonly requests: Pick<Requests, 'prepare'>;
	readonly summaries: Pick<Summaries, 'make'>;
	readonly limiter: Pick<Limiter, 'acquire' | 'freeAt' | 'unblock'>;
	readonly refusals: Refusals;
	/** The model refused a parameter: to be remembered. */
	readonly onParameterDropped: (choice: ModelChoice, parameter: ParameterName) => void;
	/** The provider wants no request before that time. */
	readonly onRateLimit: (choice: ModelChoice, until: number) => void;
	/** The provider named its limits. */
	readonly onLimits: (choice: ModelChoice, said: NamedLimits) => void;
}

/** Text, reasoning or a tool call. */
export type Arrival = Exclude<StreamEvent, { type: 'finish' | 'retry' | 'parameter-dropped' }>;

export interface InquiryListener {
	onArrival(event: Arrival): void;
	/** Nothing will come until then; undefined: the wait is over. */
	onWait(waiting: MessageRow['waiting']): void;
	/** A summary is made first; undefined: it is over. */
	onSummary(progress: SummaryProgress | undefined): void;
	/** The next model takes the turn. */
	onPassed(): void;
}

export interface Outcome {
	readonly state: SettledState;
	readonly error?: MessageError;
	readonly finishReason?: FinishReason;
	readonly usage?: Usage;
}

/** A request that is ready to go, and the place it needs. */
type Ready =
	| {
			readonly ok: true;
			readonly opened: Extract<OpenedConnection, { ok: true }>;
			readonly prepared: Extract<Preparation, { ok: true }>;
			readonly place: PlaceRequest;
	  }
	| { readonly ok: false; readonly error: MessageError };

export class Inquiry {
	readonly #task: Task;
	readonly #options: InquiryOptions;
	readonly #listener: InquiryListener;
	readonly #signal: AbortSignal;
	#place = 0;
	#passed: readonly PassedModel[] = [];
	#firstSentAt: number | undefined;
	#lastSentAt: number | undefined;
	#inputTokens = 0;
	#reservedOutput = 0;
	#grant: Grant | undefined;
	/** Of the conversation, the ones made for this turn too. */
	#summaries: Surroundings['summaries'];
	#goesWithoutSummary = false;
	#notSummarised: MessageRow['notSummarised'];
	#hasArrived = false;
	#isWaiting = false;
	/** What this step's provider said of its limits in a refusal. */
	#learnt: NamedLimits | undefined;
	#endWait: (() => void) | undefined;

	constructor(task: Task, options: InquiryOptions, listener: InquiryListener, signal: AbortSignal) {
		this.#task = task;
		this.#options = options;
		this.#listener = listener;
		this.#signal = signal;
		this.#summaries = task.surroundings.summaries;
	}

	/** The model that was asked last. */
	get step(): Step | undefined {
		return this.#task.steps[this.#place];
	}

	/** The models that could not take the turn. */
	get passed(): readonly PassedModel[] {
		return this.#passed;
	}

	/** When the request that is answered went out; while nothing has arrived, the first one. */
	get sentAt(): number | undefined {
		return this.#hasArrived ? this.#lastSentAt : this.#firstSentAt;
	}

	/** ≈ tokens of what was sent. */
	get inputTokens(): number {
		return this.#inputTokens;
	}

	/** What stays behind without a summary, and why; undefined when there is nothing to tell. */
	get notSummarised(): MessageRow['notSummarised'] {
		return this.#notSummarised;
	}

	/** Ends a wait that the provider asked for. */
	retryNow(): void {
		this.#endWait?.();
	}

	async ask(): Promise<Outcome> {
		for (;;) {
			const outcome = await this.#askStep();
			this.#remember(outcome);
			if (await this.#learnsFrom(outcome)) {
				await this.#grant?.release();
				continue;
			}
			if (!this.#canPassOn(outcome)) return outcome;
			await this.settle();
			this.#passOn(outcome.error);
		}
	}

	/** A wait that is too long for this turn is one for the next turn too. */
	#remember({ state, error }: Outcome): void {
		const { refusals, now } = this.#options;
		const { step } = this;
		if (step === undefined) return;
		if (state === 'complete') refusals.forget(step);
		else if (error !== undefined && 'retryAfterMs' in error) refusals.note(step, error, now());
	}

	/** Corrects the log of the connection's minute; a request that never left gives its place back. */
	async settle(usage?: Usage): Promise<void> {
		const grant = this.#grant;
		this.#grant = undefined;
		if (this.#lastSentAt === undefined) await grant?.release();
		else if (usage?.inputTokens !== undefined && usage.outputTokens !== undefined)
			await grant?.settle(usage.inputTokens + usage.outputTokens);
	}

	#isStopped(): boolean {
		return this.#signal.aborted;
	}

	get #hasNext(): boolean {
		return this.#place + 1 < this.#task.steps.length;
	}

	#canPassOn(outcome: Outcome): outcome is Outcome & { readonly error: MessageError } {
		if (this.#isStopped() || this.#hasArrived || !this.#hasNext) return false;
		return outcome.error !== undefined && passesOn(outcome.error);
	}

	#passOn(error: MessageError): void {
		const { step } = this;
		const connectionLabel = step?.connection?.label ?? '';
		const modelId = step?.choice.modelId ?? '';
		this.#passed = [...this.#passed, { connectionLabel, modelId, error }];
		this.#place += 1;
		this.#learnt = undefined;
		this.#lastSentAt = undefined;
		this.#isWaiting = false;
		this.#listener.onPassed();
	}

	/** Whether a refusal named a limit that the same request, cut to it, can keep. */
	async #learnsFrom({ error }: Outcome): Promise<boolean> {
		if (this.#isStopped() || this.#hasArrived || this.#learnt !== undefined) return false;
		const { step } = this;
		if (step === undefined || (error?.kind !== 'too_large' && error?.kind !== 'rate_limit'))
			return false;
		if ('code' in error && error.code === OWN_LIMIT) return false;
		this.#learnt = await limitsFromWords(error.message);
		if (this.#learnt === undefined) return false;
		this.#options.onLimits(step.choice, this.#learnt);
		// Of a minute that is used up, room for an answer is no reason to ask for less.
		const needed = this.#inputTokens + (error.kind === 'too_large' ? this.#reservedOutput : 0);
		return (this.#learnt.tokensPerMinute ?? Number.POSITIVE_INFINITY) < needed;
	}

	async #askStep(): Promise<Outcome> {
		const { step } = this;
		const failed = (error: MessageError): Outcome => ({ state: 'failed', error });
		try {
			if (step === undefined) return failed({ kind: 'no-model', message: words.routeGone });
			if (step.choice.modelId === '') return failed({ kind: 'no-model', message: words.noModel });
			const refusal = this.#hasNext ? this.#refusalOf(step) : undefined;
			if (refusal !== undefined) return failed(refusal);
			const found = await this.#prepare(step, this.#signal);
			if (this.#isStopped()) return { state: 'stopped' };
			if (!found.ok) return failed(found.error);
			if (await this.#isBetterElsewhere(found.place))
				return failed({ kind: 'rate_limit', code: OWN_LIMIT, message: words.ownLimit });
			const ready = await this.#summariseFirst(step, found);
			if (this.#isStopped()) return { state: 'stopped' };
			if (!ready.ok) return failed(ready.error);
			this.#tellUnsummarised(ready.prepared.unsummarised);
			this.#inputTokens = ready.prepared.inputTokens;
			this.#reservedOutput = ready.prepared.reservedOutput;
			this.#grant = await this.#reserve(ready.place);
			if (this.#isStopped()) return { state: 'stopped' };
			return await this.#stream(step, ready);
		} catch (error) {
			if (this.#isStopped()) return { state: 'stopped' };
			const details = detailsOf(error);
			return { state: details.kind === 'interrupted' ? 'interrupted' : 'failed', error: details };
		}
	}

	#refusalOf(step: Step): ProviderErrorDetails | undefined {
		const { refusals, now } = this.#options;
		return refusals.of(step, now());
	}

	/** Everything before the request, but its place. */
	async #prepare(step: Step, signal: AbortSignal): Promise<Ready> {
		const opened = await step.open();
		if (!opened.ok) return { ok: false, error: localError(opened.error) };
		const { row } = opened;
		if (row.enabled === 0)
			return { ok: false, error: { kind: 'no-connection', message: words.connectionOff } };
		const overspent = await this.#overspent(row);
		if (overspent !== undefined) return { ok: false, error: overspent };
		const { now, requests } = this.#options;
		const { connectionId, modelId } = step.choice;
		const learnt = step === this.step ? this.#learnt : undefined;
		const known = learnt === undefined ? row : withLearnt(row, modelId, learnt, now());
		const limits = limitsInForce(known, modelId, now());
		const most = tightest(limits);
		const prepared = await requests.prepare(
			{
				...this.#task,
				surroundings: { ...this.#task.surroundings, summaries: this.#summaries },
				answer: { ...this.#task.answer, modelId },
				model: await step.model(),
				limits: most
			},
			{
				choice: step.choice,
				connection: opened.connection,
				signal,
				committed: this.#task.committed
			}
		);
		if (!prepared.ok) return prepared;
		const tokens =
			most.tokensPerMinute === undefined ? 0 : prepared.inputTokens + prepared.reservedOutput;
		return { ok: true, opened, prepared, place: { connectionId, limits, tokens } };
	}

	/** What has no room is summarised where the strategy says so, and the request fitted anew. */
	async #summariseFirst(step: Step, found: Extract<Ready, { ok: true }>): Promise<Ready> {
		const { wish } = found.prepared;
		if (wish === undefined || this.#goesWithoutSummary) return found;
		const { db, summaries } = this.#options;
		await this.#task.committed;
		const made = await summariseFirst({
			db,
			summaries,
			conversationId: this.#task.conversation.id,
			connectionId: step.choice.connectionId,
			model: await step.model(),
			wish,
			signal: this.#signal,
			onProgress: (progress) => {
				this.#listener.onSummary(progress);
			}
		});
		this.#listener.onSummary(undefined);
		if ('summaries' in made) {
			this.#summaries = made.summaries;
			return this.#prepare(step, this.#signal);
		}
		this.#goesWithoutSummary = true;
		this.#tell(made.notSummarised);
		return found;
	}

	#tellUnsummarised(count: number | undefined): void {
		if (count !== undefined) this.#tell({ count, reason: reasons.passedOver });
	}

	#tell(notSummarised: MessageRow['notSummarised']): void {
		if (!isToldAlready(this.#task.branch, notSummarised)) this.#notSummarised = notSummarised;
	}

	/** Why the person's own budget for this connection lets nothing more out, if so. */
	async #overspent({ id, label, budget }: ConnectionRow): Promise<MessageError | undefined> {
		const { db, now } = this.#options;
		if (budget == null) return undefined;
		const check = await checkBudget(db, id, now());
		if (check.state !== 'stop') return undefined;
		const message = describeStop(label, check, await readSetting(db, 'currency'));
		return { kind: 'no-connection', message };
	}

	/** Whether this model would have to wait for long while a later one is free. */
	async #isBetterElsewhere(place: PlaceRequest): Promise<boolean> {
		const { now, limiter } = this.#options;
		if (!this.#hasNext || (await limiter.freeAt(place)) - now() <= LONG_WAIT) return false;
		// Only a look: no provider is asked to count for it.
		const over = AbortSignal.abort();
		for (const step of this.#task.steps.slice(this.#place + 1)) {
			if (this.#refusalOf(step) !== undefined) continue;
			const ready = await this.#prepare(step, over).catch(() => undefined);
			if (ready?.ok !== true) continue;
			const freeAt = await limiter.freeAt(ready.place).catch(() => Number.POSITIVE_INFINITY);
			if (freeAt <= now()) return true;
		}
		return false;
	}

	/** A place within the limits of the connection. */
	async #reserve(place: PlaceRequest): Promise<Grant> {
		const { limiter } = this.#options;
		const grant = await limiter.acquire({
			...place,
			priority: 'turn',
			signal: this.#signal,
			onWait: (until, reason) => {
				this.#endWait = () => {
					this.#unblock();
				};
				this.#wait(
					until,
					reason === 'limit'
						? { kind: 'rate_limit', code: OWN_LIMIT, message: words.ownLimit }
						: { kind: 'rate_limit', message: words.providersWait }
				);
			}
		});
		this.#endWait = undefined;
		this.#waitIsOver();
		return grant;
	}

	async #stream(
		{ choice }: Step,
		{ opened, prepared }: Extract<Ready, { ok: true }>
	): Promise<Outcome> {
		const { now, generate, onLimits } = this.#options;
		const { committed } = this.#task;
		const events = generate(prepared.request, opened.connection, {
			signal: this.#signal,
			leave: committed,
			wait: (ms, aborted) => this.#sleep(ms, aborted),
			onHeaders: (headers) => {
				void limitsFromHeaders(headers).then((said) => {
					if (said !== undefined) onLimits(choice, said);
				});
			}
		});
		// Its making takes as long as the commit.
		const first = events.next();
		first.catch(() => undefined);
		await committed;
		this.#sent(now());
		for await (const event of begunWith(first, events)) {
			if (event.type === 'finish') {
				prepared.learn(event.usage);
				return { state: 'complete', finishReason: event.reason, usage: event.usage };
			}
			this.#take(choice, event);
		}
		if (this.#isStopped()) return { state: 'stopped' };
		const error = { kind: 'interrupted', message: words.connectionDropped } as const;
		return { state: 'interrupted', error };
	}

	#sent(at: number): void {
		this.#firstSentAt ??= at;
		this.#lastSentAt = at;
	}

	#take(choice: ModelChoice, event: Exclude<StreamEvent, { type: 'finish' }>): void {
		const { now, onParameterDropped, onRateLimit } = this.#options;
		switch (event.type) {
			case 'parameter-dropped':
				onParameterDropped(choice, event.parameter);
				return;
			case 'retry': {
				const { error, waitMs } = event;
				const until = now() + waitMs;
				if (error.kind === 'rate_limit') onRateLimit(choice, until);
				if (this.#hasNext && !isShortWait(error)) throw new ProviderError(error);
				this.#wait(until, error);
				return;
			}
			default:
				this.#hasArrived = true;
				this.#waitIsOver();
				this.#listener.onArrival(event);
		}
	}

	/** The person does not want to wait for this provider any longer. */
	#unblock(): void {
		const { step } = this;
		if (step === undefined) return;
		const { connectionId, modelId } = step.choice;
		void this.#options.limiter.unblock(connectionId, modelId);
	}

	/** Shows until when nothing will come. */
	#wait(until: number, error: ProviderErrorDetails): void {
		this.#isWaiting = true;
		this.#listener.onWait({ until, error });
	}

	#waitIsOver(): void {
		if (!this.#isWaiting) return;
		this.#isWaiting = false;
		this.#listener.onWait(undefined);
	}

	/** The wait before a repeated request; other waits of a protocol pass through here too. */
	#sleep(ms: number, aborted: AbortSignal): Promise<void> {
		const isRetry = this.#isWaiting;
		return new Promise((resolve) => {
			const end = (): void => {
				clearTimeout(timer);
				aborted.removeEventListener('abort', end);
				if (isRetry) {
					this.#endWait = undefined;
					if (!aborted.aborted) {
						this.#sent(this.#options.now());
						this.#waitIsOver();
					}
				}
				resolve();
			};
			const timer = setTimeout(end, ms);
			if (isRetry)
				this.#endWait = () => {
					this.#unblock();
					end();
				};
			aborted.addEventListener('abort', end);
			if (aborted.aborted) end();
		});
	}
}

/** A generator whose first value was asked for ahead. */
async function* begunWith<T>(
	first: Promise<IteratorResult<T, void>>,
	rest: AsyncGenerator<T, void, undefined>
): AsyncGenerator<T, void, undefined> {
	try {
		for (let next = await first; next.done !== true; next = await rest.next()) yield next.value;
	} finally {
		await rest.return();
	}
}

const isShortWait = ({ kind, retryAfterMs }: ProviderErrorDetails): boolean =>
	kind === 'rate_limit' && retryAfterMs !== undefined && retryAfterMs <= SHORT_WAIT;
