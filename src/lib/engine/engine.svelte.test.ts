import { demoId } from '#lib/connections';
import { Database, newConversationId } from '#lib/db/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from './client.ts';
import type { EngineApi, SendOrder } from './contract.ts';

let db: Database;
let engine: EngineApi;

beforeEach(() => {
	db = new Database();
	engine = startEngine((error) => {
		throw error;
	});
});

afterEach(async () => {
	await engine.lifecycle.deleteEverything();
	db.close();
});

const order = (): SendOrder => ({
	conversationId: newConversationId(),
	parentId: '',
	text: 'What can you do?',
	connectionId: demoId,
	modelId: 'demo-tour'
});

describe('the engine worker', () => {
	it('answers a newcomer by the demo: no key, no network', { timeout: 30_000 }, async () => {
		await engine.lifecycle.start();
		const { answerId } = await engine.generation.send(order());
		await expect
			.poll(async () => (await db.messages.where('id').equals(answerId).first())?.state, {
				timeout: 25_000
			})
			.toBe('complete');
		const answer = await db.messages.where('id').equals(answerId).first();
		expect(answer).toMatchObject({ presetId: 'demo', costUsd: 0 });
		expect(answer?.parts.find(({ type }) => type === 'text')).toBeDefined();
		expect(await db.conversations.toArray()).toMatchObject([{ titleSource: 'heuristic' }]);
	});

	it('takes orders before it has started, and stops when told to', async () => {
		const { answerId } = await engine.generation.send(order());
		await engine.generation.stop(answerId);
		expect(await db.messages.where('id').equals(answerId).first()).toMatchObject({
			state: 'stopped'
		});
	});

	it('says what kind of failure crossed over', async () => {
		const lost = { ...order(), parentId: 'nowhere' } as unknown as SendOrder;
		await expect(engine.generation.send(lost)).rejects.toMatchObject({ kind: 'not-found' });
		const empty = { ...order(), text: '' };
		await expect(engine.generation.send(empty)).rejects.toMatchObject({ kind: 'bad-order' });
	});

	it('deletes everything, a running answer included', async () => {
		await engine.generation.send(order());
		await engine.lifecycle.deleteEverything();
		await expect.poll(() => db.messages.count()).toBe(0);
		expect(await db.conversations.count()).toBe(0);
		expect((await navigator.locks.query()).held).toEqual([]);
	});

	it('tells the page about the vault', async () => {
		const heard: string[] = [];
		await engine.vault.subscribe(({ state }) => heard.push(state));
		await expect.poll(() => heard.length).toBeGreaterThan(0);
		expect(heard[0]).toBe('empty');
	});

	it('stores a setting that fits, and no other', async () => {
		await engine.settings.set('theme', 'dark');
		expect(await db.settings.get('theme')).toMatchObject({ value: 'dark' });
		await expect(engine.settings.set('theme', 'neon')).rejects.toThrow();
		await expect(engine.settings.set('toString', 1)).rejects.toThrow();
	});
});
