import { Database, type MessageId, type MessageRow } from '#lib/db/engine';
import type { PromptMessage } from '#lib/providers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	choice,
	connectionRow,
	openTab,
	question,
	textPart,
	type Tab
} from './__fixtures__/tabs.ts';

let name = '';
let tab: Tab;

beforeEach(async () => {
	name = `answers-${crypto.randomUUID()}`;
	tab = await openTab(name);
	await tab.db.connections.add(connectionRow);
});

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

/** Sends a question and lets the model answer. */
async function turn(
	order: ReturnType<typeof question>,
	answer: string,
	fail = false
): Promise<MessageRow> {
	const earlier = tab.model.answers.all.length;
	const { answerId } = await tab.generation.send(order);
	const call = await tab.call(earlier);
	call.text(answer);
	if (fail) call.fail({ kind: 'server', message: 'Fault.' });
	else call.finish();
	return tab.settled(answerId);
}

const said = (messages: readonly PromptMessage[]): string[] =>
	messages.map(
		({ role, parts }) =>
			`${role}: ${parts.map((part) => (part.type === 'text' ? part.text : '')).join(' + ')}`
	);

const lastRequest = () => {
	const call = tab.model.answers.all.at(-1);
	if (call === undefined) throw new Error('no request');
	return call.request;
};

describe('what is asked', () => {
	it('is the branch of the parent, and no other', async () => {
		const first = question('one');
		const answer = await turn(first, 'ONE');
		await turn({ ...first, parentId: answer.id, text: 'aside' }, 'ASIDE');
		await turn({ ...first, parentId: answer.id, text: 'two' }, 'TWO');
		expect(said(lastRequest().messages)).toEqual(['user: one', 'assistant: ONE', 'user: two']);
	});

	it('leaves out empty answers and sends partial ones', async () => {
		const first = question('one');
		const empty = await turn(first, '', true);
		const partial = await turn({ ...first, parentId: empty.id, text: 'two' }, 'half', true);
		await turn({ ...first, parentId: partial.id, text: 'three' }, 'THREE');
		expect(said(lastRequest().messages)).toEqual([
			'user: one + two',
			'assistant: half',
			'user: three'
		]);
	});

	it('keeps reasoning at home', async () => {
		const first = question('one');
		const { answerId } = await tab.generation.send(first);
		(await tab.call()).reasoning('secret thoughts').text('ONE').finish();
		await tab.settled(answerId);
		await turn({ ...first, parentId: answerId, text: 'two' }, 'TWO');
		expect(JSON.stringify(lastRequest())).not.toContain('secret thoughts');
	});

	it('starts after the context divider', async () => {
		const first = question('one');
		const answer = await turn(first, 'ONE');
		await tab.db.conversations.update(first.conversationId, { contextDividerId: answer.id });
		await turn({ ...first, parentId: answer.id, text: 'two' }, 'TWO');
		expect(said(lastRequest().messages)).toEqual(['user: two']);
	});

	it('carries system prompt and parameters of the conversation, and what is known of the model', async () => {
		await tab.db.models.add({
			connectionId: connectionRow.id,
			id: 'model-1',
			listed: { id: 'model-1', contextWindow: 1000, capabilities: { reasoning: true } },
			user: { id: 'model-1', contextWindow: 2000 },
			manual: 0,
			favourite: 0,
			lastUsedAt: 0,
			seenAt: 1,
			refusedParameters: ['seed']
		});
		const first = question('one');
		const parameters = { temperature: 0.5 };
		const { answerId } = await tab.generation.send({
			...first,
			systemPrompt: 'Be brief.',
			parameters
		});
		(await tab.call())
			.event({ type: 'parameter-dropped', parameter: 'temperature' })
			.text('ONE')
			.finish();
		const row = await tab.settled(answerId);
		expect(row.parameters).toEqual(parameters);
		expect(lastRequest()).toMatchObject({
			system: 'Be brief.',
			parameters,
			refusedParameters: ['seed'],
			contextWindow: 2000,
			capabilities: { reasoning: true }
		});
		await expect
			.poll(async () => (await tab.db.models.toArray())[0]?.refusedParameters)
			.toEqual(['seed', 'temperature']);
		await turn({ ...first, parentId: answerId, text: 'two' }, 'TWO');
		expect(lastRequest()).toMatchObject({
			system: 'Be brief.',
			parameters,
			refusedParameters: ['seed', 'temperature']
		});
	});

	it('needs no read of a long history that is known', async () => {
		const first = question('0');
		let parentId: MessageId | '' = '';
		for (let n = 0; n < 12; n += 1)
			parentId = (await turn({ ...first, parentId, text: String(n) }, `answer ${n}`)).id;
		const fresh = await openTab(name);
		const { conversationId, connectionId, modelId } = first;
		await fresh.generation.warm({
			conversationId,
			connectionId,
			modelId,
			leafId: parentId,
			draftTokens: 0
		});
		const { answerId } = await fresh.generation.send({ ...first, parentId, text: 'last' });
		const { messages } = (await fresh.call()).request;
		expect(said(messages)).toEqual(
			said(lastRequest().messages).concat('assistant: answer 11', 'user: last')
		);
		await fresh.generation.stop(answerId);
		await fresh.close();
	});
});

