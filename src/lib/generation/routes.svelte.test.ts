import { routeConnectionId } from '#lib/connections';
import {
	Database,
	newConversationId,
	type ConnectionId,
	type ConnectionRow,
	type ModelRow
} from '#lib/db/engine';
import { connectionRow, modelRow } from '#lib/db/testing';
import type { OpenedConnection } from './types.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTab, textPart, type Tab } from './__fixtures__/tabs.ts';
import { resolveChoice } from './routes.ts';

const row = (id: string, fields: Partial<ConnectionRow> = {}): ConnectionRow =>
	connectionRow({ id: id as ConnectionId, label: id, ...fields });

const known = (id: string, listed: Partial<ModelRow['listed']>): ModelRow =>
	modelRow({
		connectionId: id as ConnectionId,
		id: `${id}-model`,
		listed: { id: `${id}-model`, ...listed }
	});

let name = '';
let tab: Tab;
/** What stands in the way of a connection, by id. */
let refused: Partial<Record<string, Extract<OpenedConnection, { ok: false }>['error']>>;

beforeEach(async () => {
	name = `routes-${crypto.randomUUID()}`;
	refused = {};
	tab = await openTab(name, {
		open: async (id) => {
			const error = refused[id];
			if (error !== undefined) return { ok: false, error };
			const stored = await tab.db.connections.get(id);
			if (stored === undefined)
				return { ok: false, error: { kind: 'no-connection', message: 'It was deleted.' } };
			const { presetId, protocol, baseUrl } = stored;
			return { ok: true, connection: { presetId, protocol, baseUrl }, row: stored };
		}
	});
	await tab.db.connections.bulkAdd([row('first'), row('second'), row('third')]);
	await tab.db.settings.bulkPut([
		{ key: 'modelTitles', value: false, stamp: '' },
		{
			key: 'routes',
			value: [
				{
					id: 'route-1',
					name: 'smart',
					steps: ['first', 'second', 'third'].map((id) => ({
						connectionId: id,
						modelId: `${id}-model`
					}))
				}
			],
			stamp: ''
		}
	]);
});

afterEach(async () => {
	await tab.close();
	await new Database(name).delete();
});

const choice = { connectionId: routeConnectionId, modelId: 'route-1' };

const ask = (text = 'Hi') =>
	tab.generation.send({ ...choice, conversationId: newConversationId(), parentId: '', text });

