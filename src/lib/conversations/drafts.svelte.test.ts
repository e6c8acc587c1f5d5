import { Database } from '#lib/db';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Drafts, noSetup, type Setup } from './drafts.svelte.ts';

let db: Database;

beforeEach(async () => {
	db = new Database(`test-${crypto.randomUUID()}`);
	await db.open();
});

afterEach(async () => {
	await db.delete();
});

const stored = async (): Promise<string | undefined> => (await db.drafts.get(''))?.text;

test('what is typed is on disk within half a second, without being asked', async () => {
	const draft = new Drafts(db).of('');
	const start = performance.now();
	draft.text = 'half a thou';
	draft.text = 'half a thought';
	await vi.waitFor(async () => {
		expect(await stored()).toBe('half a thought');
	});
	expect(performance.now() - start).toBeLessThan(900);
});

test('comes back in another tab, in front of what was typed there meanwhile', async () => {
	const before = new Drafts(db).of('');
	before.text = 'kept';
	await before.save();
	const after = new Drafts(db).of('');
	after.text = 'new';
	await after.load();
	expect(after.text).toBe('kept\nnew');
});

test('leaving the page saves only what changed in this tab', async () => {
	const here = new Drafts(db);
	await here.of('').load();
	const other = new Drafts(db).of('');
	other.text = 'from another tab';
	await other.save();
	await here.saveAll();
	expect(await stored()).toBe('from another tab');
});

test('a text on its way is on disk until it is sent', async () => {
	const drafts = new Drafts(db);
	const draft = drafts.of('');
	draft.text = 'important';
	await draft.save();
	draft.take();
	expect(draft.text).toBe('');
	draft.text = 'next';
	await drafts.saveAll();
	expect(await stored()).toBe('important\n\nnext');
	draft.sent();
	await draft.save();
	expect(await stored()).toBe('next');
});

test('a text that could not be sent stands before what was typed since', () => {
	const draft = new Drafts(db).of('');
	draft.text = 'first';
	draft.take();
	draft.text = 'second';
	draft.putBack();
	expect(draft.text).toBe('first\n\nsecond');
});

test('queued messages survive a reload as text', async () => {
	const draft = new Drafts(db).of('');
	draft.text = 'typing';
	draft.keepQueued(['one', 'two']);
	await draft.save();
	expect(await stored()).toBe('one\n\ntwo\n\ntyping');
});

test('the setup of a new conversation comes back, and goes with its first message', async () => {
	const setup: Setup = {
		systemPrompt: 'Be brief.',
		parameters: { temperature: 0.2, stop: ['END'] },
		contextStrategy: { kind: 'last', count: 7 }
	};
	const before = new Drafts(db).of('');
	before.setup = setup;
	await before.save();
	const after = new Drafts(db).of('');
	await after.load();
	expect(after.text).toBe('');
	expect(after.setup).toEqual(setup);

	after.text = 'Hello';
	after.take();
	after.setup = noSetup;
	after.sent();
	await after.save();
	expect(await db.drafts.get('')).toBeUndefined();
});

test('a strategy alone is a setup, and taken back it is none', async () => {
	const before = new Drafts(db).of('');
	before.setup = { ...noSetup, contextStrategy: { kind: 'none' } };
	await before.save();
	const after = new Drafts(db).of('');
	await after.load();
	expect(after.setup.contextStrategy).toEqual({ kind: 'none' });
	after.setup = { ...noSetup, contextStrategy: null };
	await after.save();
	expect(await db.drafts.get('')).toBeUndefined();
});

test('a stored setup that does not fit is left out, its text is not', async () => {
	await db.drafts.put({
		conversationId: '',
		text: 'Hello',
		systemPrompt: 'Be brief.',
		parameters: { temperature: 'hot' as unknown as number },
		updatedAt: 1
	});
	const draft = new Drafts(db).of('');
	await draft.load();
	expect(draft.text).toBe('Hello');
	expect(draft.setup).toBe(noSetup);
});
