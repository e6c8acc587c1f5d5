import { createConversationVerbs } from '#lib/conversations/engine';
import { Database, type ConversationId } from '#lib/db/engine';
import { createSettingsVerbs } from '#lib/settings/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionRow, openTab, question, type Tab } from './__fixtures__/tabs.ts';

let name = '';
let tab: Tab;

beforeEach(async () => {
	name = `titles-${crypto.randomUUID()}`;
	tab = await openTab(name);
	await tab.db.connections.add(connectionRow);
});

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

async function firstTurn(): Promise<ConversationId> {
	const { answerId, conversationId } = await tab.generation.send(question('How do I bake bread?'));
	(await tab.call()).text('With flour.').finish({ inputTokens: 1, outputTokens: 1 });
	await tab.settled(answerId);
	return conversationId;
}

const stored = (id: ConversationId) => tab.db.conversations.get(id);

describe('the title of a conversation', () => {
	it('is asked of the model after the first answer, and paid for apart', async () => {
		const id = await firstTurn();
		expect(await stored(id)).toMatchObject({
			title: 'How do I bake bread?',
			titleSource: 'heuristic'
		});
		const call = await tab.model.titles.nth(0);
		expect(JSON.stringify(call.request.messages)).toContain('With flour.');
		call.text('"Baking ').text('bread"').finish({ inputTokens: 50, outputTokens: 4 });
		await expect.poll(async () => (await stored(id))?.title).toBe('Baking bread');
		expect((await stored(id))?.titleSource).toBe('model');
		const usage = await tab.db.usage.toArray();
		expect(usage.map(({ purpose }) => purpose).toSorted()).toEqual(['answer', 'title']);
	});

	it('of a person is never overwritten, even when it came while the model was thinking', async () => {
		const id = await firstTurn();
		const call = await tab.model.titles.nth(0);
		const verbs = createConversationVerbs({
			db: tab.db,
			now: Date.now,
			stopAnswer: () => Promise.resolve()
		});
		await verbs.update(id, { title: 'My loaf' });
		call.text('Baking bread').finish();
		await expect.poll(() => tab.db.usage.where('id').notEqual('').count()).toBe(2);
		expect(await stored(id)).toMatchObject({ title: 'My loaf', titleSource: 'person' });
	});

	it('stays as it is when the model fails', async () => {
		const id = await firstTurn();
		(await tab.model.titles.nth(0)).fail({ kind: 'server', message: 'Fault.' });
		await tab.generation.close();
		expect(await stored(id)).toMatchObject({
			title: 'How do I bake bread?',
			titleSource: 'heuristic'
		});
	});

	it('is not asked for when that is turned off', async () => {
		await createSettingsVerbs({ db: tab.db, now: Date.now }).set('modelTitles', false);
		await firstTurn();
		await tab.generation.close();
		expect(tab.model.titles.all).toHaveLength(0);
	});
});
