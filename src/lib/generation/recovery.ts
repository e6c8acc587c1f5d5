import {
	liveQuery,
	type Database,
	type MessageId,
	type MessageRow,
	type UsageRow
} from '#lib/db/engine';
import { generationLock } from '#lib/engine/engine';
import { readMessage, readRunningKeys } from '#lib/conversations/engine';
import { answerUsage, settleAnswer } from './settle.ts';
import { words } from './words.ts';

export interface RecoveryOptions {
	readonly db: Database;
	readonly locks: LockManager;
	readonly now: () => number;
	readonly deviceId: string;
	/** Whether this engine generates the answer itself. */
	readonly isOwn: (id: MessageId) => boolean;
}

/**
 * Finds answers whose generator is gone: its tab was closed, or it crashed. Whoever generates holds
 * the answer's lock, and takes it before the row can be seen; so this queues for the lock of every
 * running answer of others, and who gets it while the row is still `streaming` marks it interrupted.
 */
export class Recovery {
	readonly #options: RecoveryOptions;
	readonly #queued = new Map<MessageId, AbortController>();
	#end: (() => void) | undefined;

	constructor(options: RecoveryOptions) {
		this.#options = options;
	}

	/** Watches until `close`, in all tabs; resolves after the first look. */
	start(): Promise<void> {
		return new Promise((resolve, reject) => {
			const subscription = liveQuery(() => readRunningKeys(this.#options.db)).subscribe({
				next: (keys) => {
					this.#watch(keys.map(([, , id]) => id));
					resolve();
				},
				error: reject
			});
			this.#end = () => {
				subscription.unsubscribe();
			};
		});
	}

	close(): void {
		this.#end?.();
		for (const queued of this.#queued.values()) queued.abort();
		this.#queued.clear();
	}

	/** Marks an answer interrupted if nobody generates it. Does not wait for those who do. */
	async check(id: MessageId): Promise<void> {
		await this.#options.locks.request(generationLock(id), { ifAvailable: true }, async (lock) => {
			if (lock !== null) await this.#markInterrupted(id);
		});
	}

	#watch(running: readonly MessageId[]): void {
		for (const [id, queued] of this.#queued) {
			if (running.includes(id)) continue;
			queued.abort();
			this.#queued.delete(id);
		}
		for (const id of running) {
			if (this.#queued.has(id) || this.#options.isOwn(id)) continue;
			const queued = new AbortController();
			this.#queued.set(id, queued);
			void this.#options.locks
				.request(generationLock(id), { signal: queued.signal }, () => this.#markInterrupted(id))
				.catch(() => undefined)
				.finally(() => this.#queued.delete(id));
		}
	}

	/** Must hold the answer's lock. */
	async #markInterrupted(id: MessageId): Promise<void> {
		const { db, now, deviceId } = this.#options;
		const row = await readMessage(db, id);
		if (row?.state !== 'streaming' || row.deviceId !== deviceId) return;
		await settleAnswer(db, row, now(), interrupted, usageSoFar(row));
	}
}

/** It ended with its last write: what the row says of its time and its use stands. */
const interrupted = ({ parts }: MessageRow) =>
	({
		state: 'interrupted',
		parts,
		error: { kind: 'interrupted', message: words.closedTooEarly }
	}) as const;

/** What an answer had used at its last write, if anything had come; at the prices of then. */
function usageSoFar(row: MessageRow): UsageRow | undefined {
	const { estimatedInputTokens: inputTokens, estimatedOutputTokens: outputTokens, costUsd } = row;
	if (inputTokens === undefined || outputTokens === undefined) return undefined;
	const estimate = { inputTokens, outputTokens };
	const used = { usage: undefined, estimate, prices: undefined };
	const usage = answerUsage(row, used, row.timings?.settledAt ?? row.createdAt);
	return costUsd === undefined ? usage : { ...usage, costUsd };
}
