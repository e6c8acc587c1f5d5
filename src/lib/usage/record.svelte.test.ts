import {
	Database,
	bookkeeping,
	newId,
	type ConnectionId,
	type ConversationId
} from '#lib/db/engine';
import { connectionRow } from '#lib/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/requests.ts';
import { createUsageVerbs } from './engine.ts';
import { checkBudget, readConversationUsage, readTotals, requestsByDay } from './queries.ts';
import { recordUsage, usageRow, usageTables, type FinishedRequest } from './record.ts';
import { sumOf } from './totals.ts';

const connectionId = 'connection-1' as ConnectionId;
const now = noon('2026-09-15');

const finished: FinishedRequest = {
	connectionId,
	connectionLabel: 'Workshop',
	presetId: 'openai',
	conversationId: 'conversation-1' as ConversationId,
	modelId: 'gpt-5.1',
	purpose: 'answer',
	usage: { inputTokens: 1_000_000, outputTokens: 100_000 },
	prices: { input: 1, output: 10, cachedInput: 0.1 }
};

let db: Database;
let tabs: Database[];
beforeEach(async () => {
	db = new Database(`usage-${newId()}`);
	tabs = [db];
	const limits = { requestsPerMinute: 3 };
	await db.connections.add(connectionRow({ id: connectionId, limits, stamps: { label: 'stamp' } }));
});
afterEach(async () => {
	for (const tab of tabs) tab.close();
	await db.delete();
});

const record = (tab: Database, request: FinishedRequest, at = now): Promise<void> =>
	tab.transaction('rw', [...usageTables(tab), ...bookkeeping(tab)], () =>
		recordUsage(tab, usageRow(request, at))
	);

describe('recordUsage', () => {
	it('writes the request, its share in the totals and the mark for sync together', async () => {
		await record(db, finished);
		const [row] = await db.usage.toArray();
		expect(row).toMatchObject({ day: '2026-09-15', costUsd: 2, connectionLabel: 'Workshop' });
		expect(row).not.toHaveProperty('estimated');
		expect(await db.outbox.toArray()).toMatchObject([{ table: 'usage', key: row?.id }]);
		for (const [span, start] of [
			['day', '2026-09-15'],
			['month', '2026-09']
		] as const)
			expect(await readTotals(db, span, start, start)).toMatchObject([
				{ requests: 1, costNano: 2e9, inputTokens: 1_000_000, presetId: 'openai' }
			]);
	});

	it('leaves nothing behind when its transaction fails', async () => {
		await expect(
			db.transaction('rw', [...usageTables(db), ...bookkeeping(db)], async () => {
				await recordUsage(db, usageRow(finished, now));
				throw new Error('no room');
			})
		).rejects.toThrow('no room');
		expect(
			await Promise.all([db.usage.count(), db.usageTotals.count(), db.outbox.count()])
		).toEqual([0, 0, 0]);
	});

	it('loses no request of several tabs that write at once', async () => {
		const other = new Database(db.name);
		tabs.push(other);
		await Promise.all(
			Array.from({ length: 40 }, (_, index) =>
				record(index % 2 === 0 ? db : other, {
					...finished,
					purpose: index % 4 === 0 ? 'title' : 'answer'
				})
			)
		);
		const rows = await db.usage.toArray();
		const totals = sumOf(await readTotals(db, 'day', '2026-09-15', '2026-09-15'));
		expect(rows).toHaveLength(40);
		expect(totals).toMatchObject({ requests: 40, costUsd: 80, outputTokens: 4_000_000 });
		expect(sumOf(await readTotals(db, 'month', '2026-09', '2026-09'))).toEqual(totals);
	});

	it('marks what it had to estimate, and prices it', async () => {
		const estimate = { inputTokens: 500_000, outputTokens: 10_000 };
		await record(db, { ...finished, usage: undefined, estimate });
		// A server that reports nothing at the end, and one that reports half.
		await record(db, { ...finished, usage: {}, estimate });
		await record(db, { ...finished, usage: { inputTokens: 1_000_000 }, estimate });
		const rows = await db.usage.toArray();
		expect(rows.map(({ costUsd, estimated }) => [costUsd, estimated])).toEqual([
			[0.6, 1],
			[0.6, 1],
			[1.1, 1]
		]);
	});

	it('notes what the cache saved, and what filling it cost', async () => {
		const prices = { ...finished.prices, cacheWrite: 1.25 };
		const usage = { inputTokens: 1_000_000, outputTokens: 0 };
		await record(db, { ...finished, prices, usage: { ...usage, cachedInputTokens: 800_000 } });
		await record(db, { ...finished, prices, usage: { ...usage, cacheWriteTokens: 400_000 } });
		await record(db, { ...finished, prices, usage });
		expect((await db.usage.toArray()).map(({ savedUsd }) => savedUsd)).toEqual([
			expect.closeTo(0.72),
			expect.closeTo(-0.1),
			undefined
		]);
	});

	it('an unknown price stays unknown', async () => {
		await record(db, { ...finished, prices: undefined });
		expect((await db.usage.toArray())[0]).not.toHaveProperty('costUsd');
		expect(sumOf(await readTotals(db, 'day', '2026-09-15', '2026-09-15'))).toMatchObject({
			unpriced: 1,
			costUsd: 0
		});
	});
});

