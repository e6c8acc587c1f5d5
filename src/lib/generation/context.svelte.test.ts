import { createContextChoices, createConversationVerbs } from '#lib/conversations/engine';
import {
	Database,
	newConversationId,
	newRid,
	newSummaryId,
	type ConversationId,
	type MessageId,
	type SummaryRow
} from '#lib/db/engine';
import { modelRow, storeConversation } from '#lib/db/testing';
import type { ContextQuery, ModelChoice } from '#lib/engine/engine';
import type { GenerateRequest } from '#lib/providers';
import { createSettingsVerbs } from '#lib/settings/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { choice, connectionRow, openTab, type Tab } from './__fixtures__/tabs.ts';

let name = '';
let tab: Tab;

const model = modelRow({
	listed: { id: choice.modelId, contextWindow: 4000, prices: { input: 2, output: 10 } }
});

beforeEach(async () => {
	name = `context-${crypto.randomUUID()}`;
	tab = await openTab(name);
	await tab.db.connections.add(connectionRow);
	await tab.db.models.add(model);
});

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

/** A stored conversation of `count` messages, each of about 100 tokens and known by its number. */
async function seeded(count: number): Promise<{ id: ConversationId; ids: MessageId[] }> {
	const texts = Array.from({ length: count }, (_, number) => `#${number} ${'word '.repeat(80)}`);
	const fields = { ...choice, systemPrompt: 'Be brief.' };
	const { id, messages } = await storeConversation(tab.db, texts, fields);
	return { id, ids: messages.map((message) => message.id) };
}

const summary = (conversationId: ConversationId, upToId: MessageId, text: string): SummaryRow => ({
	id: newSummaryId(),
	rid: newRid(),
	conversationId,
	upToId,
	count: 1,
	text,
	source: 'model',
	...choice,
	connectionLabel: '',
	createdAt: 1,
	removedAt: 0,
	stamps: {}
});

const query = (
	conversationId: ConversationId | '',
	leafId: MessageId | '',
	change: Partial<ContextQuery & ModelChoice> = {}
): ContextQuery => ({ ...choice, conversationId, leafId, draftTokens: 5, ...change });

