import { Database, newMessageId, newRid, type MessageRow } from '#lib/db/engine';
import { modelRow } from '#lib/db/testing';
import { generationLock, type SendReceipt } from '#lib/engine/engine';
import { checkBudget } from '#lib/usage/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionRow, openTab, question, textPart, type Tab } from './__fixtures__/tabs.ts';

let name = '';
const open: Tab[] = [];

async function newTab(): Promise<Tab> {
	const tab = await openTab(name);
	open.push(tab);
	return tab;
}

beforeEach(async () => {
	name = `tabs-${crypto.randomUUID()}`;
	const { db } = await newTab();
	await db.connections.add(connectionRow);
});

afterEach(async () => {
	for (const tab of open.splice(0)) await tab.close();
	await new Database(name).delete();
});

/** Starts an answer in a worker of its own, lets it stream a little and kills it. */
async function crashMidAnswer(
	db: Database,
	whileAlive?: () => Promise<void>
): Promise<SendReceipt> {
	const worker = new Worker(new URL('./__fixtures__/tab.worker.ts', import.meta.url), {
		type: 'module'
	});
	const receipt = await new Promise<SendReceipt>((resolve, reject) => {
		worker.onmessage = ({ data }: MessageEvent<SendReceipt>) => {
			resolve(data);
		};
		worker.onerror = (event) => {
			reject(new Error(event.message));
		};
		worker.postMessage({ name });
	});
	await expect
		.poll(async () => {
			const row = await db.messages.where('id').equals(receipt.answerId).first();
			return row && textPart(row);
		})
		.toBe('I had got this far');
	await whileAlive?.();
	worker.terminate();
	return receipt;
}

describe('a crash in the middle of an answer', () => {
	it('is found at the next start: what had arrived is kept and marked interrupted', async () => {
		const [tab] = open as [Tab];
		const { answerId } = await crashMidAnswer(tab.db);
		expect(await tab.message(answerId)).toMatchObject({ state: 'streaming' });
		const foundAt = Date.now();
		await tab.generation.start();
		const row = await tab.settled(answerId);
		expect(row).toMatchObject({
			state: 'interrupted',
			error: { kind: 'interrupted' },
			parts: [
				{ type: 'reasoning', text: 'Thinking.' },
				{ type: 'text', text: 'I had got this far' }
			]
		});
		expect(row.estimatedOutputTokens).toBeGreaterThan(0);
		expect(await tab.db.outbox.get(row.rid)).toMatchObject({ table: 'messages' });
		const conversation = await tab.db.conversations.get(row.conversationId);
		expect(conversation?.lastAnswerAt).toBeGreaterThanOrEqual(foundAt);
		// The time that the app was closed is none of the answer's.
		const { firstTokenAt, settledAt } = row.timings ?? {};
		expect(settledAt).toBeGreaterThanOrEqual(firstTokenAt ?? Infinity);
		expect(settledAt).toBeLessThanOrEqual(foundAt);
	});

	it('leaves its usage behind, once, whichever tab finds it', async () => {
		const [tab] = open as [Tab];
		const second = await newTab();
		const prices = { input: 1_000, output: 10_000 };
		await tab.db.models.add(modelRow({ listed: { id: 'model-1', prices } }));
		const budget = { monthlyUsd: 1_000, stop: true };
		await tab.db.connections.update(connectionRow.id, { budget });
		const { answerId } = await crashMidAnswer(tab.db);
		await Promise.all([tab.generation.start(), second.generation.start()]);
		const row = await tab.settled(answerId);
		await expect
			.poll(async () => {
				const { held = [], pending = [] } = await navigator.locks.query();
				return [...held, ...pending].some((lock) => lock.name === generationLock(answerId));
			})
			.toBe(false);
		const rows = await tab.db.usage.toArray();
		expect(rows).toMatchObject([
			{
				estimated: 1,
				purpose: 'answer',
				connectionId: connectionRow.id,
				connectionLabel: connectionRow.label,
				modelId: 'model-1',
				conversationId: row.conversationId,
				at: row.timings?.settledAt,
				costUsd: row.costUsd
			}
		]);
		expect(row.costUsd).toBeGreaterThan(0);
		expect(rows[0]?.usage).toEqual({
			inputTokens: row.estimatedInputTokens,
			outputTokens: row.estimatedOutputTokens
		});
		expect(await checkBudget(tab.db, connectionRow.id, Date.now())).toMatchObject({
			spentUsd: row.costUsd
		});
		expect((await tab.db.usageTotals.toArray()).map(({ requests }) => requests)).toEqual([1, 1]);
	});

	it('gives no end to an answer of which nobody wrote down when it was last written', async () => {
		const [tab] = open as [Tab];
		const { answerId } = await crashMidAnswer(tab.db);
		const { timings } = await tab.message(answerId);
		const { sentAt = 0, firstTokenAt = 0 } = timings ?? {};
		await tab.db.messages
			.where('id')
			.equals(answerId)
			.modify({ timings: { sentAt, firstTokenAt } });
		await tab.generation.start();
		expect((await tab.settled(answerId)).timings).toEqual({ sentAt, firstTokenAt });
	});

	it('is noticed by a tab that was open all the time, once the other one is gone', async () => {
		const [tab] = open as [Tab];
		await tab.generation.start();
		let stateBefore: string | undefined;
		const { answerId } = await crashMidAnswer(tab.db, async () => {
			await expect
				.poll(async () => (await navigator.locks.query()).pending?.length ?? 0)
				.toBeGreaterThan(0);
			const [row] = await tab.db.messages.where('state').equals('streaming').toArray();
			stateBefore = row?.state;
		});
		expect(stateBefore).toBe('streaming');
		expect((await tab.settled(answerId)).state).toBe('interrupted');
	});

	it('can be stopped from another tab although nobody is left to obey', async () => {
		const [tab] = open as [Tab];
		await tab.generation.start();
		const { answerId } = await crashMidAnswer(tab.db);
		await tab.generation.stop(answerId);
		expect((await tab.settled(answerId)).state).toBe('interrupted');
	});

	it('leaves the running answers of other devices alone', async () => {
		const [tab] = open as [Tab];
		const { answerId, conversationId, userMessageId } = await tab.generation.send(question('Hi'));
		const foreign: MessageRow = {
			...(await tab.message(answerId)),
			id: newMessageId(),
			rid: newRid(),
			deviceId: 'another-device',
			conversationId,
			parentId: userMessageId
		};
		await tab.db.messages.add(foreign);
		await tab.generation.start();
		await tab.generation.stop(foreign.id);
		expect((await tab.message(foreign.id)).state).toBe('streaming');
		expect((await tab.message(answerId)).state).toBe('streaming');
	});
});