describe('reading', () => {
	it('takes whole days and months, ends included', async () => {
		for (const day of ['2026-08-31', '2026-09-01', '2026-09-02'])
			await record(db, finished, noon(day));
		const starts = async (...args: ['day' | 'month', string, string]) =>
			(await readTotals(db, ...args)).map(({ start }) => start);
		expect(await starts('day', '2026-08-31', '2026-09-01')).toEqual(['2026-08-31', '2026-09-01']);
		expect(await starts('month', '2026-08', '2026-09')).toEqual(['2026-08', '2026-09']);
		const days: string[][] = [];
		for await (const rows of requestsByDay(db, '2026-09-01', '2026-09-31'))
			days.push(rows.map(({ day }) => day));
		expect(days).toEqual([['2026-09-01'], ['2026-09-02']]);
	});

	it('finds the requests of one conversation', async () => {
		await record(db, finished);
		await record(db, { ...finished, conversationId: 'other' as ConversationId });
		expect(await readConversationUsage(db, finished.conversationId)).toHaveLength(1);
	});
});

describe('budgets', () => {
	const verbs = () => createUsageVerbs({ db, now: () => now });

	it('warn, then stop, for their own connection and month', async () => {
		expect(await checkBudget(db, connectionId, now)).toEqual({ state: 'ok' });
		await verbs().setBudget(connectionId, { monthlyUsd: 4, stop: true });
		await record(db, finished, noon('2026-08-31'));
		await record(db, { ...finished, connectionId: 'connection-10' as ConnectionId });
		expect(await checkBudget(db, connectionId, now)).toMatchObject({ state: 'ok', spentUsd: 0 });
		await record(db, finished);
		await record(db, {
			...finished,
			modelId: 'other',
			usage: { inputTokens: 1_500_000, outputTokens: 0 }
		});
		expect(await checkBudget(db, connectionId, now)).toMatchObject({
			state: 'warn',
			spentUsd: 3.5
		});
		await record(db, finished);
		expect(await checkBudget(db, connectionId, now)).toMatchObject({ state: 'stop', share: 1.375 });
		expect(await checkBudget(db, connectionId, noon('2026-10-01'))).toMatchObject({ state: 'ok' });
	});

	it('are a field of the connection like the others: stamped, to be synced, taken away again', async () => {
		await verbs().setBudget(connectionId, { monthlyUsd: 20, stop: false });
		const row = await db.connections.get(connectionId);
		expect(row).toMatchObject({
			budget: { monthlyUsd: 20, stop: false },
			limits: { requestsPerMinute: 3 },
			stamps: { label: 'stamp' }
		});
		expect(row?.stamps['budget']).toEqual(expect.any(String));
		expect(await db.outbox.toArray()).toMatchObject([{ table: 'connections', key: connectionId }]);
		await verbs().setBudget(connectionId, null);
		expect(await checkBudget(db, connectionId, now)).toEqual({ state: 'ok' });
		await verbs().setBudget('gone' as ConnectionId, { monthlyUsd: 1, stop: true });
	});
});
