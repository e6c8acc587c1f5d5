import { estimateTokens } from '#lib/context-window';
import { Database, type SummaryProgress, type SummaryRow } from '#lib/db/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	askedOf,
	connection,
	converse,
	info,
	openWorkshop,
	orderFor,
	type Workshop
} from './__fixtures__/workshop.ts';

let name = '';
let tabs: Workshop[];
let workshop: Workshop;

async function openTab(row = connection): Promise<Workshop> {
	const tab = await openWorkshop(name, row);
	tabs.push(tab);
	return tab;
}

beforeEach(async () => {
	name = `summaries-${crypto.randomUUID()}`;
	tabs = [];
	workshop = await openTab();
});

afterEach(async () => {
	for (const tab of tabs) await tab.close();
	await new Database(name).delete();
});

const short = ['Which port does the server use?', '8080.', 'And the admin page?', '8081.'];
/** Much more than one request carries. */
const long = Array.from({ length: 12 }, (_, n) => `message ${n} ${'word '.repeat(1_500)}end ${n}`);

const stored = (): Promise<SummaryRow[]> => workshop.db.summaries.toArray();
const marks = async (): Promise<string[]> =>
	(await workshop.db.outbox.toArray()).map(({ rid }) => rid);

describe('making a summary', () => {
	it('asks the model with all messages, and keeps text, maker, usage and price', async () => {
		const { id, messages } = await converse(workshop.db, short);
		workshop.replies = [['Port 8080', ', admin 8081. ']];
		const result = await workshop.summaries.make(orderFor(id, messages));
		const [row] = await stored();
		expect(result).toEqual({ ok: true, id: row?.id });
		expect(row).toMatchObject({
			conversationId: id,
			upToId: messages[3]?.id,
			count: 4,
			text: 'Port 8080, admin 8081.',
			source: 'model',
			connectionLabel: 'Workshop',
			modelId: 'model-1',
			usage: { inputTokens: 2_000, outputTokens: 100 },
			removedAt: 0
		});
		expect(row?.costUsd).toBeCloseTo(0.003, 12);
		expect(askedOf(workshop.requests[0])).toMatch(
			/from="person">\nWhich port[^]*assistant">\n8080\.[^]*8081\./
		);
		const usage = await workshop.db.usage.toArray();
		expect(usage).toMatchObject([{ purpose: 'summary', modelId: 'model-1', conversationId: id }]);
		expect(usage[0]?.costUsd).toBeCloseTo(0.003, 12);
		expect(await marks()).toEqual(expect.arrayContaining([row?.rid, usage[0]?.rid]));
	});

	it('takes several requests for a long history, each within the window, one after the other', async () => {
		const { id, messages } = await converse(workshop.db, long);
		workshop.replies = [['First part.'], ['Second part.'], ['Last part.']];
		const seen: SummaryProgress[] = [];
		await workshop.summaries.make(
			orderFor(id, messages, { onProgress: (progress) => seen.push(progress) })
		);
		const { requests } = workshop;
		expect(requests.length).toBeGreaterThan(2);
		for (const request of requests)
			expect(estimateTokens((request.system ?? '') + askedOf(request), 'model-1')).toBeLessThan(
				info.contextWindow ?? 0
			);
		const all = requests.map(askedOf).join('');
		const order = [...all.matchAll(/message (\d+) /g)].map((match) => Number(match[1]));
		expect(order).toEqual(long.map((_, n) => n));
		expect(askedOf(requests[0])).not.toContain('<summary>');
		expect(askedOf(requests[1])).toContain('<summary>\nFirst part.\n</summary>');

		const [row] = await stored();
		expect(row?.text).toBe('Last part.');
		expect(row?.usage).toEqual({
			inputTokens: 2_000 * requests.length,
			outputTokens: 100 * requests.length
		});
		expect(await workshop.db.usage.count()).toBe(requests.length);
		expect(seen.map(({ part, parts }) => [part, parts])).toEqual(
			expect.arrayContaining(requests.map((_, n) => [n + 1, requests.length]))
		);
	});

	it('takes in the summary that counted so far', async () => {
		const { id, messages } = await converse(workshop.db, short);
		workshop.replies = [['The first.'], ['The second.']];
		await workshop.summaries.make(orderFor(id, messages.slice(0, 2)));
		const [previous] = await stored();
		await workshop.summaries.make(orderFor(id, messages.slice(2), { previous }));
		expect(askedOf(workshop.requests[1])).toContain('<summary>\nThe first.\n</summary>');
		expect(askedOf(workshop.requests[1])).not.toContain('Which port');
		expect((await stored()).map(({ count, text }) => [count, text])).toEqual([
			[2, 'The first.'],
			[4, 'The second.']
		]);
	});

	it('stops a model that does not end, and keeps no more than there is room for', async () => {
		const { id, messages } = await converse(workshop.db, short);
		workshop.replies = [Array.from({ length: 5_000 }, () => 'and so on ')];
		expect(await workshop.summaries.make(orderFor(id, messages))).toMatchObject({ ok: true });
		const [row] = await stored();
		expect(estimateTokens(row?.text ?? '', 'model-1')).toBeLessThan(400);
		expect((await workshop.db.usage.toArray())[0]).toMatchObject({ estimated: 1 });
	});
});

