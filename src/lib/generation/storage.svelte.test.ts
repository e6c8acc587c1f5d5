import { Database } from '#lib/db/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionRow, openTab, question, textPart, type Tab } from './__fixtures__/tabs.ts';

let name = '';
let tab: Tab;
let isFull = false;
let isVeryFull = false;

beforeEach(async () => {
	name = `storage-${crypto.randomUUID()}`;
	isFull = isVeryFull = false;
	tab = await openTab(name);
	await tab.db.connections.add(connectionRow);
	// A disk with room for small rows only, or for none.
	tab.db.use({
		stack: 'dbcore',
		name: 'full-disk',
		create: (core) => ({
			...core,
			table: (tableName) => {
				const table = core.table(tableName);
				return {
					...table,
					mutate: (request) => {
						const size = 'values' in request ? JSON.stringify(request.values).length : 0;
						return isVeryFull || (isFull && size > 2000)
							? Promise.reject(new DOMException('Full.', 'QuotaExceededError'))
							: table.mutate(request);
					}
				};
			}
		})
	});
	tab.db.close({ disableAutoOpen: false });
	await tab.db.open();
});

afterEach(async () => {
	await tab.generation.close('discard');
	tab.db.close();
	await new Database(name).delete();
});

const long = 'x'.repeat(3000);

describe('a full disk', () => {
	it('goes on streaming in memory and saves it all when there is room in time', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		const call = await tab.call();
		call.text('start ');
		await expect.poll(async () => textPart(await tab.message(answerId))).toBe('start ');
		isFull = true;
		call.text(long);
		await tab.generation.flush();
		await tab.generation.flush();
		expect(textPart(await tab.message(answerId))).toBe('start ');
		isFull = false;
		call.text(' end').finish();
		const row = await tab.settled(answerId);
		expect(row.state).toBe('complete');
		expect(row.error).toBeUndefined();
		expect(textPart(row)).toBe(`start ${long} end`);
	});

	it('settles with the reason when there is none, and saves the rest as soon as there is', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		const call = await tab.call();
		call.text('start ');
		await expect.poll(async () => textPart(await tab.message(answerId))).toBe('start ');
		isFull = true;
		call.text(long).finish();
		const remnant = await tab.settled(answerId);
		expect(remnant).toMatchObject({ state: 'failed', error: { kind: 'storage' } });
		expect(textPart(remnant)).toBe('start ');
		isFull = false;
		await tab.generation.flush();
		await expect.poll(async () => (await tab.message(answerId)).state).toBe('complete');
		const row = await tab.message(answerId);
		expect(textPart(row)).toBe(`start ${long}`);
		expect(row.error).toBeUndefined();
		expect(await tab.db.usage.count()).toBe(1);
	});

	it('is no different from a database that was closed for an upgrade', async () => {
		const { answerId } = await tab.generation.send(question('Hi'));
		const call = await tab.call();
		call.text('before ');
		await expect.poll(async () => textPart(await tab.message(answerId))).toBe('before ');
		tab.db.close({ disableAutoOpen: false });
		call.text('after').finish();
		const row = await tab.settled(answerId);
		expect(row.state).toBe('complete');
		expect(textPart(row)).toBe('before after');
	});

	it('refuses a question that cannot be kept, so that the draft stays', async () => {
		isVeryFull = true;
		await expect(tab.generation.send(question('Hi'))).rejects.toMatchObject({
			message: expect.stringContaining('Full.') as string
		});
		isVeryFull = false;
		expect(await tab.db.messages.count()).toBe(0);
		expect((await navigator.locks.query()).held).toEqual([]);
	});
});
