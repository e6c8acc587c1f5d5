import { Database, newMessageId, type ConversationId, type MessageId } from '#lib/db/engine';
import { modelRow, storeConversation } from '#lib/db/testing';
import type { ContextQuery } from '#lib/engine/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choice, connectionRow, openTab, question, type Tab } from './__fixtures__/tabs.ts';
import { createContextChoices } from '#lib/conversations/engine';
import { createSummaryVerbs } from './summarising.ts';

let name = '';
let tab: Tab;

beforeEach(async () => {
	name = `summarising-${crypto.randomUUID()}`;
	tab = await openTab(name);
	await tab.db.connections.add(connectionRow);
	const prices = { input: 2, output: 10 };
	await tab.db.models.add(
		modelRow({ listed: { id: choice.modelId, contextWindow: 4000, prices } })
	);
});

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

/** A conversation that is cut with the strategy `summarise`; its messages are known by number. */
async function seeded(count: number): Promise<{ id: ConversationId; leafId: MessageId }> {
	const texts = Array.from({ length: count }, (_, number) => `#${number}# ${'word '.repeat(160)}`);
	const fields = { ...choice, contextStrategy: { kind: 'summarise' } } as const;
	const { id, messages } = await storeConversation(tab.db, texts, fields);
	return { id, leafId: messages.at(-1)?.id ?? newMessageId() };
}

const textOf = (request: { readonly messages: unknown }): string =>
	JSON.stringify(request.messages);
