import { openDatabase, type Database } from '#lib/db/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSettingsVerbs, readSetting } from './engine.ts';

let db: Database;

beforeEach(async () => {
	db = await openDatabase(`settings-${crypto.randomUUID()}`);
});

afterEach(async () => {
	db.close();
	await db.delete();
});

const verbs = () => createSettingsVerbs({ db, now: Date.now });
const marks = async () =>
	(await db.outbox.toArray()).map(({ rid, table, key }) => [rid, table, key]);

test('a setting keeps its sync record, which says nothing of it, and is marked with it', async () => {
	await verbs().set('theme', 'dark');
	const first = await db.settings.get('theme');
	await verbs().set('theme', 'light');
	const second = await db.settings.get('theme');
	expect(first?.rid).toMatch(/^[\w-]{22}$/);
	expect(second?.rid).toBe(first?.rid);
	expect(String(second?.stamp) > String(first?.stamp)).toBe(true);
	expect(await marks()).toEqual([[first?.rid, 'settings', 'theme']]);
});

test('a row from before there were records gets one with its next write', async () => {
	await db.settings.put({ key: 'theme', value: 'dark', stamp: '0' });
	expect(await readSetting(db, 'theme')).toBe('dark');
	await verbs().set('theme', 'light');
	expect((await db.settings.get('theme'))?.rid).toMatch(/^[\w-]{22}$/);
});

test('what does not fit is refused, and nothing is written', async () => {
	await expect(verbs().set('textSize', 400)).rejects.toThrow();
	expect(await db.settings.count()).toBe(0);
	expect(await marks()).toEqual([]);
});
