/**
 * The limiter of one device: every tab's requests to one connection share one log in the database.
 *
 * Who decides holds the Web Lock `limit:<connection>`. The lock queues first come, first served
 * across tabs and frees itself when a tab dies, so it is the waiting line: a person's own turn
 * holds it while it waits for its slot. Background calls (titles, summaries) never wait inside the
 * line, and leave the last request of a minute to the person.
 */
import type { ConnectionId, Database } from '#lib/db/engine';
import { newId } from '#lib/db/engine';
import { type Decision, type Limits, WINDOW_MS, decide } from './log.ts';

export interface LimiterDeps {
	readonly db: Database;
	readonly locks: LockManager;
	readonly now: () => number;
	/** Resolves at that time (ms since the epoch); rejects when aborted. */
	readonly waitUntil: (until: number, signal: AbortSignal) => Promise<void>;
}

export interface AcquireOptions {
	readonly connectionId: ConnectionId;
	readonly limits: Limits;
	/** ≈ input plus expected output. */
	readonly tokens: number;
	readonly priority: 'turn' | 'background';
	readonly signal: AbortSignal;
	/** Told whenever the request has to wait (ms since the epoch). */
	readonly onWait?: (until: number) => void;
}

/** A request that can never go out: it asks for more than a whole minute allows. */
export class LimitError extends Error {
	override readonly name = 'LimitError';
	readonly kind = 'never-fits';
	readonly tokens: number;
	readonly allowed: number;

	constructor(tokens: number, allowed: number) {
		super(`The request needs ${tokens} tokens, but the limit is ${allowed} tokens per minute.`);
		this.tokens = tokens;
		this.allowed = allowed;
	}
}

/** A granted place in the log. */
export interface Grant {
	/** Corrects the log once the real number is known. */
	settle(tokens: number): Promise<void>;
	/** The request never went out: gives the place back. */
	release(): Promise<void>;
}

const NOTHING_LIMITED: Grant = {
	settle: () => Promise.resolve(),
	release: () => Promise.resolve()
};

export class Limiter {
	readonly #deps: LimiterDeps;

	constructor(deps: LimiterDeps) {
		this.#deps = deps;
	}

	/**
	 * Waits for a place, and takes it.
	 * @throws LimitError when it can never fit; the signal's reason when aborted
	 */
	async acquire(options: AcquireOptions): Promise<Grant> {
		const { limits, signal, priority } = options;
		if (limits.requestsPerMinute === undefined && limits.tokensPerMinute === undefined)
			return (await this.#blockedUntil(options.connectionId)) > this.#deps.now()
				? this.#inLine(options)
				: NOTHING_LIMITED;
		signal.throwIfAborted();
		return priority === 'turn' ? this.#inLine(options) : this.#aside(options);
	}

	/** The provider said how long to wait: nobody asks this connection before. */
	async block(connectionId: ConnectionId, until: number): Promise<void> {
		await this.#deps.db.local.put({ key: `limit:${connectionId}`, value: until });
	}

	async #inLine(options: AcquireOptions): Promise<Grant> {
		const { connectionId, signal } = options;
		return this.#deps.locks.request(`limit:${connectionId}`, { signal }, async () => {
			for (;;) {
				const answer = await this.#take(options);
				if ('settle' in answer) return answer;
				options.onWait?.(answer.until);
				await this.#deps.waitUntil(answer.until, signal);
			}
		});
	}

	async #aside(options: AcquireOptions): Promise<Grant> {
		const { connectionId, signal } = options;
		const perMinute = options.limits.requestsPerMinute;
		const limits = {
			...options.limits,
			requestsPerMinute: perMinute === undefined ? undefined : Math.max(1, perMinute - 1)
		};
		for (;;) {
			const answer = await this.#deps.locks.request(`limit:${connectionId}`, { signal }, () =>
				this.#take({ ...options, limits })
			);
			if ('settle' in answer) return answer;
			options.onWait?.(answer.until);
			await this.#deps.waitUntil(answer.until, signal);
		}
	}

	/** One look at the log, and a place in it if there is one. Runs while holding the lock. */
	async #take(options: AcquireOptions): Promise<Grant | Extract<Decision, { kind: 'wait' }>> {
		const { db, now } = this.#deps;
		const { connectionId, tokens, limits } = options;
		const time = now();
		const log = await db.reservations.where({ connectionId }).toArray();
		const decision = decide(log, tokens, limits, time, await this.#blockedUntil(connectionId));
		if (decision.kind === 'never') throw new LimitError(decision.tokens, decision.allowed);
		if (decision.kind === 'wait') return decision;
		const id = newId();
		const stale = log.filter(({ at }) => at <= time - WINDOW_MS).map((entry) => entry.id);
		await db.transaction('rw', db.reservations, async () => {
			await db.reservations.bulkDelete(stale);
			await db.reservations.add({ id, connectionId, at: time, tokens });
		});
		return {
			settle: async (real) => {
				await db.reservations.update(id, { tokens: real });
			},
			release: async () => {
				await db.reservations.delete(id);
			}
		};
	}

	async #blockedUntil(connectionId: ConnectionId): Promise<number> {
		const row = await this.#deps.db.local.get(`limit:${connectionId}`);
		return typeof row?.value === 'number' ? row.value : 0;
	}
}

/** `waitUntil` by the wall clock. */
export function waitUntil(until: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const stop = (): void => {
			clearTimeout(timer);
			reject(signal.reason as Error);
		};
		const timer = setTimeout(
			() => {
				signal.removeEventListener('abort', stop);
				resolve();
			},
			Math.max(0, until - Date.now())
		);
		if (signal.aborted) stop();
		else signal.addEventListener('abort', stop, { once: true });
	});
}