describe('a route', () => {
	it('asks its first model, and the conversation keeps the route', async () => {
		const { answerId, conversationId } = await ask();
		const call = await tab.call();
		expect(call.request.modelId).toBe('first-model');
		call.text('Hello').finish();
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'complete',
			connectionId: 'first',
			modelId: 'first-model',
			route: { name: 'smart', passed: [] }
		});
		expect(await tab.db.conversations.get(conversationId)).toMatchObject(choice);
	});

	it('passes the turn on at once when a model is at its limit, and says so meanwhile', async () => {
		const { answerId } = await ask();
		const limit = { kind: 'rate_limit', message: 'Slow down.', status: 429, retryAfterMs: 30_000 };
		(await tab.call()).retry(30_000, limit as never);
		const second = await tab.call(1);
		expect(second.request.modelId).toBe('second-model');
		await expect
			.poll(() => tab.message(answerId))
			.toMatchObject({
				state: 'streaming',
				connectionId: 'second',
				connectionLabel: 'second',
				route: { passed: [{ connectionLabel: 'first', modelId: 'first-model', error: limit }] }
			});
		expect((await tab.message(answerId)).waiting).toBeUndefined();
		second.text('Here').finish({ inputTokens: 10, outputTokens: 20 });
		const answer = await tab.settled(answerId);
		expect(textPart(answer)).toBe('Here');
		const [usage] = await tab.db.usage.toArray();
		expect(usage).toMatchObject({ connectionId: 'second', modelId: 'second-model' });
		// The limit of the first is remembered: the next turn does not even ask it.
		await ask('Again');
		expect((await tab.call(2)).request.modelId).toBe('second-model');
	});

	it('remembers a wait of more than a minute, for that model and as long as it was told', async () => {
		const tenMinutes = {
			kind: 'rate_limit',
			message: 'Quota for today.',
			status: 429,
			retryAfterMs: 600_000
		} as const;
		const first = await ask();
		(await tab.call()).fail(tenMinutes);
		(await tab.call(1)).text('Here').finish();
		await tab.settled(first.answerId);
		// The next turn does not even ask it, and says why.
		const second = await ask('Again');
		const call = await tab.call(2);
		expect(call.request.modelId).toBe('second-model');
		call.text('Here again').finish();
		const { route } = await tab.settled(second.answerId);
		expect(route?.passed).toMatchObject([
			{ modelId: 'first-model', error: { kind: 'rate_limit', message: 'Quota for today.' } }
		]);
		// Who is asked alone is asked; once it answers, the route has it back.
		const plain = { connectionId: 'first' as ConnectionId, modelId: 'first-model' };
		const order = { conversationId: newConversationId(), parentId: '' as const, text: 'You?' };
		const { answerId } = await tab.generation.send({ ...plain, ...order });
		(await tab.call(3)).text('Yes').finish();
		await tab.settled(answerId);
		await ask('And now?');
		expect((await tab.call(4)).request.modelId).toBe('first-model');
	});

	it('asks its last model whatever it said before', async () => {
		const wait = { kind: 'rate_limit', message: 'Later.', retryAfterMs: 600_000 } as const;
		for (const n of [0, 1]) {
			const { answerId } = await ask();
			if (n === 0) {
				(await tab.call(0)).fail(wait);
				(await tab.call(1)).fail(wait);
			}
			(await tab.call(2 + n)).fail(wait);
			expect(await tab.settled(answerId)).toMatchObject({
				modelId: 'third-model',
				error: { message: 'Later.' },
				route: { passed: [{ modelId: 'first-model' }, { modelId: 'second-model' }] }
			});
		}
		expect(tab.model.answers.all).toHaveLength(4);
	});

	it('waits for a limit that is over in a moment', async () => {
		const { answerId } = await ask();
		const limit = { kind: 'rate_limit', message: 'Slow down.', retryAfterMs: 100 } as const;
		(await tab.call()).retry(100, limit).text('Here').finish();
		expect(await tab.settled(answerId)).toMatchObject({
			modelId: 'first-model',
			route: { passed: [] }
		});
		expect(tab.model.answers.all).toHaveLength(1);
	});

	it('goes on through faults of every kind, and keeps each reason', async () => {
		refused.first = { kind: 'locked', message: 'The vault is locked.' };
		const { answerId } = await ask();
		const second = await tab.call();
		expect(second.request.modelId).toBe('second-model');
		second.fail({ kind: 'auth', message: 'Wrong key.', status: 401 });
		(await tab.call(1)).text('At last').finish();
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'complete',
			modelId: 'third-model',
			route: { passed: [{ error: { kind: 'locked' } }, { error: { kind: 'auth' } }] }
		});
	});

	it('stays with a model whose answer has begun', async () => {
		const { answerId } = await ask();
		(await tab.call()).text('Half an').fail({ kind: 'overloaded', message: 'Busy.' });
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'failed',
			modelId: 'first-model',
			error: { kind: 'overloaded' }
		});
		expect(tab.model.answers.all).toHaveLength(1);
	});

	it('does not ask another model for what is wrong with the request itself', async () => {
		const { answerId } = await ask();
		(await tab.call()).fail({ kind: 'content_filter', message: 'No.' });
		expect(await tab.settled(answerId)).toMatchObject({ modelId: 'first-model' });
		expect(tab.model.answers.all).toHaveLength(1);
	});

	it('fails with the last reason when nobody can take the turn', async () => {
		const { answerId } = await ask();
		(await tab.call()).fail({ kind: 'server', message: 'One.' });
		(await tab.call(1)).fail({ kind: 'network_or_cors', message: 'Two.' });
		(await tab.call(2)).fail({ kind: 'server', message: 'Three.' });
		expect(await tab.settled(answerId)).toMatchObject({
			state: 'failed',
			modelId: 'third-model',
			error: { message: 'Three.' },
			route: { passed: [{ error: { message: 'One.' } }, { error: { message: 'Two.' } }] }
		});
	});

	it('goes on to a larger window when the message is too long', async () => {
		await tab.db.models.bulkAdd([
			known('first', { contextWindow: 1000 }),
			known('second', { contextWindow: 100_000 })
		]);
		const { answerId } = await ask('long '.repeat(2000));
		const call = await tab.call();
		expect(call.request.modelId).toBe('second-model');
		call.text('Read').finish();
		expect(await tab.settled(answerId)).toMatchObject({
			route: { passed: [{ error: { kind: 'context_too_long' } }] }
		});
	});

	it('goes on when our own limit asks for a long wait and another model is free', async () => {
		await tab.db.connections.update('first' as ConnectionId, { limits: { requestsPerMinute: 1 } });
		const first = await ask('one');
		(await tab.call()).text('1').finish();
		await tab.settled(first.answerId);
		const second = await ask('two');
		const call = await tab.call(1);
		expect(call.request.modelId).toBe('second-model');
		call.text('2').finish();
		expect(await tab.settled(second.answerId)).toMatchObject({
			route: { passed: [{ error: { kind: 'rate_limit', code: 'own-limit' } }] }
		});
	});

	it('waits for the first when no other is free', async () => {
		for (const id of ['first', 'second', 'third'])
			await tab.db.connections.update(id as ConnectionId, { limits: { requestsPerMinute: 1 } });
		for (const n of [0, 1, 2]) {
			const { answerId } = await ask();
			(await tab.call(n)).text('ok').finish();
			await tab.settled(answerId);
		}
		const { answerId } = await ask('four');
		await expect
			.poll(async () => (await tab.message(answerId)).waiting)
			.toMatchObject({ error: { code: 'own-limit' } });
		expect(await tab.message(answerId)).toMatchObject({ modelId: 'first-model' });
		await tab.generation.stop(answerId);
		expect(await tab.message(answerId)).toMatchObject({ state: 'stopped' });
	});

	it('that is gone says so', async () => {
		await tab.db.settings.delete('routes');
		const { answerId } = await ask();
		const answer = await tab.settled(answerId);
		expect(answer).toMatchObject({ state: 'failed', error: { kind: 'no-model' } });
		expect(answer.error?.message).toContain('route is no longer there');
		expect(await resolveChoice(tab.db, choice)).toBeUndefined();
	});

	it('resolves to its first model that can be used', async () => {
		expect(await resolveChoice(tab.db, choice)).toMatchObject({ modelId: 'first-model' });
		await tab.db.connections.update('first' as ConnectionId, { enabled: 0 });
		expect(await resolveChoice(tab.db, choice)).toMatchObject({ modelId: 'second-model' });
		const model = { connectionId: 'first' as ConnectionId, modelId: 'any' };
		expect(await resolveChoice(tab.db, model)).toEqual(model);
	});
});

