/**
 * One running answer: opens the connection, asks, takes in what arrives, settles.
 *
 * What arrives is told to all tabs at most once a frame and written at least once a second; a write
 * that fails for want of room never stops the stream. Whatever happens, the answer ends in exactly
 * one settled state, with all that has arrived. The caller holds the answer's lock meanwhile.
 */
import { estimateTokens } from '#lib/context-window';
import {
	toDatabaseError,
	type ConnectionRow,
	type ConversationRow,
	type Database,
	type MessageError,
	type MessageRow,
	type MessageTimings
} from '#lib/db/engine';
import {
	costOf,
	type FinishReason,
	type ModelPrices,
	type ParameterName,
	type ProviderErrorDetails,
	type StreamEvent,
	type Usage
} from '#lib/providers';
import {
	limitsFromHeaders,
	limitsInForce,
	type Grant,
	type Limiter,
	type Limits,
	type NamedLimits
} from '#lib/limits/engine';
import { OWN_LIMIT } from '#lib/engine/engine';
import { readSetting } from '#lib/settings/engine';
import { checkBudget, describeStop, usageRow } from '#lib/usage/engine';
import { GrowingAnswer } from './answer.ts';
import { Deltas } from './deltas.ts';
import { detailsOf, localError } from './failures.ts';
import type { KnownModel } from './prompt.ts';
import type { Preparation, Requests } from './requests.ts';
import { settleAnswer, writePartial, type Settlement, type SettledState } from './settle.ts';
import type { Surroundings } from './surroundings.ts';
import type { Generate, OpenedConnection } from './types.ts';
import { words } from './words.ts';

/** The first write comes early: a crash right after the first words keeps them (ms). */
const FIRST_FLUSH = 250;
/** With the time of the write itself, what a crash can take stays below a second (ms). */
const FLUSH_EVERY = 800;
/** Between attempts to save an answer for which there was no room (ms). */
const ROOM_CHECK = 5000;

export interface Task {
	readonly conversation: ConversationRow;
	/** As committed, state `streaming`. */
	readonly answer: MessageRow;
	/** Root to the message that is answered. */
	readonly branch: readonly MessageRow[];
	readonly opened: Promise<OpenedConnection>;
	readonly model: Promise<KnownModel>;
	readonly surroundings: Surroundings;
}

export interface RunOptions {
	readonly db: Database;
	readonly now: () => number;
	readonly generate: Generate;
	readonly requests: Pick<Requests, 'prepare'>;
	/** The model refused a parameter: to be remembered. */
	readonly onParameterDropped: (parameter: ParameterName) => void;
	readonly limiter: Pick<Limiter, 'acquire'>;
	/** The provider wants no request before that time. */
	readonly onRateLimit: (until: number) => void;
	/** The provider named its limits. */
	readonly onLimits: (said: NamedLimits) => void;
}

interface Outcome {
	readonly state: SettledState;
	readonly error?: MessageError;
	readonly finishReason?: FinishReason;
	readonly usage?: Usage;
}

export class Run {
	readonly task: Task;
	readonly #options: RunOptions;
	readonly #answer: GrowingAnswer;
	readonly #deltas: Deltas;
	readonly #stopping = new AbortController();
	/** Nothing may be written any more. */
	#isDiscarded = false;
	#sentAt: number | undefined;
	#firstTokenAt: number | undefined;
	/** ≈ tokens of what was sent. */
	#inputTokens = 0;
	#grant: Grant | undefined;
	#waiting: { readonly until: number; readonly error: ProviderErrorDetails } | undefined;
	#endWait: (() => void) | undefined;
	#endRoomCheck: (() => void) | undefined;
	#isDirty = false;
	#flushTimer: ReturnType<typeof setTimeout> | undefined;
	#flushedAt: number | undefined;
	#writes: Promise<void> = Promise.resolve();

	constructor(task: Task, options: RunOptions) {
		this.task = task;
		this.#options = options;
		this.#answer = new GrowingAnswer(task.answer.parts);
		this.#deltas = new Deltas(task.conversation.id, task.answer.id);
	}