/** The numbers of the seeded messages in a request. */
const numbersIn = ({ messages }: GenerateRequest): number[] =>
	[...JSON.stringify(messages).matchAll(/#(\d+) /g)].map(([, number]) => Number(number));

/** Sends a question to a leaf, and gives the numbers of what went along. */
async function sent(id: ConversationId, leaf: MessageId, through = tab): Promise<number[]> {
	const before = through.model.answers.all.length;
	await through.generation.send({ ...choice, conversationId: id, parentId: leaf, text: 'Now?' });
	return numbersIn((await through.call(before)).request);
}

const verbs = () => ({
	...createContextChoices({ db: tab.db, now: Date.now }),
	...createConversationVerbs({ db: tab.db, now: Date.now, stopAnswer: () => Promise.resolve() }),
	...createSettingsVerbs({ db: tab.db, now: Date.now })
});

describe('what will be sent', () => {
	it('is what is sent, whatever the person chose', async () => {
		const { id, ids } = await seeded(60);
		const leaf = ids[59] as MessageId;
		const choose = verbs();
		for (const change of [
			() => Promise.resolve(),
			() => choose.pinMessage(ids[2] as MessageId, true),
			() => choose.excludeMessage(ids[50] as MessageId, true),
			() => choose.setStrategy(id, { kind: 'last', count: 6 }),
			() => choose.setStrategy(id, { kind: 'first-and-newest' }),
			() => choose.clearUpTo(id, ids[55] as MessageId),
			() => choose.clearUpTo(id, ''),
			() => tab.db.summaries.add(summary(id, ids[41] as MessageId, 'What was said.'))
		]) {
			await change();
			const { entries, parts } = await tab.generation.requests.preview(query(id, leaf));
			const shown = entries.flatMap(({ leftOut }, number) => (leftOut === undefined ? number : []));
			expect(await sent(id, leaf)).toEqual(shown);
			const { system, summary: made, pinned, history, attachments, draft, input } = parts;
			expect(system + made + pinned + history + attachments + draft).toBe(input);
		}
	});

	it('says where the window starts, what stays behind and what it costs', async () => {
		const { id, ids } = await seeded(60);
		const leaf = ids[59] as MessageId;
		const measure = await tab.generation.requests.measure(query(id, leaf));
		expect(measure).toMatchObject({
			isWindowKnown: true,
			isApproximate: true,
			strategyFrom: 'settings',
			strategy: { kind: 'newest' }
		});
		expect(ids.indexOf(measure.startsAt as MessageId)).toBe(measure.leftOutCount);
		expect(measure.leftOutCount).toBeGreaterThan(20);
		// Neither what is pinned further up nor what is left out further down moves it.
		await verbs().pinMessage(ids[2] as MessageId, true);
		await verbs().excludeMessage(ids[56] as MessageId, true);
		const { startsAt } = await tab.generation.requests.measure(query(id, leaf));
		expect(ids.indexOf(startsAt as MessageId)).toBeGreaterThan(20);
		expect(ids.indexOf(startsAt as MessageId)).toBeLessThan(56);
		await verbs().pinMessage(ids[2] as MessageId, false);
		await verbs().excludeMessage(ids[56] as MessageId, false);
		// A pinned message far above goes along, and the window starts where it did.
		await tab.db.messages
			.where('id')
			.equals(ids[4] as MessageId)
			.modify({ pinned: 1 });
		const pinned = await tab.generation.requests.measure(query(id, leaf));
		expect(ids.indexOf(pinned.startsAt as MessageId)).toBeGreaterThan(20);
		await tab.db.messages
			.where('id')
			.equals(ids[4] as MessageId)
			.modify({ pinned: 0 });
		expect(measure.parts.input).toBeLessThanOrEqual(measure.budget.input);
		expect(measure.inputCostUsd).toBeCloseTo((measure.parts.input * 2) / 1e6);
		const other = await tab.generation.requests.measure(
			query(id, leaf, { strategy: { kind: 'summarise' } })
		);
		expect(other).toMatchObject({
			strategyFrom: 'query',
			leftOutCount: measure.leftOutCount,
			toSummarise: measure.toSummarise
		});
		// The summary itself takes room.
		expect(other.toSummarise.count).toBeGreaterThanOrEqual(measure.leftOutCount);
		expect(other.toSummarise.costUsd).toBeGreaterThan(0);
	});

	it('works for a chat that is not there, a model nobody knows and no model at all', async () => {
		const empty = await tab.generation.requests.measure(
			query('', '', { systemPrompt: 'Be brief.', modelId: 'unheard-of' })
		);
		expect(empty).toMatchObject({ isWindowKnown: false, startsAt: '', leftOutCount: 0 });
		expect(empty.budget.window).toBe(8192);
		expect(empty.parts.system).toBeGreaterThan(0);
		expect(empty.inputCostUsd).toBeUndefined();
		const none = await tab.generation.requests.measure(
			query(newConversationId(), '', { modelId: '', draftTokens: 0 })
		);
		expect(none.parts.input).toBe(0);
	});

	it('says why it cannot go out and by how much', async () => {
		const measure = await tab.generation.requests.measure(query('', '', { draftTokens: 5000 }));
		expect(measure.failure?.kind).toBe('message-too-long');
		expect(measure.failure?.overBy).toBe(measure.parts.input - measure.budget.input);
	});
});

describe('the strategy', () => {
	it('is the conversation’s, else the model’s, else that of the settings', async () => {
		const { id, ids } = await seeded(20);
		const leaf = ids[19] as MessageId;
		const choose = verbs();
		expect(await sent(id, leaf)).toHaveLength(20);
		await choose.set('contextStrategy', { kind: 'last', count: 9 });
		expect(await sent(id, leaf)).toHaveLength(8);
		await tab.db.models.put({ ...model, contextStrategy: { kind: 'last', count: 7 } });
		expect(await sent(id, leaf)).toHaveLength(6);
		await choose.setStrategy(id, { kind: 'last', count: 5 });
		expect(await sent(id, leaf)).toHaveLength(4);
		await choose.setStrategy(id, null);
		expect(await sent(id, leaf)).toHaveLength(6);
	});

	it('is chosen before the first message, and then it is the conversation’s', async () => {
		const contextStrategy = { kind: 'last', count: 4 } as const;
		const before = await tab.generation.requests.measure(query('', '', { contextStrategy }));
		expect(before).toMatchObject({ strategyFrom: 'conversation', strategy: contextStrategy });
		const id = newConversationId();
		const order = { ...choice, conversationId: id, parentId: '' as const, text: 'Hi' };
		const { answerId } = await tab.generation.send({ ...order, contextStrategy });
		const after = await tab.generation.requests.measure(query(id, answerId));
		expect(after).toMatchObject({ strategyFrom: 'conversation', strategy: contextStrategy });
		// Without a choice nothing is written: what is wider keeps its say.
		const plain = newConversationId();
		await tab.generation.send({ ...order, conversationId: plain, contextStrategy: null });
		expect(await tab.db.conversations.get(plain)).not.toHaveProperty('contextStrategy');
	});

	it('“none” refuses what does not fit, and says what helps', async () => {
		const { id, ids } = await seeded(60);
		await verbs().setStrategy(id, { kind: 'none' });
		const { answerId } = await tab.generation.send({
			...choice,
			conversationId: id,
			parentId: ids[59] as MessageId,
			text: 'Now?'
		});
		expect((await tab.settled(answerId)).error).toMatchObject({
			kind: 'context_too_long',
			message: expect.stringMatching(
				/conversation is about [\d,]+ tokens too long.*ummarise/
			) as string
		});
	});
});

describe('a message', () => {
	it('that another tab pins counts at once, though it was read before', async () => {
		const { id, ids } = await seeded(60);
		const leaf = ids[59] as MessageId;
		expect(await sent(id, leaf)).not.toContain(2);
		const other = new Worker(new URL('./__fixtures__/pinning.worker.ts', import.meta.url), {
			type: 'module'
		});
		const done = new Promise((resolve, reject) => {
			other.onmessage = resolve;
			other.onerror = (event) => {
				reject(new Error(event.message));
			};
		});
		other.postMessage({ name, messageId: ids[2] });
		await done;
		await expect.poll(() => sent(id, leaf)).toContain(2);
		other.terminate();
	});

	it('that is pinned takes along what is left out of its exchange, and the panel says so', async () => {
		const { id, ids } = await seeded(6);
		const [asked, answer] = ids as [MessageId, MessageId];
		await verbs().pinMessage(asked, true);
		await verbs().excludeMessage(answer, true);
		const { entries } = await tab.generation.requests.preview(query(id, ids[5] as MessageId));
		expect(entries[0]).toMatchObject({ pinned: true, excluded: false });
		expect(entries[1]).toMatchObject({ pinned: false, excluded: true, pinnedWith: 'user' });
		for (const entry of entries.slice(0, 2)) expect(entry).not.toHaveProperty('leftOut');
		for (const entry of entries.slice(2)) expect(entry).not.toHaveProperty('pinnedWith');
		expect(await sent(id, ids[5] as MessageId)).toEqual([0, 1, 2, 3, 4, 5]);
	});

	it('is never both pinned and left out', async () => {
		const { ids } = await seeded(2);
		const [asked] = ids as [MessageId];
		const choose = verbs();
		await choose.pinMessage(asked, true);
		await choose.excludeMessage(asked, true);
		expect(await tab.message(asked)).toMatchObject({ pinned: 0, excluded: 1 });
		await choose.pinMessage(asked, true);
		expect(await tab.message(asked)).toMatchObject({ pinned: 1, excluded: 0 });
	});

	it('after which the context is cleared stays forgotten with another answer in its place', async () => {
		const { id, ids } = await seeded(12);
		const answer = ids[11] as MessageId;
		await verbs().clearUpTo(id, answer);
		expect(await sent(id, answer)).toEqual([]);
		const { answerId } = await tab.generation.regenerate({ ...choice, answerId: answer });
		const again = await tab.call(1);
		expect(numbersIn(again.request)).toEqual([10]);
		again.text('Another answer.').finish();
		await tab.settled(answerId);
		const next = await tab.generation.requests.preview(query(id, answerId));
		expect(next.entries.every(({ leftOut }) => leftOut === 'cleared')).toBe(true);
		expect(await sent(id, answerId)).toEqual([]);
	});

	it('that an earlier build took for the divider forgets what it did', async () => {
		const { id, ids } = await seeded(12);
		await tab.db.conversations.update(id, { contextDividerId: ids[5] as MessageId });
		expect(await sent(id, ids[11] as MessageId)).toEqual([6, 7, 8, 9, 10, 11]);
	});

	it('of another conversation cannot be the divider', async () => {
		const { id } = await seeded(2);
		const { ids } = await seeded(2);
		await expect(verbs().clearUpTo(id, ids[1] as MessageId)).rejects.toMatchObject({
			kind: 'not-found'
		});
	});
});

describe('a summary', () => {
	it('opens the request in place of its messages, and they come back with its removal', async () => {
		const { id, ids } = await seeded(20);
		const leaf = ids[19] as MessageId;
		const older = summary(id, ids[3] as MessageId, 'Older summary.');
		const newer = summary(id, ids[9] as MessageId, 'Newer summary.');
		await tab.db.summaries.bulkAdd([older, newer]);
		await tab.generation.send({ ...choice, conversationId: id, parentId: leaf, text: 'Now?' });
		const { request } = await tab.call();
		expect(numbersIn(request)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
		expect(request.messages[0]).toMatchObject({ role: 'user' });
		expect(request.messages[0]?.parts[0]).toMatchObject({
			text: expect.stringMatching(/^Summary of the earlier.*Newer summary\./s) as string
		});
		expect(JSON.stringify(request.messages)).not.toContain('Older summary');
		const measure = await tab.generation.requests.measure(query(id, leaf));
		expect(measure.parts.summary).toBeGreaterThan(10);

		await tab.db.summaries.update(newer.id, { removedAt: 1 });
		expect(await sent(id, leaf)).toHaveLength(16);
		await tab.db.summaries.update(older.id, { removedAt: 1 });
		expect(await sent(id, leaf)).toHaveLength(20);
	});

	it('counts only on its own branch, and not from before the divider', async () => {
		const { id, ids } = await seeded(20);
		const leaf = ids[19] as MessageId;
		await tab.db.summaries.add(summary(id, ids[9] as MessageId, 'Not here.'));
		expect(await sent(id, ids[5] as MessageId)).toEqual([0, 1, 2, 3, 4, 5]);
		await verbs().clearUpTo(id, ids[11] as MessageId);
		expect(await sent(id, leaf)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
		const { request } = await tab.call(1);
		expect(JSON.stringify(request.messages)).not.toContain('Not here.');
	});
});

describe('the counts of a model', () => {
	const ratioOf = async (): Promise<number | undefined> =>
		(await tab.db.models.toArray())[0]?.calibration?.ratio;

	it('are corrected by what it reports', async () => {
		const { id, ids } = await seeded(10);
		const leaf = ids[9] as MessageId;
		const { parts } = await tab.generation.requests.measure(query(id, leaf));
		await tab.generation.send({ ...choice, conversationId: id, parentId: leaf, text: 'Now?' });
		(await tab.call()).text('Yes.').finish({ inputTokens: Math.round(parts.input * 1.5) });
		await expect.poll(ratioOf).toBeCloseTo(1.5, 1);
		const after = await tab.generation.requests.measure(query(id, leaf));
		expect(after.parts.input / parts.input).toBeCloseTo(1.5, 1);
		expect(after.isApproximate).toBe(true);
	});

	it('take an answer for as long as it was reported, without its reasoning', async () => {
		const order = { ...choice, conversationId: newConversationId(), parentId: '' } as const;
		const { answerId } = await tab.generation.send({ ...order, text: 'Hi' });
		(await tab.call())
			.reasoning('Let me think. '.repeat(50))
			.text('word '.repeat(80))
			.finish({ outputTokens: 420, reasoningTokens: 300 });
		await tab.settled(answerId);
		const { entries } = await tab.generation.requests.preview(
			query(order.conversationId, answerId)
		);
		expect(entries[1]).toMatchObject({ tokens: 124, isApproximate: false });
		// Another model counts in its own way.
		const other = await tab.generation.requests.preview(
			query(order.conversationId, answerId, { modelId: 'claude-other' })
		);
		expect(other.entries[1]).toMatchObject({ isApproximate: true });
	});

	it.each([
		['more', 1.6],
		['less', 0.6]
	])('are asked of the provider before a nearly full request: it is %s', async (_what, factor) => {
		await tab.close();
		const counted: GenerateRequest[] = [];
		tab = await openTab(name, {
			countInput: (request) => {
				counted.push(request);
				return Promise.resolve(
					Math.round((JSON.stringify(request.messages).length / 4.2) * factor)
				);
			}
		});
		const { id, ids } = await seeded(40);
		expect(await sent(id, ids[9] as MessageId)).toHaveLength(10);
		expect(counted).toEqual([]);
		const full = await sent(id, ids[27] as MessageId);
		expect(counted).toHaveLength(1);
		expect(numbersIn(counted[0] as GenerateRequest)).toHaveLength(28);
		if (factor > 1) expect(full.length).toBeLessThan(28);
		else expect(full).toHaveLength(28);
		// What was learnt holds for the next request.
		await expect.poll(ratioOf).toBeCloseTo(factor, 0);
		if (factor < 1) expect((await sent(id, ids[39] as MessageId)).length).toBeGreaterThan(35);
	});

	it('are exact for OpenAI’s models, once the tokenizer is there', async () => {
		await tab.db.models.add({ ...model, id: 'gpt-4o', listed: { id: 'gpt-4o' } });
		const { id, ids } = await seeded(4);
		const ask = query(id, ids[3] as MessageId, { modelId: 'gpt-4o', draftTokens: 0 });
		expect((await tab.generation.requests.measure(ask)).isApproximate).toBe(true);
		expect(await tab.generation.requests.whenExact({ ...ask, modelId: 'claude' })).toBe(false);
		expect(await tab.generation.requests.whenExact(ask)).toBe(true);
		expect((await tab.generation.requests.measure(ask)).isApproximate).toBe(false);
		// A draft is an estimate until it goes along itself.
		const drafted = { ...ask, draftTokens: 3 };
		expect((await tab.generation.requests.measure(drafted)).isApproximate).toBe(true);
		const counted = await tab.generation.requests.measure({
			...drafted,
			draft: 'word '.repeat(40)
		});
		expect(counted).toMatchObject({ isApproximate: false, parts: { draft: 45 } });
		const { entries } = await tab.generation.requests.preview(ask);
		// “#0 word word …”: three tokens, 80 words and the space at the end; four for a message.
		expect(entries[0]?.tokens).toBe(87);
	});
});

describe('a copied request', () => {
	it('is what would be sent, with a placeholder for the key', async () => {
		await tab.close();
		tab = await openTab(name, {
			recordRequest: (request, { apiKey, baseUrl }) =>
				Promise.resolve({
					method: 'POST',
					url: baseUrl,
					headers: { authorization: `Bearer ${apiKey ?? ''}` },
					body: JSON.stringify(request.messages)
				})
		});
		await tab.db.connections.update(connectionRow.id, { sealedKey: new Uint8Array([1, 2, 3]) });
		const { id, ids } = await seeded(60);
		const leaf = ids[59] as MessageId;
		const command = await tab.generation.requests.copyRequest(query(id, leaf), 'Now?');
		expect(command).toContain('"authorization: Bearer $API_KEY"');
		expect(command).toContain('Now?');
		const copied = [...command.matchAll(/#(\d+) /g)].map(([, number]) => Number(number));
		expect(copied).toEqual(await sent(id, leaf));
	});

	it('of the demo is refused with a reason', async () => {
		const demo = query('', '', {
			connectionId: 'demo' as ModelChoice['connectionId'],
			modelId: 'demo-tour'
		});
		await expect(tab.generation.requests.copyRequest(demo, 'Hi')).rejects.toMatchObject({
			kind: 'no-request'
		});
	});
});
