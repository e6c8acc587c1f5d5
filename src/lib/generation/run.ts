/**
 * One running answer: takes in what arrives, keeps it, settles. Who is asked is `Inquiry`'s affair.
 *
 * What arrives is told to all tabs at most once a frame and written at least once a second; a write
 * that fails for want of room never stops the stream. Whatever happens, the answer ends in exactly
 * one settled state, with all that has arrived. The caller holds the answer's lock meanwhile.
 */
import { estimateTokens } from '#lib/context-window';
import {
	toDatabaseError,
	type MessageRow,
	type MessageTimings,
	type UsageRow
} from '#lib/db/engine';
import type { ModelPrices, Usage } from '#lib/providers';
import { GrowingAnswer } from './answer.ts';
import { Inquiry, type Arrival, type InquiryOptions, type Outcome, type Task } from './inquiry.ts';
import { Deltas } from './deltas.ts';
import { Flusher } from './flusher.ts';
import type { KnownModel } from './prompt.ts';
import {
	answerUsage,
	settleAnswer,
	writePartial,
	type Answerer,
	type Settlement,
	type Spent
} from './settle.ts';
import { words } from './words.ts';

/** Between attempts to save an answer for which there was no room (ms). */
const ROOM_CHECK = 5000;

export class Run {
	readonly task: Task;
	readonly #options: InquiryOptions;
	readonly #inquiry: Inquiry;
	readonly #answer: GrowingAnswer;
	readonly #deltas: Deltas;
	readonly #flusher: Flusher;
	readonly #stopping = new AbortController();
	/** The answer's row as it stands without what arrives: who is asked changes with a route's steps. */
	#row: MessageRow;
	/** Nothing may be written any more. */
	#isDiscarded = false;
	#firstTokenAt: number | undefined;
	#waiting: MessageRow['waiting'];
	#summarising: MessageRow['summarising'];
	#endRoomCheck: (() => void) | undefined;

