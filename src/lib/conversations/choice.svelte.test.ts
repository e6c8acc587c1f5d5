import { Database, type ConnectionId } from '#lib/db';
import { connectionRow, modelRow } from '#lib/db/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readChosenModel } from './choice.ts';

let db: Database;

const off = 'off' as ConnectionId;
const on = 'on' as ConnectionId;

beforeEach(async () => {
	db = new Database(`test-${crypto.randomUUID()}`);
	await db.open();
	await db.connections.bulkAdd([
		connectionRow({ id: off, label: 'Off', enabled: 0, position: 1 }),
		connectionRow({ id: on, label: 'On', position: 2 })
	]);
	await db.models.bulkAdd([
		modelRow({ connectionId: off, id: 'a' }),
		modelRow({ connectionId: on, id: 'b' })
	]);
});

afterEach(async () => {
	await db.delete();
});

const setRoute = (steps: readonly { connectionId: ConnectionId; modelId: string }[]) =>
	db.settings.put({ key: 'routes', value: [{ id: 'r', name: 'Fast', steps }], stamp: '' });
const route = { connectionId: 'route' as ConnectionId, modelId: 'r' };

test.each([
	['whose connection is switched off', off, 'a', 'off'],
	['whose connection was deleted', 'nowhere' as ConnectionId, 'x', 'gone'],
	['that is no longer listed', on, 'renamed', undefined],
	['of a route that was deleted', route.connectionId, 'nowhere', 'route-gone']
])('a conversation keeps a model %s', async (_what, connectionId, modelId, trouble) => {
	const chosen = await readChosenModel(db, { connectionId, modelId }, true);
	expect(chosen).toMatchObject({ connectionId, modelId });
	expect(chosen?.connection.id).toBe(connectionId);
	expect(chosen?.trouble).toBe(trouble);
});

test('a conversation with the demo stays with it', async () => {
	const demo = { connectionId: 'demo' as ConnectionId, modelId: 'a demo of the past' };
	expect(await readChosenModel(db, demo, true)).toMatchObject({ connectionId: 'demo' });
});

test('a new chat begins with a model that can be used', async () => {
	for (const wanted of [{ connectionId: off, modelId: 'a' }, null, route])
		expect(await readChosenModel(db, wanted)).toMatchObject({ connectionId: on, modelId: 'b' });
});

test('a route is in trouble when none of its models can be used', async () => {
	await setRoute([
		{ connectionId: off, modelId: 'a' },
		{ connectionId: on, modelId: 'b' }
	]);
	const usable = await readChosenModel(db, route, true);
	expect(usable).toMatchObject({ name: 'Fast', info: { id: 'b' } });
	expect(usable?.trouble).toBeUndefined();
	await setRoute([{ connectionId: off, modelId: 'a' }]);
	expect(await readChosenModel(db, route, true)).toMatchObject({ trouble: 'route-off' });
});
