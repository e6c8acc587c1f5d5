import { Database, type ConnectionId, newId } from '#lib/db/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LimitError, Limiter } from './limiter.ts';
import { WINDOW_MS } from './log.ts';

const connectionId = 'connection-1' as ConnectionId;

let db: Database;
let connections: Database[];
let clock: number;

beforeEach(() => {
	db = new Database(`limits-${newId()}`);
	connections = [db];
	clock = 1_000_000;
});
afterEach(async () => {
	for (const connection of connections) connection.close();
	await db.delete();
});

/** A tab: its own database connection, a clock that jumps to the end of each wait. */
function tab(waits: number[] = []): Limiter {
	const connection = new Database(db.name);
	connections.push(connection);
	return new Limiter({
		db: connection,
		locks: navigator.locks,
		now: () => clock,
		waitUntil: (until, signal) => {
			signal.throwIfAborted();
			waits.push(until);
			clock = Math.max(clock, until);
			return Promise.resolve();
		}
	});
}

const order = (tokens: number, limits = { requestsPerMinute: 3, tokensPerMinute: 1_000 }) =>
	({
		connectionId,
		limits,
		tokens,
		priority: 'turn',
		signal: new AbortController().signal
	}) as const;

describe('Limiter', () => {
	it('never lets two tabs exceed the limit together', async () => {
		const tabs = [tab(), tab()];
		const sent: number[] = [];
		await Promise.all(
			Array.from({ length: 12 }, async (_, index) => {
				const limiter = tabs[index % 2];
				await limiter?.acquire(order(100));
				sent.push(clock);
			})
		);
		expect(sent).toHaveLength(12);
		for (const end of sent)
			expect(sent.filter((at) => at > end - 60_000 && at <= end).length).toBeLessThanOrEqual(3);
	});

	it('says at once that a request can never fit', async () => {
		await expect(tab().acquire(order(1_001))).rejects.toThrow(LimitError);
	});

	it('gives a cancelled place to the next', async () => {
		const limiter = tab();
		const grant = await limiter.acquire(order(900));
		await grant.release();
		const before = clock;
		await limiter.acquire(order(900));
		expect(clock).toBe(before);
	});

	it('reckons with what the provider reported instead of the estimate', async () => {
		const limiter = tab();
		const grant = await limiter.acquire(order(900));
		await grant.settle(200);
		const before = clock;
		await limiter.acquire(order(800));
		expect(clock).toBe(before);
	});

	it('keeps the last request of a minute for the person', async () => {
		const limiter = tab();
		await limiter.acquire(order(10));
		await limiter.acquire(order(10));
		await limiter.acquire({ ...order(10), priority: 'background' });
		expect(clock).toBe(1_000_000 + WINDOW_MS);
	});

	it('keeps half the tokens of a minute for the person', async () => {
		const limiter = tab();
		await limiter.acquire(order(200));
		const told: number[] = [];
		const onWait = (until: number) => told.push(until);
		await limiter.acquire({ ...order(400), priority: 'background', onWait });
		expect(told).toEqual([1_000_000 + WINDOW_MS]);
	});

	it('tells everybody in line when the turn comes, and lets nobody overtake', async () => {
		const told: [string, number][] = [];
		const limiters = [tab(), tab()];
		const done: string[] = [];
		await limiters[0]?.acquire(order(900));
		const ask = async (name: string, tokens: number, limiter: Limiter | undefined) => {
			await limiter?.acquire({
				...order(tokens),
				onWait: (until) => told.push([name, until - 1_000_000])
			});
			done.push(name);
		};
		await Promise.all([ask('large', 950, limiters[0]), ask('small', 60, limiters[1])]);
		expect(told[0]).toEqual(['large', WINDOW_MS]);
		expect(told[1]).toEqual(['small', 2 * WINDOW_MS]);
		expect(done).toEqual(['large', 'small']);
	});

	it('takes a place in line back when it is cancelled', async () => {
		const abort = new AbortController();
		const limiter = tab();
		await limiter.acquire(order(900));
		const limits = { requestsPerMinute: 3, tokensPerMinute: 1_000 };
		const free = () => limiter.freeAt({ connectionId, limits, tokens: 200 });
		expect(await free()).toBe(clock + WINDOW_MS);
		await expect(
			limiter.acquire({
				...order(900),
				signal: abort.signal,
				onWait: () => {
					abort.abort();
				}
			})
		).rejects.toThrow();
		expect(await free()).toBe(clock + WINDOW_MS);
		expect(await db.reservations.count()).toBe(1);
	});

	it('does not wait for who stands in line in a tab that was closed', async () => {
		await db.reservations.add({
			id: newId(),
			connectionId,
			at: clock + 30_000,
			tokens: 900,
			waiting: { seenAt: clock }
		});
		clock += 91_000;
		const before = clock;
		await tab().acquire(order(900));
		expect(clock).toBe(before);
	});

	it('waits as long as the provider asked, with or without limits', async () => {
		const limiter = tab();
		await limiter.block(connectionId, clock + 38_000);
		const told: number[] = [];
		await limiter.acquire({ ...order(1, {} as never), onWait: (until) => told.push(until) });
		expect(told).toEqual([1_038_000]);
	});

	describe('of a provider that counts each model by itself', () => {
		const forModel = (modelId: string, tokens: number, limits = {}) => ({
			...order(tokens),
			limits: { ...limits, ofModel: { modelId, tokensPerMinute: 1_000 } }
		});

		it('lets each model have its own minute', async () => {
			const limiter = tab();
			await limiter.acquire(forModel('a', 900));
			const before = clock;
			await limiter.acquire(forModel('b', 900));
			expect(clock).toBe(before);
			await limiter.acquire(forModel('a', 900));
			expect(clock).toBe(before + WINDOW_MS);
		});

		it('keeps the limits of the connection over all of them', async () => {
			const limiter = tab();
			await limiter.acquire(forModel('a', 600, { tokensPerMinute: 1_100 }));
			await limiter.acquire(forModel('b', 600, { tokensPerMinute: 1_100 }));
			expect(clock).toBe(1_000_000 + WINDOW_MS);
		});

		it('waits with that model alone when one was refused', async () => {
			const limiter = tab();
			await limiter.block(connectionId, clock + 38_000, 'a');
			const before = clock;
			expect(await limiter.isFree(connectionId, 'b')).toBe(true);
			expect(await limiter.isFree(connectionId, 'a')).toBe(false);
			await limiter.acquire(forModel('b', 10));
			expect(clock).toBe(before);
			await limiter.acquire(forModel('a', 10));
			expect(clock).toBe(before + 38_000);
		});

		it('counts a place of an earlier build for every model', async () => {
			await db.reservations.add({ id: newId(), connectionId, at: clock, tokens: 900 });
			await tab().acquire(forModel('a', 200));
			expect(clock).toBe(1_000_000 + WINDOW_MS);
		});
	});

	it('waits no longer for the provider once the person says so', async () => {
		const connection = new Database(db.name);
		connections.push(connection);
		const limiter = new Limiter({
			db: connection,
			locks: navigator.locks,
			now: () => clock,
			waitUntil: () => new Promise(() => undefined)
		});
		await limiter.block(connectionId, clock + 38_000);
		await limiter.acquire({
			...order(1),
			onWait: (_, reason) => {
				expect(reason).toBe('blocked');
				void limiter.unblock(connectionId, 'any');
			}
		});
		expect(await limiter.freeAt({ ...order(1) })).toBe(clock);
	});

	it('can be cancelled while it waits in line', async () => {
		const abort = new AbortController();
		const limiter = new Limiter({
			db,
			locks: navigator.locks,
			now: () => clock,
			waitUntil: (_, signal) =>
				new Promise((_resolve, reject) => {
					signal.addEventListener('abort', () => {
						reject(signal.reason as Error);
					});
					abort.abort();
				})
		});
		await limiter.acquire(order(1_000));
		await expect(limiter.acquire({ ...order(1_000), signal: abort.signal })).rejects.toThrow();
		expect(await db.reservations.count()).toBe(1);
	});
});