	/** Runs to the end. @returns the settled row; undefined when it was deleted meanwhile */
	async execute(): Promise<MessageRow | undefined> {
		const outcome = await this.#ask();
		clearTimeout(this.#flushTimer);
		this.#deltas.close();
		await this.#writes;
		return this.#settle(outcome);
	}

	/** Keeps what has arrived and asks for no more. */
	stop(): void {
		this.#stopping.abort();
	}

	/** Ends without another write: the database is going away. */
	discard(): void {
		this.#isDiscarded = true;
		this.#stopping.abort();
		this.#endRoomCheck?.();
	}

	/** Ends a wait before a repeated request. */
	retryNow(): void {
		this.#endWait?.();
	}

	/** Writes what is in memory. Never rejects: what could not be written is tried again. */
	flush(): Promise<void> {
		clearTimeout(this.#flushTimer);
		this.#flushTimer = undefined;
		this.#endRoomCheck?.();
		this.#writes = this.#writes.then(() => this.#write());
		return this.#writes;
	}

	async #ask(): Promise<Outcome> {
		const { now, generate } = this.#options;
		const { signal } = this.#stopping;
		const isStopped = (): boolean => signal.aborted;
		try {
			if (this.task.answer.modelId === '')
				return { state: 'failed', error: { kind: 'no-model', message: words.noModel } };
			const opened = await this.task.opened;
			if (isStopped()) return { state: 'stopped' };
			if (!opened.ok) return { state: 'failed', error: localError(opened.error) };
			if (opened.row.enabled === 0)
				return { state: 'failed', error: { kind: 'no-connection', message: words.connectionOff } };
			const overspent = await this.#overspent(opened.row);
			if (overspent !== undefined) return { state: 'failed', error: overspent };
			const model = await this.task.model;
			const limits = limitsInForce(opened.row, now());
			const { connection } = opened;
			const { connectionId, modelId } = this.task.answer;
			if (connectionId === '') throw new TypeError('A request needs a connection.');
			const prepared = await this.#options.requests.prepare(
				{ ...this.task, model, limits },
				{ choice: { connectionId, modelId }, connection, signal }
			);
			if (isStopped()) return { state: 'stopped' };
			if (!prepared.ok) return { state: 'failed', error: prepared.error };
			this.#inputTokens = prepared.inputTokens;
			this.#grant = await this.#reserve(limits, prepared);
			if (isStopped()) return { state: 'stopped' };
			this.#sentAt = now();
			const events = generate(prepared.request, connection, {
				signal,
				wait: (ms, aborted) => this.#wait(ms, aborted),
				onHeaders: (headers) => {
					const said = limitsFromHeaders(headers);
					if (said !== undefined) this.#options.onLimits(said);
				}
			});
			for await (const event of events) {
				if (event.type === 'finish') {
					prepared.learn(event.usage);
					return { state: 'complete', finishReason: event.reason, usage: event.usage };
				}
				this.#take(event);
			}
			if (isStopped()) return { state: 'stopped' };
			const error = { kind: 'interrupted', message: words.connectionDropped } as const;
			return { state: 'interrupted', error };
		} catch (error) {
			if (isStopped()) return { state: 'stopped' };
			const details = detailsOf(error);
			return { state: details.kind === 'interrupted' ? 'interrupted' : 'failed', error: details };
		}
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

	/** A place within the limits that the person set for the connection. */
	async #reserve(
		limits: Limits,
		prepared: Extract<Preparation, { ok: true }>
	): Promise<Grant | undefined> {
		const { connectionId } = this.task.answer;
		if (connectionId === '') return undefined;
		const counts = limits.tokensPerMinute !== undefined;
		const grant = await this.#options.limiter.acquire({
			connectionId,
			limits,
			tokens: counts ? prepared.inputTokens + prepared.reservedOutput : 0,
			priority: 'turn',
			signal: this.#stopping.signal,
			onWait: (until, reason) => {
				this.#waitFor(
					until,
					reason === 'limit'
						? { kind: 'rate_limit', code: OWN_LIMIT, message: words.ownLimit }
						: { kind: 'rate_limit', message: words.providersWait }
				);
			}
		});
		if (this.#waiting !== undefined) {
			this.#waiting = undefined;
			this.#isDirty = true;
			void this.flush();
		}
		return grant;
	}

	/** Shows until when nothing will come. */
	#waitFor(until: number, error: ProviderErrorDetails): void {
		this.#waiting = { until, error };
		this.#isDirty = true;
		void this.flush();
	}

	#take(event: Exclude<StreamEvent, { type: 'finish' }>): void {
		const at = this.#options.now();
		switch (event.type) {
			case 'parameter-dropped':
				this.#options.onParameterDropped(event.parameter);
				return;
			case 'retry':
				this.#waitFor(at + event.waitMs, event.error);
				if (event.error.kind === 'rate_limit') this.#options.onRateLimit(at + event.waitMs);
				return;
			case 'tool-call':
				this.#answer.addToolCall(event, at);
				break;
			case 'reasoning-delta':
				this.#deltas.push(this.#answer.addReasoning(event.delta, at));
				break;
			case 'text-delta':
				this.#deltas.push(this.#answer.addText(event.delta, at));
				break;
		}
		this.#firstTokenAt ??= at;
		this.#isDirty = true;
		if (this.#waiting !== undefined) {
			this.#waiting = undefined;
			void this.flush();
		} else this.#scheduleFlush();
	}

	/** The wait before a repeated request; other waits of a protocol pass through here too. */
	#wait(ms: number, aborted: AbortSignal): Promise<void> {
		const isRetry = this.#waiting !== undefined;
		return new Promise((resolve) => {
			const end = (): void => {
				clearTimeout(timer);
				aborted.removeEventListener('abort', end);
				if (isRetry) {
					this.#endWait = undefined;
					this.#sentAt = this.#options.now();
				}
				resolve();
			};
			const timer = setTimeout(end, ms);
			if (isRetry) this.#endWait = end;
			aborted.addEventListener('abort', end);
			if (aborted.aborted) end();
		});
	}

	#scheduleFlush(): void {
		if (this.#flushTimer !== undefined) return;
		const since = this.#flushedAt === undefined ? 0 : this.#options.now() - this.#flushedAt;
		const ms = this.#flushedAt === undefined ? FIRST_FLUSH : Math.max(0, FLUSH_EVERY - since);
		this.#flushTimer = setTimeout(() => {
			void this.flush();
		}, ms);
	}

	async #write(): Promise<void> {
		if (!this.#isDirty || this.#isDiscarded) return;
		this.#isDirty = false;
		this.#flushedAt = this.#options.now();
		try {
			const isWanted = await writePartial(this.#options.db, this.task.answer, {
				parts: this.#answer.parts,
				...this.#timings(),
				...(this.#waiting !== undefined && { waiting: this.#waiting })
			});
			if (!isWanted) this.discard();
		} catch {
			// No room, or the database was closed for an upgrade: it all stays in memory.
			this.#isDirty = true;
			if (!this.#stopping.signal.aborted) this.#scheduleFlush();
		}
	}

	#timings(settledAt?: number): { timings?: MessageTimings } {
		if (this.#sentAt === undefined) return {};
		return {
			timings: {
				sentAt: this.#sentAt,
				...(this.#firstTokenAt !== undefined && { firstTokenAt: this.#firstTokenAt }),
				...(settledAt !== undefined && { settledAt })
			}
		};
	}

	async #settle(outcome: Outcome): Promise<MessageRow | undefined> {
		const { db, now } = this.#options;
		const { answer } = this.task;
		const at = now();
		this.#answer.endReasoning(at);
		void this.#settleGrant(outcome).catch(() => undefined);
		const settlement = await this.#settlement(outcome, at);
		const wasBilled = outcome.usage !== undefined || this.#answer.hasArrived;
		const usage = wasBilled
			? usageRow(
					{
						connectionId: answer.connectionId,
						connectionLabel: answer.connectionLabel,
						presetId: answer.presetId,
						conversationId: answer.conversationId,
						modelId: answer.modelId,
						purpose: 'answer',
						usage: outcome.usage,
						estimate: {
							inputTokens: this.#inputTokens,
							outputTokens: estimateTokens(this.#answer.arrived, answer.modelId)
						},
						prices: await this.#prices()
					},
					at
				)
			: undefined;
		for (;;) {
			if (this.#isDiscarded) return undefined;
			try {
				return await settleAnswer(db, answer, at, () => settlement, usage);
			} catch (error) {
				await this.#settleWithoutRoom(error, at);
				await this.#roomCheck();
			}
		}
	}

	/**
	 * The whole answer could not be written. What an earlier flush saved is settled with the reason,
	 * while the rest waits in memory; the lock stays held, so that no update reloads it away.
	 */
	async #settleWithoutRoom(error: unknown, at: number): Promise<void> {
		const { kind } = toDatabaseError(error);
		const message = kind === 'quota' ? words.noRoom : words.notWritten;
		try {
			await settleAnswer(this.#options.db, this.task.answer, at, ({ parts }) => ({
				state: 'failed',
				parts,
				...this.#timings(at),
				error: { kind: 'storage', message }
			}));
		} catch {
			// Not even that: the row is found and marked interrupted at the next start.
		}
	}

	/** Waits before the next attempt; `flush` and `discard` cut it short. */
	#roomCheck(): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ROOM_CHECK);
			this.#endRoomCheck = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}

	/** Corrects the log of the connection's last minute; a request that never left gives it back. */
	async #settleGrant({ usage }: Outcome): Promise<void> {
		if (this.#sentAt === undefined) await this.#grant?.release();
		else if (usage?.inputTokens !== undefined && usage.outputTokens !== undefined)
			await this.#grant?.settle(usage.inputTokens + usage.outputTokens);
	}

	async #settlement(outcome: Outcome, at: number): Promise<Settlement> {
		const { answer } = this.task;
		const arrived = this.#answer.arrived;
		const { usage } = outcome;
		const costUsd = usage === undefined ? undefined : costOf(usage, await this.#prices());
		return {
			...outcome,
			parts: this.#answer.parts,
			...this.#timings(at),
			...(usage?.outputTokens === undefined &&
				arrived !== '' && {
					estimatedOutputTokens: estimateTokens(arrived, answer.modelId)
				}),
			...(costUsd !== undefined && { costUsd })
		};
	}

	#prices(): Promise<ModelPrices | undefined> {
		return this.task.model.then(({ info }) => info.prices).catch(() => undefined);
	}
}
