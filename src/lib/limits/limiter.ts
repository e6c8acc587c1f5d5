/**
 * The limiter of one device: every tab's requests to one connection share one log in the database.
 *
 * Who decides holds the Web Lock `limit:<connection>` for as long as one look at the log takes. A
 * person's turn that has to wait enters the log at the time when its turn comes, in the order of
 * asking, and looks again now and then: it moves up when others gave up or took less than they
 * asked for. Background calls (titles, summaries) never stand in that line, and leave the last
 * request and half the tokens of a minute to the person. Times are the device's clock: set back, it
 * makes nobody wait longer than a minute more; set forward, a provider may refuse once.
 */
import type { ConnectionId, Database } from '#lib/db/engine';
import { newId, onWrites } from '#lib/db/engine';
import {
	decideWithin,
	hasLimits,
	look,
	type Look,
	type PlaceRequest,
	type WaitReason
} from './log.ts';

export interface LimiterDeps {
	readonly db: Database;
	readonly locks: LockManager;
	readonly now: () => number;
	/** Resolves at that time (ms since the epoch); rejects when aborted. */
	readonly waitUntil: (until: number, signal: AbortSignal) => Promise<void>;
}

export interface AcquireOptions extends PlaceRequest {
	readonly priority: 'turn' | 'background';
	readonly signal: AbortSignal;
	/** Told until when the request has to wait (ms since the epoch), again whenever that changes. */
	readonly onWait?: (until: number, reason: WaitReason) => void;
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

/** A place where nothing is counted. */
export const NOTHING_LIMITED: Grant = {
	settle: () => Promise.resolve(),
	release: () => Promise.resolve()
};

/** Begins the key of a block in `local`. */
const BLOCK = 'limit:';

/** @param modelId where the provider counts each model by itself */
const blockKey = (connectionId: ConnectionId, modelId?: string): string =>
	`${BLOCK}${connectionId}${modelId === undefined ? '' : ` ${modelId}`}`;

/** Who waits looks again after this long: something may have changed (ms). */
const LOOK_AGAIN = 5_000;

export class Limiter {
	readonly #deps: LimiterDeps;
	/** Settles when this tab lifts a block. */
	#unblocked = Promise.withResolvers<undefined>();

	/** Keys of blocks that are not there: a request without limits waits for no storage. */
	readonly #free = new Set<string>();
	readonly #stopListening: () => void;

	constructor(deps: LimiterDeps) {
		this.#deps = deps;
		this.#stopListening = onWrites(deps.db, 'local', (keys) => {
			if (keys?.every((key) => !String(key).startsWith(BLOCK)) !== true) this.#free.clear();
		});
	}

	/** Whether the provider would take a request now. Known without a look at the storage once asked. */
	async isFree(connectionId: ConnectionId, modelId?: string): Promise<boolean> {
		const { now } = this.#deps;
		const key = blockKey(connectionId, modelId);
		if (this.#free.has(key)) return true;
		const isFree = (await this.#blockedUntil(connectionId, modelId, now())) <= now();
		if (isFree) this.#free.add(key);
		return isFree;
	}

	close(): void {
		this.#stopListening();
	}

	/**
	 * Waits for a place, and takes it.
	 * @throws LimitError when it can never fit; the signal's reason when aborted
	 */
	async acquire(options: AcquireOptions): Promise<Grant> {
		const { db, locks, now, waitUntil } = this.#deps;
		const { connectionId, limits, signal } = options;
		signal.throwIfAborted();
		if (!hasLimits(limits) && (await this.isFree(connectionId, limits.ofModel?.modelId)))
			return NOTHING_LIMITED;
		const id = newId();
		const release = async (): Promise<void> => {
			await db.reservations.delete(id);
		};
		let told = 0;
		try {
			for (;;) {
				const { decision, reason } = await locks.request(`limit:${connectionId}`, { signal }, () =>
					this.#look(id, options)
				);
				if (decision.kind === 'never') throw new LimitError(decision.tokens, decision.allowed);
				if (decision.kind === 'go') break;
				const { until } = decision;
				if (until !== told) options.onWait?.(until, reason);
				told = until;
				const lookAgain = waitUntil(Math.min(until, now() + LOOK_AGAIN), signal);
				await Promise.race([lookAgain, this.#unblocked.promise]);
			}
		} catch (error) {
			if (told !== 0) await release();
			throw error;
		}
		return {
			settle: async (real) => {
				await db.reservations.update(id, { tokens: real });
			},
			release
		};
	}

	/**
	 * When a turn would go out if it asked now (ms since the epoch; not in the future: at once).
	 * @throws LimitError when it can never fit
	 */
	async freeAt({ connectionId, limits, tokens }: PlaceRequest): Promise<number> {
		const { db, now } = this.#deps;
		const time = now();
		const log = await db.reservations.where({ connectionId }).toArray();
		const blockedUntil = await this.#blockedUntil(connectionId, limits.ofModel?.modelId, time);
		const decision = decideWithin(log, { limits, tokens }, time, blockedUntil);
		if (decision.kind === 'never') throw new LimitError(decision.tokens, decision.allowed);
		return decision.kind === 'go' ? time : decision.until;
	}

	/**
	 * The provider said how long to wait: nobody asks this connection before.
	 * @param modelId nobody asks this model of it: the provider counts each by itself
	 */
	async block(connectionId: ConnectionId, until: number, modelId?: string): Promise<void> {
		const at = this.#deps.now();
		const key = blockKey(connectionId, modelId);
		await this.#deps.db.local.put({ key, value: { at, until } });
	}

	/** The person does not want to wait for the provider any longer, with this model. */
	async unblock(connectionId: ConnectionId, modelId: string): Promise<void> {
		const keys = [blockKey(connectionId), blockKey(connectionId, modelId)];
		await this.#deps.db.local.bulkDelete(keys);
		this.#unblocked.resolve(undefined);
		this.#unblocked = Promise.withResolvers();
	}

	/** One look at the log, and what it changes there. Runs while holding the lock. */
	async #look(id: string, { connectionId, ...request }: AcquireOptions): Promise<Look> {
		const { db, now } = this.#deps;
		const time = now();
		const { ofModel } = request.limits;
		const blockedUntil = await this.#blockedUntil(connectionId, ofModel?.modelId, time);
		return db.transaction('rw', db.reservations, async () => {
			const log = await db.reservations.where({ connectionId }).toArray();
			const seen = look(log, { ...request, id, connectionId }, time, blockedUntil);
			await db.reservations.bulkDelete([...seen.remove]);
			await db.reservations.bulkPut([...seen.put]);
			return seen;
		});
	}

	async #blockedUntil(
		connectionId: ConnectionId,
		modelId: string | undefined,
		time: number
	): Promise<number> {
		const ofConnection = await this.#blockOf(blockKey(connectionId), time);
		if (modelId === undefined) return ofConnection;
		return Math.max(ofConnection, await this.#blockOf(blockKey(connectionId, modelId), time));
	}

	async #blockOf(key: string, time: number): Promise<number> {
		const { db } = this.#deps;
		const block = (await db.local.get(key))?.value as { at: number; until: number } | undefined;
		if (block === undefined || block.at <= time) return block?.until ?? 0;
		// The clock was set back: as long as was asked for, from now on.
		const until = time + (block.until - block.at);
		await db.local.put({ key, value: { at: time, until } });
		return until;
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