const numbersIn = (text: string): number[] =>
	[...text.matchAll(/#(\d+)#/g)].map((match) => Number(match[1]));

describe('a turn whose conversation has no room', () => {
	it('summarises what would stay behind, then sends the summary and the rest', async () => {
		const { id, leafId } = await seeded(20);
		const { answerId } = await tab.generation.send(question('And now?', id, leafId));
		const asked = await tab.model.summaries.nth(0);
		await expect
			.poll(async () => (await tab.message(answerId)).summarising)
			.toMatchObject({ modelId: choice.modelId, part: 1 });
		const { summarising } = await tab.message(answerId);
		expect(summarising?.costUsd).toBeGreaterThan(0);
		const covered = numbersIn(textOf(asked.request));
		expect(covered).toEqual(Array.from({ length: covered.length }, (_, n) => n));
		expect(summarising?.count).toBeGreaterThanOrEqual(covered.length);
		expect(tab.model.answers.all).toHaveLength(0);

		asked.text('They counted words.').finish({ inputTokens: 900, outputTokens: 90 });
		const call = await tab.call();
		const sent = textOf(call.request);
		expect(sent).toContain('They counted words.');
		expect(sent).toContain('And now?');
		expect(numbersIn(sent)).toEqual(
			Array.from({ length: 20 }, (_, n) => n).slice(summarising?.count)
		);
		call.text('Well.').finish();
		const row = await tab.settled(answerId);
		expect(row.state).toBe('complete');
		expect(row).not.toHaveProperty('summarising');
		expect(row).not.toHaveProperty('notSummarised');
	});

	it('goes on with what fits when no summary can be made, and says why, once', async () => {
		const { id, leafId } = await seeded(20);
		const first = await tab.generation.send(question('One?', id, leafId));
		(await tab.model.summaries.nth(0)).fail({ kind: 'billing', message: 'No credit.' });
		const call = await tab.call();
		expect(textOf(call.request)).not.toContain('Summary of the earlier part');
		expect(numbersIn(textOf(call.request)).at(-1)).toBe(19);
		call.text('Fine.').finish();
		const row = await tab.settled(first.answerId);
		expect(row).toMatchObject({ state: 'complete' });
		expect(row.notSummarised?.reason).toMatch(/\w+\.$/);
		expect(row.notSummarised?.count).toBeGreaterThan(5);

		const second = await tab.generation.send(question('Two?', id, first.answerId));
		(await tab.model.summaries.nth(1)).fail({ kind: 'billing', message: 'No credit.' });
		(await tab.call(1)).text('Fine.').finish();
		expect(await tab.settled(second.answerId)).not.toHaveProperty('notSummarised');
	});

	it('goes without a summary that leaves the question no room', async () => {
		const { id, leafId } = await seeded(20);
		const text = `Room for little else. ${'word '.repeat(1_800)}`;
		const { answerId } = await tab.generation.send(question(text, id, leafId));
		for (const part of [0, 1, 2]) {
			const asked = await tab.model.summaries.nth(part);
			asked.text('far more than was asked for '.repeat(150)).finish();
		}
		const call = await tab.call();
		expect(textOf(call.request)).toContain('Room for little else.');
		expect(textOf(call.request)).not.toContain('far more than was asked for');
		expect(numbersIn(textOf(call.request)).at(-1)).toBe(19);
		call.text('Well.').finish();
		const row = await tab.settled(answerId);
		expect(row).toMatchObject({ state: 'complete' });
		expect(row.notSummarised?.reason).toContain('too long to go along');
		expect(row.notSummarised?.count).toBeGreaterThan(5);

		// It is kept, and no other one is paid for; the next question that leaves it room has it.
		expect(await tab.db.summaries.count()).toBe(1);
		const ask = { ...choice, conversationId: id, leafId };
		const long = await tab.generation.requests.measure({ ...ask, draftTokens: 2_300 });
		expect(long).toMatchObject({ isSummaryPassedOver: true, toSummarise: { count: 0 } });
		expect(long).not.toHaveProperty('failure');
		const again = await tab.generation.regenerate({ ...choice, answerId });
		(await tab.call(1)).text('Well again.').finish();
		await tab.settled(again.answerId);
		expect(tab.model.summaries.all).toHaveLength(3);
		const short = await tab.generation.requests.measure({ ...ask, draftTokens: 10 });
		expect(short.isSummaryPassedOver).toBe(false);
		expect(short.parts.summary).toBeGreaterThan(100);
	});

	it('is sent without one when the person does not want to wait', async () => {
		const { id, leafId } = await seeded(20);
		const { answerId } = await tab.generation.send(question('Now!', id, leafId));
		await tab.model.summaries.nth(0);
		await tab.generation.summaries.cancelSummary(id);
		(await tab.call()).text('At once.').finish();
		const row = await tab.settled(answerId);
		expect(row).toMatchObject({ state: 'complete' });
		expect(row).not.toHaveProperty('notSummarised');
		expect(await tab.db.summaries.count()).toBe(0);
	});

	it('is stopped together with its summary', async () => {
		const { id, leafId } = await seeded(20);
		const { answerId } = await tab.generation.send(question('Never mind', id, leafId));
		const asked = await tab.model.summaries.nth(0);
		await tab.generation.stop(answerId);
		expect(await tab.message(answerId)).toMatchObject({ state: 'stopped', parts: [] });
		expect(asked.options.signal.aborted).toBe(true);
		expect(tab.model.answers.all).toHaveLength(0);
	});
});

describe('a summary that the person orders', () => {
	const query = (id: ConversationId, leafId: MessageId): ContextQuery => ({
		...choice,
		conversationId: id,
		leafId,
		draftTokens: 0
	});

	it('covers what was told ahead, and then counts in every request', async () => {
		const { id, leafId } = await seeded(20);
		await tab.db.conversations.update(id, { contextStrategy: { kind: 'newest' } });
		const before = await tab.generation.requests.measure(query(id, leafId));
		expect(before.toSummarise.count).toBeGreaterThan(5);
		const verbs = createSummaryVerbs(tab.generation);
		const making = verbs.summarise(query(id, leafId));
		(await tab.model.summaries.nth(0)).text('They counted.').finish();
		expect(await making).toMatchObject({ ok: true });
		const [row] = await tab.db.summaries.toArray();
		expect(row?.count).toBe(before.toSummarise.count);
		const after = await tab.generation.requests.measure(query(id, leafId));
		expect(after.parts.summary).toBeGreaterThan(0);
		expect(after.toSummarise).toEqual({ count: 0 });

		if (row === undefined) throw new Error('no summary');
		await verbs.removeSummary(row.id);
		const taken = await tab.generation.requests.measure(query(id, leafId));
		expect(taken).toMatchObject({ parts: before.parts, toSummarise: before.toSummarise });
	});

	it('stands for nothing that was left out or cleared away when it was made', async () => {
		const { id, leafId } = await seeded(24);
		const branch = (await tab.db.messages.toArray()).map((row) => row.id);
		const choices = createContextChoices({ db: tab.db, now: Date.now });
		const [, answer, , , asked] = branch as [MessageId, MessageId, string, string, MessageId];
		await choices.clearUpTo(id, answer);
		await choices.excludeMessage(asked, true);
		const verbs = createSummaryVerbs(tab.generation);
		const making = verbs.summarise(query(id, leafId));
		const call = await tab.model.summaries.nth(0);
		expect(numbersIn(textOf(call.request)).slice(0, 3)).toEqual([2, 3, 6]);
		call.text('They counted.').finish();
		expect(await making).toMatchObject({ ok: true });

		await choices.excludeMessage(asked, false);
		await choices.clearUpTo(id, '');
		await tab.db.models.update([choice.connectionId, choice.modelId], {
			listed: { id: choice.modelId, contextWindow: 40_000 }
		});
		const { entries } = await tab.generation.requests.preview(query(id, leafId));
		const goes = entries.flatMap(({ leftOut }, n) => (leftOut === undefined ? n : []));
		expect(goes.slice(0, 4)).toEqual([0, 1, 4, 5]);
		expect(entries[2]).toMatchObject({ leftOut: 'summarised' });
	});

	it('is not made where everything fits', async () => {
		const { id, leafId } = await seeded(2);
		const verbs = createSummaryVerbs(tab.generation);
		expect(await verbs.summarise(query(id, leafId))).toMatchObject({
			ok: false,
			isCancelled: false,
			message: expect.stringContaining('Everything fits') as string
		});
		expect(tab.model.summaries.all).toHaveLength(0);
	});
});
