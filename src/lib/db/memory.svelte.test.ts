import { afterEach, beforeEach, expect, it } from 'vitest';
import { Memory } from './memory.ts';
import { openDatabase } from './open.ts';
import type { Database } from './schema.ts';

let db: Database;
let reads: string[];
let memory: Memory<string, unknown>;

beforeEach(async () => {
	db = await openDatabase(`memory-${crypto.randomUUID()}`);
	reads = [];
	memory = new Memory(
		db,
		['local'],
		async (key: string) => {
			reads.push(key);
			if (key === 'fails') throw new Error('No');
			return (await db.local.get(key))?.value;
		},
		2
	);
});

afterEach(async () => {
	memory.close();
	db.close();
	await db.delete();
});

it('reads once until its table is written', async () => {
	await db.local.put({ key: 'a', value: 1 });
	expect([await memory.get('a'), await memory.get('a')]).toEqual([1, 1]);
	expect(reads).toEqual(['a']);
	await db.settings.put({ key: 'theme', rid: 'r', value: 'dark', stamps: {} } as never);
	await memory.get('a');
	expect(reads).toEqual(['a']);
	await db.local.put({ key: 'a', value: 2 });
	expect(await memory.get('a')).toBe(2);
});

it('keeps no failure', async () => {
	await expect(memory.get('fails')).rejects.toThrow('No');
	await expect(memory.get('fails')).rejects.toThrow('No');
	expect(reads).toEqual(['fails', 'fails']);
});

it('lets the oldest go when it is full', async () => {
	for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await memory.get(key);
	expect(reads).toEqual(['a', 'b', 'c', 'a']);
});