describe('the measure of a request', () => {
	it('is that of the first model of a route', async () => {
		await tab.db.models.add(known('first', { contextWindow: 50_000 }));
		const query = { conversationId: '', leafId: '', draftTokens: 10 } as const;
		const { budget, isWindowKnown } = await tab.generation.requests.measure({
			...choice,
			...query
		});
		expect(isWindowKnown).toBe(true);
		expect(budget.window).toBe(50_000);
	});
});

describe('a refusal that names the limit', () => {
	it('cuts the request to it and sends it again, once', async () => {
		const id = newConversationId();
		const plain = { connectionId: 'first' as ConnectionId, modelId: 'first-model' };
		await tab.db.models.add(known('first', { contextWindow: 100_000 }));
		const order = {
			...plain,
			conversationId: id,
			parentId: '' as const,
			text: 'old '.repeat(8000)
		};
		const { answerId } = await tab.generation.send(order);
		(await tab.call()).text('ok').finish();
		await tab.settled(answerId);
		await tab.generation.send({ ...order, parentId: answerId, text: 'new' });
		const message = 'Request too large on tokens per minute (TPM): Limit 6000, Requested 12000.';
		(await tab.call(1)).fail({ kind: 'too_large', message, status: 413 });
		const again = await tab.call(2);
		expect(JSON.stringify(again.request.messages)).not.toContain('old');
		await expect
			.poll(async () => (await tab.db.connections.get(plain.connectionId))?.learntLimits)
			.toMatchObject({ tokensPerMinute: 6000 });
	});
});

describe('a stopped wait', () => {
	it('counts from the first request, not from the last try', async () => {
		const plain = { connectionId: 'first' as ConnectionId, modelId: 'first-model' };
		const { answerId } = await tab.generation.send({
			...plain,
			conversationId: newConversationId(),
			parentId: '',
			text: 'Hi'
		});
		const before = Date.now();
		const limit = { kind: 'rate_limit', message: 'Slow down.' } as const;
		(await tab.call()).retry(300, limit).retry(60_000, limit);
		await expect
			.poll(async () => (await tab.message(answerId)).waiting?.until ?? 0)
			.toBeGreaterThan(before + 50_000);
		await tab.generation.stop(answerId);
		const { timings } = await tab.message(answerId);
		expect((timings?.settledAt ?? 0) - (timings?.sentAt ?? 0)).toBeGreaterThan(250);
	});
});
