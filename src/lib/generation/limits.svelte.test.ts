import { Database } from '#lib/db/engine';
import { modelRow } from '#lib/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionRow, openTab, question, type Tab } from './__fixtures__/tabs.ts';

let name = '';
let tab: Tab;

async function start(
	limits: typeof connectionRow.limits,
	presetId: typeof connectionRow.presetId = 'custom'
): Promise<void> {
	name = `limits-${crypto.randomUUID()}`;
	const row = { ...connectionRow, presetId, limits };
	tab = await openTab(name, {
		open: () =>
			Promise.resolve({
				ok: true,
				connection: { presetId: 'custom', protocol: 'openai-chat', baseUrl: 'http://x' },
				row
			})
	});
	await tab.db.connections.add(row);
}

const knows = (contextWindow: number) => modelRow({ listed: { id: 'model-1', contextWindow } });

beforeEach(() => start({}));

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

describe('the limits of a connection', () => {
	it('let one request a minute out; the next says until when it waits and can be stopped', async () => {
		await tab.close();
		await start({ requestsPerMinute: 1 });
		const first = await tab.generation.send(question('one'));
		await tab.call();
		const second = await tab.generation.send(question('two'));
		await expect
			.poll(async () => (await tab.message(second.answerId)).waiting)
			.toMatchObject({ error: { kind: 'rate_limit', code: 'own-limit' } });
		const { waiting } = await tab.message(second.answerId);
		expect(waiting?.until).toBeGreaterThan(Date.now() + 50_000);
		await tab.generation.stop(second.answerId);
		expect(await tab.message(second.answerId)).toMatchObject({ state: 'stopped', parts: [] });
		expect(tab.model.answers.all).toHaveLength(1);
		await tab.generation.stop(first.answerId);
	});

	it('refuse what can never fit a minute', async () => {
		await tab.close();
		await start({ tokensPerMinute: 100 });
		const { answerId } = await tab.generation.send(question('long '.repeat(1000)));
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'failed',
			error: { kind: 'too_large', code: 'own-limit' }
		});
		expect(tab.model.answers.all).toHaveLength(0);
	});
});

describe('what the provider says of its limits', () => {
	const said = { 'x-ratelimit-limit-tokens': '12000', 'x-ratelimit-limit-requests-day': '1000' };
	const row = () => tab.db.connections.get(connectionRow.id);

	it('is kept with the connection, and written again only when it is news', async () => {
		const first = await tab.generation.send(question('one'));
		const call = await tab.call();
		call.options.onHeaders?.(new Headers(said));
		await expect
			.poll(async () => (await row())?.learntLimits)
			.toMatchObject({
				tokensPerMinute: 12_000
			});
		const learnt = (await row())?.learntLimits;
		call.options.onHeaders?.(new Headers(said));
		call.text('Hi').finish();
		await tab.settled(first.answerId);
		expect((await row())?.learntLimits).toEqual(learnt);
	});
});

describe('a provider that counts each model by itself', () => {
	it('has its limits kept by model, and only requests to that model wait for them', async () => {
		await tab.close();
		await start({}, 'groq');
		await tab.db.settings.put({ key: 'modelTitles', value: false, stamp: '' });
		const stored = () => tab.db.connections.get(connectionRow.id);
		const first = await tab.generation.send(question('one'));
		const call = await tab.call();
		call.options.onHeaders?.(new Headers({ 'x-ratelimit-limit-requests-minute': '1' }));
		call.text('Hi').finish();
		await tab.settled(first.answerId);
		await expect
			.poll(async () => (await stored())?.learntByModel)
			.toMatchObject({ 'model-1': { requestsPerMinute: 1 } });
		expect(await stored()).not.toHaveProperty('learntLimits');
		const other = await tab.generation.send({ ...question('two'), modelId: 'model-2' });
		(await tab.call(1)).text('Hi').finish();
		expect(await tab.settled(other.answerId)).toMatchObject({ state: 'complete' });
	});

	it('has the window cut to what it allows this model', async () => {
		const learntByModel = { 'model-1': { tokensPerMinute: 2_000, at: Date.now() } };
		await tab.db.connections.update(connectionRow.id, { presetId: 'groq', learntByModel });
		const measure = (modelId: string) =>
			tab.generation.requests.measure({
				connectionId: connectionRow.id,
				modelId,
				conversationId: '',
				leafId: '',
				draftTokens: 10
			});
		expect((await measure('model-1')).budget).toMatchObject({
			window: 2_000,
			boundBy: 'tokens-per-minute'
		});
		expect((await measure('model-2')).budget.boundBy).toBe('window');
	});
});

describe('the context window', () => {
	it('is what a minute allows when the model’s own is not known', async () => {
		await tab.close();
		await start({ tokensPerMinute: 2000 });
		await tab.db.settings.put({ key: 'modelTitles', value: false, stamp: '' });
		const order = question('old '.repeat(1000));
		const { answerId } = await tab.generation.send(order);
		(await tab.call()).text('old answer').finish({ inputTokens: 10, outputTokens: 10 });
		await tab.settled(answerId);
		await tab.generation.send({ ...order, parentId: answerId, text: 'new '.repeat(900) });
		const { messages } = (await tab.call(1)).request;
		expect(JSON.stringify(messages)).not.toContain('old');
	});

	it('leaves out the oldest turns that do not fit, and never the question', async () => {
		await tab.db.models.add(knows(1000));
		const order = question('old '.repeat(400));
		const { answerId } = await tab.generation.send(order);
		(await tab.call()).text('old answer').finish();
		await tab.settled(answerId);
		await tab.generation.send({ ...order, parentId: answerId, text: 'new '.repeat(400) });
		const { messages } = (await tab.call(1)).request;
		expect(JSON.stringify(messages)).not.toContain('old');
		expect(JSON.stringify(messages)).toContain('new new');
	});

	it('says by how much a question is too long', async () => {
		await tab.db.models.add(knows(1000));
		const { answerId } = await tab.generation.send(question('long '.repeat(2000)));
		const row = await tab.settled(answerId);
		expect(row).toMatchObject({ state: 'failed', error: { kind: 'context_too_long' } });
		expect(row.error?.message).toMatch(/about [\d,]+ tokens too long/);
	});

	it('is taken for 8,192 tokens while nobody knows it, and says so', async () => {
		const order = question('old '.repeat(4000));
		const { answerId } = await tab.generation.send(order);
		(await tab.call()).text('old answer').finish();
		await tab.settled(answerId);
		await tab.generation.send({ ...order, parentId: answerId, text: 'new '.repeat(4000) });
		expect(JSON.stringify((await tab.call(1)).request.messages)).not.toContain('old');
		const { answerId: refused } = await tab.generation.send(question('long '.repeat(20_000)));
		const { error } = await tab.settled(refused);
		expect(error).toMatchObject({ kind: 'context_too_long' });
		expect(error?.message).toMatch(/8,192 tokens that are assumed/);
	});
});
