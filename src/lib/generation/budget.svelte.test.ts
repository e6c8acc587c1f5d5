import { Database } from '#lib/db/engine';
import { modelRow } from '#lib/db/testing';
import { checkBudget } from '#lib/usage/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionRow, openTab, question, type Tab } from './__fixtures__/tabs.ts';

const row = { ...connectionRow, budget: { monthlyUsd: 1, stop: true } };
const priced = modelRow({ listed: { id: 'model-1', prices: { input: 1, output: 10 } } });

let name = '';
let tab: Tab;
beforeEach(async () => {
	name = `budget-${crypto.randomUUID()}`;
	tab = await openTab(name, {
		open: () =>
			Promise.resolve({
				ok: true,
				connection: { presetId: 'custom', protocol: 'openai-chat', baseUrl: row.baseUrl },
				row
			})
	});
	await tab.db.connections.add(row);
	await tab.db.models.add(priced);
});
afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

/** An answer that has come so far, and is written down. */
async function begun() {
	const { answerId } = await tab.generation.send(question('one'));
	const call = await tab.call();
	call.text('Some words that have arrived already.');
	await expect.poll(async () => (await tab.message(answerId)).parts.length).toBe(1);
	return { answerId, call };
}

describe('what an answer has used', () => {
	it.each([
		['interrupted', { kind: 'interrupted', message: 'Gone.' }],
		['failed', { kind: 'overloaded', message: 'Busy.' }]
	] as const)('stands with one that was %s, as an estimate', async (state, error) => {
		const { answerId, call } = await begun();
		call.fail(error);
		const answer = await tab.settled(answerId);
		const [usage] = await tab.db.usage.toArray();
		expect(usage?.costUsd).toBeGreaterThan(0);
		expect(answer).toMatchObject({
			state,
			estimatedInputTokens: usage?.usage.inputTokens,
			estimatedOutputTokens: usage?.usage.outputTokens,
			costUsd: usage?.costUsd
		});
	});

	it('is no estimate any more once it is reported', async () => {
		const { answerId, call } = await begun();
		expect(await tab.message(answerId)).toHaveProperty('estimatedInputTokens');
		call.finish({ inputTokens: 100, outputTokens: 20 });
		const answer = await tab.settled(answerId);
		expect(answer.costUsd).toBeCloseTo(0.0003);
		expect(answer).not.toHaveProperty('estimatedInputTokens');
		expect(answer).not.toHaveProperty('estimatedOutputTokens');
	});

	it('is nothing where nothing came', async () => {
		const { answerId } = await tab.generation.send(question('one'));
		(await tab.call()).fail({ kind: 'auth', message: 'No.' });
		const answer = await tab.settled(answerId);
		expect(answer).not.toHaveProperty('estimatedInputTokens');
		expect(answer).not.toHaveProperty('costUsd');
	});
});

describe('the budget of a connection', () => {
	it('lets nothing more out once it is spent, and says why', async () => {
		const first = await tab.generation.send(question('one'));
		(await tab.call()).text('dear').finish({ inputTokens: 1_000_000, outputTokens: 1 });
		await tab.settled(first.answerId);
		const second = await tab.generation.send(question('two'));
		expect(await tab.settled(second.answerId)).toMatchObject({
			state: 'failed',
			error: { message: expect.stringContaining('$1.00 of $1.00') as string }
		});
		expect(tab.model.answers.all).toHaveLength(1);
		// Nor is a title asked for behind its back.
		expect(tab.model.titles.all).toHaveLength(0);
	});

	it('counts an answer that was stopped before its tokens were reported, as an estimate', async () => {
		const { answerId } = await begun();
		await tab.generation.stop(answerId);
		const [usage] = await tab.db.usage.toArray();
		expect(usage).toMatchObject({ estimated: 1, connectionLabel: row.label, presetId: 'custom' });
		expect(usage?.usage.inputTokens).toBeGreaterThan(0);
		// The same figures stand under the answer.
		expect(await tab.message(answerId)).toMatchObject({
			estimatedInputTokens: usage?.usage.inputTokens,
			estimatedOutputTokens: usage?.usage.outputTokens,
			costUsd: usage?.costUsd
		});
		expect(await checkBudget(tab.db, row.id, Date.now())).toMatchObject({
			state: 'ok',
			spentUsd: usage?.costUsd
		});
	});
});