describe('two tabs', () => {
	it('see one answer grow, and either can stop it', async () => {
		const [first] = open as [Tab];
		const second = await newTab();
		await Promise.all([first.generation.start(), second.generation.start()]);
		const { answerId } = await first.generation.send(question('Hi'));
		(await first.call()).text('so far');
		await expect.poll(async () => textPart(await second.message(answerId))).toBe('so far');
		expect((await second.message(answerId)).state).toBe('streaming');
		await second.generation.stop(answerId);
		const row = await second.settled(answerId);
		expect(row.state).toBe('stopped');
		expect(textPart(row)).toBe('so far');
	});

	it('both succeed when they send to the same message: two branches', async () => {
		const [first] = open as [Tab];
		const second = await newTab();
		const start = question('Hi');
		const { answerId } = await first.generation.send(start);
		(await first.call()).text('Hello').finish();
		await first.settled(answerId);
		const receipts = await Promise.all(
			[first, second].map((tab, n) =>
				tab.generation.send({ ...start, parentId: answerId, text: `branch ${n}` })
			)
		);
		(await first.call(1)).text('one').finish();
		(await second.call(0)).text('two').finish();
		for (const receipt of receipts)
			expect(await first.settled(receipt.answerId)).toMatchObject({ state: 'complete' });
		const children = await first.db.messages
			.where('[conversationId+parentId+id]')
			.between([start.conversationId, answerId], [start.conversationId, answerId, []])
			.count();
		expect(children).toBe(2);
		expect((await second.call(0)).request.messages.map(({ role }) => role)).toEqual([
			'user',
			'assistant',
			'user'
		]);
	});

	it('skip a wait that runs in the other one', async () => {
		const [first] = open as [Tab];
		const second = await newTab();
		const { answerId } = await first.generation.send(question('Hi'));
		const call = await first.call();
		call.retry(3_600_000, { kind: 'rate_limit', message: 'Slow down.' }).text('Now').finish();
		await expect
			.poll(async () => (await second.message(answerId)).waiting)
			.toMatchObject({ error: { kind: 'rate_limit', message: 'Slow down.' } });
		await second.generation.retryNow(answerId);
		const row = await second.settled(answerId);
		expect(row.state).toBe('complete');
		expect(row).not.toHaveProperty('waiting');
	});
});
