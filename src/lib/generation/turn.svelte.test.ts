import {
	Database,
	newConversationId,
	newMessageId,
	openDatabase,
	transactDirectly,
	type MessageId
} from '#lib/db/engine';
import { modelRow } from '#lib/db/testing';
import { generationLock } from '#lib/engine/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	choice,
	connectionRow,
	listen,
	openTab,
	question,
	textPart,
	type Tab
} from './__fixtures__/tabs.ts';

let name = '';
let tab: Tab;

beforeEach(async () => {
	name = `turn-${crypto.randomUUID()}`;
	tab = await openTab(name);
	await tab.db.connections.add(connectionRow);
});

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

const heldLocks = async (): Promise<string[]> =>
	((await navigator.locks.query()).held ?? []).map((lock) => lock.name ?? '');

/** Lets no write of a message through until it is released. */
async function occupyStorage(): Promise<{ release: () => Promise<void> }> {
	// As while a question is typed: nothing else has to be read then.
	await tab.generation.warm({ ...choice, conversationId: '', leafId: '', draftTokens: 0 });
	const other = await openDatabase(name);
	const held = Promise.withResolvers<undefined>();
	const busy = transactDirectly(other, [other.messages], () => held.promise);
	return {
		async release() {
			held.resolve(undefined);
			await busy;
			other.close();
		}
	};
}

