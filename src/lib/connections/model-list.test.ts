import type { ConnectionId, ModelRow } from '#lib/db';
import { presets } from '#lib/providers';
import { expect, test } from 'vitest';
import { listedAt, mergeList, newModelRow, offeredModels } from './model-list.ts';

const connectionId = 'c' as ConnectionId;
const row = (id: string, change: Partial<ModelRow> = {}): ModelRow => ({
	...newModelRow(connectionId, { id }),
	seenAt: 1,
	...change
});

test('models that left the list go, unless a person has something to do with them', () => {
	const rows = [
		row('gone'),
		row('used', { lastUsedAt: 5 }),
		row('starred', { favourite: 1 }),
		row('typed', { manual: 1, seenAt: 0 }),
		row('corrected', { user: { id: 'corrected', contextWindow: 1 } })
	];
	const change = mergeList({ connectionId, rows, offered: [], catalog: new Map(), now: 9 });
	expect(change.remove).toEqual(['gone']);
	expect(change.put.map((kept) => kept.id)).toEqual(['used', 'starred', 'typed', 'corrected']);
	expect(change.put.map((kept) => kept.seenAt)).toEqual([1, 1, 0, 1]);
});

test('a listed model keeps what a person and its own refusals added', () => {
	const rows = [
		row('m', {
			favourite: 1,
			lastUsedAt: 3,
			user: { id: 'm', maxOutput: 7 },
			refusedParameters: ['temperature'],
			catalog: { id: 'm', contextWindow: 1 }
		})
	];
	const { put } = mergeList({
		connectionId,
		rows,
		offered: [{ id: 'm', name: 'M', contextWindow: 10 }],
		catalog: new Map(),
		now: 9
	});
	expect(put).toEqual([
		{
			...row('m', { favourite: 1, lastUsedAt: 3, refusedParameters: ['temperature'] }),
			listed: { id: 'm', name: 'M', contextWindow: 10 },
			user: { id: 'm', maxOutput: 7 },
			seenAt: 9
		}
	]);
});

test('the catalogue speaks of listed and of kept models', () => {
	const { put } = mergeList({
		connectionId,
		rows: [row('typed', { manual: 1 })],
		offered: [{ id: 'm' }],
		catalog: new Map([
			['m', { id: 'm', contextWindow: 5 }],
			['typed', { id: 'typed', contextWindow: 6 }]
		]),
		now: 9
	});
	expect(put.map((model) => model.catalog?.contextWindow)).toEqual([5, 6]);
});

test('a host without a list offers what its preset knows; a list that repeats itself counts once', () => {
	expect(offeredModels(presets.typhoon, []).map((model) => model.id)).toContain(
		'typhoon-v2.5-30b-a3b-instruct'
	);
	expect(offeredModels(presets.custom, [])).toEqual([]);
	expect(offeredModels(presets.openai, [{ id: 'a' }, { id: 'a', name: 'A' }])).toEqual([
		{ id: 'a', name: 'A' }
	]);
	expect(listedAt([row('a'), row('b', { seenAt: 4 })])).toBe(4);
});