describe('a summary that is not made', () => {
	it('says why in a sentence, and leaves no row', async () => {
		const { id, messages } = await converse(workshop.db, short);
		workshop.replies = [{ kind: 'auth', message: 'bad key', status: 401 }];
		const result = await workshop.summaries.make(orderFor(id, messages));
		expect(result).toMatchObject({ ok: false, isCancelled: false });
		expect(result).toHaveProperty('message', expect.stringMatching(/key/));
		workshop.replies = ['cut'];
		expect(await workshop.summaries.make(orderFor(id, messages))).toMatchObject({
			ok: false,
			message: expect.stringContaining('dropped') as string
		});
		workshop.replies = [['  ']];
		expect(await workshop.summaries.make(orderFor(id, messages))).toMatchObject({
			ok: false,
			message: expect.stringContaining('without a summary') as string
		});
		expect(await stored()).toEqual([]);
	});

	it('was cancelled: what it has cost so far is written down', async () => {
		const { id, messages } = await converse(workshop.db, short);
		workshop.replies = ['held'];
		const making = workshop.summaries.make(orderFor(id, messages));
		await expect.poll(() => workshop.requests.length).toBe(1);
		const other = await openTab();
		await other.summaries.cancelSummary(id);
		expect(await making).toMatchObject({ ok: false, isCancelled: true });
		expect(await stored()).toEqual([]);
		expect(await workshop.db.usage.toArray()).toMatchObject([{ purpose: 'summary', estimated: 1 }]);
	});

	it('would go beyond the budget: nothing goes out', async () => {
		const row = { ...connection, budget: { monthlyUsd: 0, stop: true } };
		const tab = await openTab(row);
		const { id, messages } = await converse(tab.db, short);
		expect(await tab.summaries.make(orderFor(id, messages))).toMatchObject({
			ok: false,
			message: expect.stringContaining('Workshop') as string
		});
		expect(tab.requests).toEqual([]);
	});

	it('has no room in the model’s window', async () => {
		const { id, messages } = await converse(workshop.db, short);
		const order = orderFor(id, messages, {
			model: { info: { id: 'model-1', contextWindow: 600 }, refusedParameters: [] }
		});
		expect(await workshop.summaries.make(order)).toMatchObject({
			ok: false,
			message: expect.stringContaining('too small') as string
		});
	});

	it('belongs to a conversation that was deleted meanwhile', async () => {
		const { id, messages } = await converse(workshop.db, short);
		await workshop.db.conversations.delete(id);
		expect(await workshop.summaries.make(orderFor(id, messages))).toMatchObject({ ok: false });
		expect(await stored()).toEqual([]);
		expect(await workshop.db.usage.count()).toBe(1);
	});
});

describe('two tabs', () => {
	it('do not make the same summary twice', async () => {
		const other = await openTab();
		const { id, messages } = await converse(workshop.db, short);
		const results = await Promise.all(
			[workshop, other].map((tab) => tab.summaries.make(orderFor(id, messages)))
		);
		expect(workshop.requests.length + other.requests.length).toBe(1);
		const [row] = await stored();
		expect(results).toEqual([
			{ ok: true, id: row?.id },
			{ ok: true, id: row?.id }
		]);
		expect(await stored()).toHaveLength(1);
	});
});

describe('a summary', () => {
	async function made(): Promise<SummaryRow> {
		const { id, messages } = await converse(workshop.db, short);
		await workshop.summaries.make(orderFor(id, messages));
		const [row] = await stored();
		if (row === undefined) throw new Error('no summary');
		await workshop.db.outbox.clear();
		return row;
	}

	it('can be edited: then it is the person’s', async () => {
		const { id, rid } = await made();
		await workshop.summaries.editSummary(id, ' Mine. ');
		expect(await workshop.db.summaries.get(id)).toMatchObject({ text: 'Mine.', source: 'person' });
		expect(Object.keys((await stored())[0]?.stamps ?? {}).toSorted()).toEqual(['source', 'text']);
		expect(await marks()).toEqual([rid]);
	});

	it('is not emptied by an edit', async () => {
		const { id, text } = await made();
		await workshop.summaries.editSummary(id, '  ');
		expect(await workshop.db.summaries.get(id)).toMatchObject({ text, source: 'model' });
		expect(await marks()).toEqual([]);
	});

	it('can be removed and brought back', async () => {
		const { id, rid } = await made();
		await workshop.summaries.removeSummary(id);
		expect((await workshop.db.summaries.get(id))?.removedAt).toBeGreaterThan(0);
		await workshop.summaries.restoreSummary(id);
		expect(await workshop.db.summaries.get(id)).toMatchObject({ removedAt: 0 });
		expect(await marks()).toEqual([rid]);
	});

	it('that is gone is an error with a kind', async () => {
		const { id } = await made();
		await workshop.db.summaries.delete(id);
		await expect(workshop.summaries.editSummary(id, 'x')).rejects.toMatchObject({
			kind: 'not-found'
		});
	});
});