describe('a turn', () => {
	it('is on disk, with its lock taken, before the request leaves', async () => {
		const receipt = await tab.generation.send(question('# Hello there\nsecond line'));
		const [conversation, asked, answer] = await Promise.all([
			tab.db.conversations.get(receipt.conversationId),
			tab.message(receipt.userMessageId),
			tab.message(receipt.answerId)
		]);
		expect(conversation).toMatchObject({
			title: 'Hello there',
			titleSource: 'heuristic',
			activeLeafId: receipt.answerId,
			...choice
		});
		expect(asked).toMatchObject({ role: 'user', state: 'complete', parentId: '' });
		expect(answer).toMatchObject({
			role: 'assistant',
			state: 'streaming',
			parentId: receipt.userMessageId,
			connectionLabel: 'Workshop',
			presetId: 'custom'
		});
		expect(await heldLocks()).toContain(generationLock(receipt.answerId));
		expect((await tab.call()).request.messages).toEqual([
			{ role: 'user', parts: [{ type: 'text', text: '# Hello there\nsecond line' }] }
		]);
	});

	it('lets no request leave before it is on disk, though the request is made meanwhile', async () => {
		const storage = await occupyStorage();
		const sending = tab.generation.send(question('Hi'));
		const { options } = await tab.call();
		let hasLeft = false;
		const left = options.leave?.then(() => {
			hasLeft = true;
		});
		expect(await heldLocks()).toContainEqual(expect.stringContaining('generation:'));
		expect(hasLeft).toBe(false);
		await storage.release();
		await left;
		expect(await tab.db.messages.count()).toBe(2);
		await sending;
	});

	it('lets its request go when it cannot be written', async () => {
		const { userMessageId: questionId } = await tab.generation.send(question('Hi'));
		const ids = { questionId, answerId: newMessageId() };
		const storage = await occupyStorage();
		const refused = expect(tab.generation.send({ ...question('Again'), ids })).rejects.toThrow();
		const { options } = await tab.call(1);
		await storage.release();
		await refused;
		await expect(options.leave).rejects.toThrow();
		expect(options.signal.aborted).toBe(true);
		expect(await tab.db.messages.count()).toBe(2);
	});

	it('is refused when it would be the answer of another one, which goes on', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		const ids = { questionId: newMessageId(), answerId };
		await expect(tab.generation.send({ ...question('Again'), ids })).rejects.toThrow();
		(await tab.call()).text('Hello').finish();
		expect((await tab.settled(answerId)).state).toBe('complete');
		expect(await tab.db.messages.count()).toBe(2);
	});

	it('is rehearsed without a trace', async () => {
		await tab.close();
		const heard: string[] = [];
		let counted = 0;
		tab = await openTab(name, {
			countInput: () => {
				counted += 1;
				return Promise.resolve(undefined);
			},
			// eslint-disable-next-line @typescript-eslint/require-await -- it has it all at hand
			async *rehearse({ messages }, { apiKey }) {
				heard.push(`${messages.length} ${apiKey ?? ''}`);
				yield { type: 'text-delta', delta: '-' };
				yield { type: 'finish', reason: 'stop', usage: {} };
			}
		});
		await tab.db.connections.update(connectionRow.id, { sealedKey: new Uint8Array([1]) });
		const query = { ...choice, conversationId: '', leafId: '', draftTokens: 0 } as const;
		await tab.generation.warm(query);
		await tab.generation.warm(query);
		expect(heard).toEqual(['1 -']);
		expect(counted).toBe(0);
		expect(tab.model.answers.all).toEqual([]);
		const { messages, conversations, usage, outbox, reservations } = tab.db;
		for (const table of [messages, conversations, usage, outbox, reservations])
			expect(await table.count()).toBe(0);
	});

	it('streams to all tabs and settles with usage, timings, cost and marks for sync', async () => {
		const prices = { input: 1, output: 10 };
		await tab.db.models.add(modelRow({ listed: { id: 'model-1', prices } }));
		const order = question('Hi');
		const page = listen(order.conversationId);
		const { answerId } = await tab.generation.send(order);
		const call = await tab.call();
		call.reasoning('Let me ').reasoning('think.').text('Hel').text('lo');
		await expect.poll(() => page.heard.map(({ text }) => text).join('|')).toContain('lo');
		call.finish({ inputTokens: 100, outputTokens: 20 });
		const row = await tab.settled(answerId);
		page.close();

		expect(row).toMatchObject({
			state: 'complete',
			finishReason: 'stop',
			usage: { inputTokens: 100, outputTokens: 20 },
			parts: [
				{ type: 'reasoning', text: 'Let me think.' },
				{ type: 'text', text: 'Hello' }
			]
		});
		expect(row.parts[0]).toHaveProperty('durationMs');
		expect(row.costUsd).toBeCloseTo(0.0003);
		expect(row.timings?.firstTokenAt).toBeGreaterThanOrEqual(row.timings?.sentAt ?? Infinity);
		expect(row.timings?.settledAt).toBeGreaterThanOrEqual(row.timings?.firstTokenAt ?? Infinity);
		for (const part of ['text', 'reasoning'] as const) {
			let shown = '';
			for (const delta of page.heard.filter((candidate) => candidate.part === part)) {
				expect(delta.offset).toBe(shown.length);
				shown += delta.text;
			}
			expect(row.parts).toContainEqual(expect.objectContaining({ type: part, text: shown }));
		}
		const usage = await tab.db.usage.toArray();
		expect(usage).toMatchObject([{ purpose: 'answer', costUsd: row.costUsd, ...choice }]);
		const marks = (await tab.db.outbox.toArray()).map(({ rid }) => rid);
		expect(marks).toEqual(expect.arrayContaining([row.rid, usage[0]?.rid]));
		const conversation = await tab.db.conversations.get(order.conversationId);
		expect(conversation?.lastAnswerAt).toBe(row.timings?.settledAt);
		expect((await tab.db.models.toArray())[0]?.lastUsedAt).toBeGreaterThan(0);
		await expect.poll(heldLocks).not.toContain(generationLock(answerId));
	});

	it('says what the provider’s cache saved', async () => {
		const prices = { input: 2, output: 10, cachedInput: 0.5 };
		await tab.db.models.add(modelRow({ listed: { id: 'model-1', prices } }));
		const { answerId } = await tab.generation.send(question('Hi'));
		const usage = { inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 1 };
		(await tab.call()).text('Hello').finish(usage);
		const row = await tab.settled(answerId);
		expect(row.savedUsd).toBeCloseTo(0.6);
		expect((await tab.db.usage.toArray())[0]?.savedUsd).toBeCloseTo(0.6);
	});

	it('marks a pending answer for sync only once it is settled', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		const { rid } = await tab.message(answerId);
		expect(await tab.db.outbox.get(rid)).toBeUndefined();
		(await tab.call()).text('x').finish();
		await tab.settled(answerId);
		expect(await tab.db.outbox.get(rid)).toMatchObject({ table: 'messages' });
	});

	it('writes what has arrived while it goes on', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		const call = await tab.call();
		call.text('first');
		await expect.poll(async () => textPart(await tab.message(answerId))).toBe('first');
		call.text(' second');
		await expect
			.poll(async () => textPart(await tab.message(answerId)), { timeout: 1500 })
			.toBe('first second');
		expect((await tab.message(answerId)).state).toBe('streaming');
		call.text(' third');
		await tab.generation.flush();
		await expect
			.poll(async () => {
				await tab.generation.flush();
				return textPart(await tab.message(answerId));
			})
			.toBe('first second third');
	});

	it('counts ≈ tokens when the provider reports none', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).text('The quick brown fox').finish();
		expect((await tab.settled(answerId)).estimatedOutputTokens).toBeGreaterThan(2);
	});

	it('accepts an answer without text', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).finish({ outputTokens: 0 });
		expect(await tab.settled(answerId)).toMatchObject({ state: 'complete', parts: [] });
	});

	it('keeps the partial text when it is stopped', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).text('so far');
		await expect.poll(async () => textPart(await tab.message(answerId))).toBe('so far');
		await tab.generation.stop(answerId);
		expect(await tab.message(answerId)).toMatchObject({ state: 'stopped' });
		expect(textPart(await tab.message(answerId))).toBe('so far');
	});

	it('remembers what it waited for when it is stopped before a word came', async () => {
		const refusal = { kind: 'rate_limit', status: 429, message: 'Slow down.' } as const;
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).retry(3_600_000, refusal);
		await expect.poll(async () => (await tab.message(answerId)).waiting).toBeDefined();
		await tab.generation.stop(answerId);
		const row = await tab.message(answerId);
		expect(row).toMatchObject({ state: 'stopped', error: refusal });
		expect(row).not.toHaveProperty('waiting');
	});

	it('forgets a wait that is over', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).retry(1, { kind: 'overloaded', message: 'Busy.' }).text('so far');
		await expect.poll(async () => textPart(await tab.message(answerId))).toBe('so far');
		await tab.generation.stop(answerId);
		expect(await tab.message(answerId)).not.toHaveProperty('error');
	});

	it('keeps the partial text beside the error', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).text('so far').fail({ kind: 'overloaded', message: 'Busy.' });
		const row = await tab.settled(answerId);
		expect(row).toMatchObject({ state: 'failed', error: { kind: 'overloaded', message: 'Busy.' } });
		expect(textPart(row)).toBe('so far');
	});

	it('calls a stream without its end interrupted', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		(await tab.call()).text('so far').end();
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'interrupted',
			error: { kind: 'interrupted' }
		});
	});

	it('runs several answers at once, in one conversation and in many', async () => {
		const order = question('one');
		const first = await tab.generation.send(order);
		const second = await tab.generation.send({ ...order, text: 'two' });
		const third = await tab.generation.send(question('three'));
		// A request may be made before an earlier one: what it asks tells them apart.
		const calls = await Promise.all([0, 1, 2].map((n) => tab.call(n)));
		const asked = (text: string) =>
			calls.find(({ request }) => JSON.stringify(request.messages).includes(`"${text}"`));
		asked('three')?.text('C').finish();
		asked('one')?.text('A').finish();
		asked('two')?.text('B').finish();
		const answers = await Promise.all(
			[first, second, third].map(async ({ answerId }) => textPart(await tab.settled(answerId)))
		);
		expect(answers).toEqual(['A', 'B', 'C']);
		expect(await tab.db.messages.where('id').equals(second.userMessageId).first()).toMatchObject({
			parentId: ''
		});
	});

	it('refuses to answer what is gone, and writes nothing', async () => {
		const order = question('Hi', newConversationId(), 'nowhere' as MessageId);
		await expect(tab.generation.send(order)).rejects.toMatchObject({ kind: 'not-found' });
		expect(await tab.db.messages.count()).toBe(0);
		expect(await heldLocks()).not.toContain(expect.stringContaining('generation:'));
	});
});