describe('alternatives', () => {
	it('regenerate makes a sibling of the answer, with the model that is chosen now', async () => {
		const answer = await turn(question('one'), 'ONE');
		const receipt = await tab.generation.regenerate({
			...choice,
			modelId: 'model-2',
			answerId: answer.id
		});
		(await tab.call(1)).text('UNO').finish();
		const sibling = await tab.settled(receipt.answerId);
		expect(sibling).toMatchObject({ parentId: answer.parentId, modelId: 'model-2' });
		expect(said(lastRequest().messages)).toEqual(['user: one']);
		expect(textPart(await tab.message(answer.id))).toBe('ONE');
		expect(await tab.db.conversations.get(answer.conversationId)).toMatchObject({
			activeLeafId: sibling.id,
			modelId: 'model-2'
		});
	});

	it('continue makes a sibling that starts with the partial answer and asks to go on', async () => {
		const { answerId } = await tab.generation.send(question('Count.'));
		(await tab.call()).reasoning('Easy.').text('one, two').end();
		const partial = await tab.settled(answerId);
		const receipt = await tab.generation.continueAnswer({ ...choice, answerId });
		const call = await tab.call(1);
		expect(call.request.continueFrom).toBe('one, two');
		expect(said(call.request.messages)).toEqual(['user: Count.']);
		expect((await tab.message(receipt.answerId)).parts).toEqual(partial.parts);
		call.text(', three').finish();
		const whole = await tab.settled(receipt.answerId);
		expect(textPart(whole)).toBe('one, two, three');
		expect(whole).toMatchObject({ continuedFrom: answerId, parentId: partial.parentId });
		expect(textPart(await tab.message(answerId))).toBe('one, two');
	});

	it('edit makes a sibling of the own message and leaves the old branch alone', async () => {
		const first = question('one');
		const answer = await turn(first, 'ONE');
		const second = await turn({ ...first, parentId: answer.id, text: 'two' }, 'TWO');
		const receipt = await tab.generation.edit({
			...choice,
			messageId: second.parentId as MessageId,
			text: 'two, better'
		});
		(await tab.call(2)).text('TWO!').finish();
		await tab.settled(receipt.answerId);
		expect(said(lastRequest().messages)).toEqual([
			'user: one',
			'assistant: ONE',
			'user: two, better'
		]);
		expect((await tab.message(receipt.userMessageId)).parentId).toBe(answer.id);
		expect(await tab.db.messages.count()).toBe(6);
	});

	it('refuses what is of the wrong kind', async () => {
		const answer = await turn(question('one'), 'ONE');
		const asked = answer.parentId as MessageId;
		await expect(
			tab.generation.edit({ ...choice, messageId: answer.id, text: 'no' })
		).rejects.toMatchObject({ kind: 'wrong-message' });
		await expect(tab.generation.regenerate({ ...choice, answerId: asked })).rejects.toMatchObject({
			kind: 'wrong-message'
		});
	});
});

describe('what cannot be asked', () => {
	it('a locked vault settles the answer with the reason and keeps the question', async () => {
		const locked = await openTab(name, {
			open: () => Promise.resolve({ ok: false, error: { kind: 'locked', message: 'Locked.' } })
		});
		const { answerId, userMessageId } = await locked.generation.send(question('Hi'));
		expect(await locked.settled(answerId)).toMatchObject({
			state: 'failed',
			error: { kind: 'locked', message: 'Locked.' }
		});
		expect(textPart(await locked.message(userMessageId))).toBe('Hi');
		expect(locked.model.answers.all).toHaveLength(0);
		await locked.close();
	});

	it('a connection that is turned off is not asked', async () => {
		const off = await openTab(name, {
			open: () =>
				Promise.resolve({
					ok: true,
					connection: { presetId: 'custom', protocol: 'openai-chat', baseUrl: 'http://x' },
					row: { ...connectionRow, enabled: 0 }
				})
		});
		const { answerId } = await off.generation.send(question('Hi'));
		expect(await off.settled(answerId)).toMatchObject({
			state: 'failed',
			error: { kind: 'no-connection' }
		});
		expect(off.model.answers.all).toHaveLength(0);
		await off.close();
	});

	it('no model chosen is a failed answer, not a lost question', async () => {
		const { answerId } = await tab.generation.send({ ...question('Hi'), modelId: '' });
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'failed',
			error: { kind: 'no-model' }
		});
	});
});