	constructor(task: Task, options: InquiryOptions) {
		this.task = task;
		// Before anybody else hears of it: of a turn that is not there nothing is written.
		task.committed.catch(() => {
			this.discard();
		});
		this.#options = options;
		this.#row = task.answer;
		this.#answer = new GrowingAnswer(task.answer.parts);
		this.#deltas = new Deltas(task.conversation.id, task.answer.id);
		this.#flusher = new Flusher({
			now: options.now,
			write: () => this.#write(),
			isOver: () => this.#stopping.signal.aborted
		});
		this.#inquiry = new Inquiry(
			task,
			options,
			{
				onArrival: (event) => {
					this.#take(event);
				},
				onWait: (waiting) => {
					this.#waiting = waiting;
					this.#flusher.touchNow();
				},
				onSummary: (progress) => {
					this.#summarising = progress;
					this.#flusher.touchNow();
				},
				onPassed: () => {
					this.#waiting = undefined;
					this.#row = { ...this.#row, ...this.#askedFields() };
					this.#flusher.touchNow();
				}
			},
			this.#stopping.signal
		);
	}

	/** The model that is asked, or was, as it is known. Undefined when there was none to ask. */
	get model(): Promise<KnownModel> | undefined {
		return this.#inquiry.step?.model();
	}

	/** Runs to the end. @returns the settled row; undefined when it was deleted meanwhile */
	async execute(): Promise<MessageRow | undefined> {
		const outcome = await this.#inquiry.ask();
		this.#deltas.close();
		await this.#flusher.close();
		await this.#hasBegun();
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

	/** Ends a wait that the provider asked for. */
	retryNow(): void {
		this.#inquiry.retryNow();
	}

	/** Writes what is in memory. Never rejects: what could not be written is tried again. */
	flush(): Promise<void> {
		this.#endRoomCheck?.();
		return this.#flusher.flush();
	}

	/** Who is asked now, and who could not take the turn. */
	#askedFields(): Partial<Answerer> {
		const { step, passed } = this.#inquiry;
		const { route } = this.#row;
		if (step === undefined || route === undefined) return {};
		const { choice, connection } = step;
		return {
			connectionId: choice.connectionId,
			presetId: connection?.presetId ?? '',
			connectionLabel: connection?.label ?? '',
			modelId: choice.modelId,
			route: { ...route, passed }
		};
	}

	#take(event: Arrival): void {
		const at = this.#options.now();
		switch (event.type) {
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
		this.#flusher.touch();
	}

	/** The turn is on disk, or nothing of it ever will be. */
	#hasBegun(): Promise<void> {
		return this.task.committed.catch(() => undefined);
	}

	async #write(): Promise<void> {
		await this.#hasBegun();
		const prices = this.#answer.hasArrived ? await this.#prices() : undefined;
		if (this.#isDiscarded) return;
		const at = this.#options.now();
		const isWanted = await writePartial(this.#options.db, this.#row, {
			parts: this.#answer.parts,
			// Its end, should nobody be there to write another.
			...this.#timings(at),
			...this.#used(undefined, prices, at).spent,
			...(this.#waiting !== undefined && { waiting: this.#waiting }),
			...(this.#summarising !== undefined && { summarising: this.#summarising }),
			...this.#notSummarised()
		});
		if (!isWanted) this.discard();
	}

	#notSummarised(): Pick<MessageRow, 'notSummarised'> {
		const { notSummarised } = this.#inquiry;
		return notSummarised === undefined ? {} : { notSummarised };
	}

	#timings(settledAt: number): { timings?: MessageTimings } {
		const { sentAt } = this.#inquiry;
		if (sentAt === undefined) return {};
		return {
			timings: {
				sentAt,
				...(this.#firstTokenAt !== undefined && { firstTokenAt: this.#firstTokenAt }),
				settledAt
			}
		};
	}

	async #settle(outcome: Outcome): Promise<MessageRow | undefined> {
		const { db, now } = this.#options;
		const at = now();
		this.#answer.endReasoning(at);
		void this.#inquiry.settle(outcome.usage).catch(() => undefined);
		const { usage, spent } = this.#used(outcome.usage, await this.#prices(), at);
		const settlement = this.#settlement(outcome, spent, at);
		for (;;) {
			if (this.#isDiscarded) return undefined;
			try {
				return await settleAnswer(db, this.#row, at, () => settlement, usage);
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
			await settleAnswer(this.#options.db, this.#row, at, ({ parts }) => ({
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

	#settlement(outcome: Outcome, spent: Spent, at: number): Settlement {
		return {
			...outcome,
			// Stopped while it waited: the refusal is all there is to tell.
			...(outcome.state === 'stopped' && this.#waiting && { error: this.#waiting.error }),
			...this.#askedFields(),
			...this.#notSummarised(),
			parts: this.#answer.parts,
			...this.#timings(at),
			...spent
		};
	}

	/** What was or will be billed, if anything: as a row of its own, and as it stands with the answer. */
	#used(
		reported: Usage | undefined,
		prices: ModelPrices | undefined,
		at: number
	): { readonly usage?: UsageRow; readonly spent: Spent } {
		if (reported === undefined && !this.#answer.hasArrived) return { spent: {} };
		const estimate = {
			inputTokens: this.#inquiry.inputTokens,
			outputTokens: estimateTokens(this.#answer.arrived, this.#row.modelId)
		};
		const usage = answerUsage(this.#row, { usage: reported, estimate, prices }, at);
		const { costUsd, savedUsd } = usage;
		const spent = {
			...(reported?.inputTokens === undefined && { estimatedInputTokens: estimate.inputTokens }),
			...(reported?.outputTokens === undefined && { estimatedOutputTokens: estimate.outputTokens }),
			...(costUsd !== undefined && { costUsd }),
			...(savedUsd !== undefined && { savedUsd })
		};
		return { usage, spent };
	}

	async #prices(): Promise<ModelPrices | undefined> {
		return (await this.model?.catch(() => undefined))?.info.prices;
	}
}
