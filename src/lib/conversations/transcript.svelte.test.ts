import '../../app.css';
import { flushSync, mount, tick, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { conversationRow } from '#lib/db/testing';
import { conversationChannel } from '#lib/engine';
import ContextTaker from './__fixtures__/ContextTaker.svelte';
import Stage from './__fixtures__/Stage.svelte';
import { createStage, messageId, messageRow, type TestStage } from './__fixtures__/stage.ts';
import { rehearseTurn } from './rehearsal.ts';
import Transcript from './Transcript.svelte';

let stage: TestStage;
let shown: Record<string, unknown> | undefined;

beforeEach(async () => {
	stage = await createStage();
});

afterEach(async () => {
	if (shown) await unmount(shown);
	shown = undefined;
	await stage.close();
});

const log = (): HTMLElement => {
	const element = document.querySelector<HTMLElement>('[role="log"]');
	if (element === null) throw new Error('There is no transcript.');
	return element;
};
const articles = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('article')];
const lastText = (): string => articles().at(-1)?.querySelector('[data-part]')?.textContent ?? '';
const article = (number: number): HTMLElement | null =>
	document.querySelector<HTMLElement>(`[data-message="${messageId(number)}"]`);
const gapToEnd = (): number => log().scrollHeight - log().scrollTop - log().clientHeight;

async function show(count: number) {
	const id = await stage.seed(count);
	const component = Transcript as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props: { id } }
	});
	await vi.waitFor(() => {
		expect(lastText()).toContain(`Message ${count - 1}.`);
	});
	return id;
}

test('a long conversation opens at its end with few elements', async () => {
	await show(10_000);
	await vi.waitFor(() => {
		expect(gapToEnd()).toBeLessThan(2);
	});
	expect(articles().length).toBeLessThan(40);
	expect(document.querySelectorAll('*').length).toBeLessThan(2_500);
	// The scroll bar tells how long it is, once its shape is read.
	await vi.waitFor(() => {
		expect(log().scrollHeight).toBeGreaterThan(500_000);
	});
	expect(gapToEnd()).toBeLessThan(2);
});

test('scrolling up never moves what is read, and elements stay bounded', async () => {
	await show(400);
	await vi.waitFor(() => {
		expect(log().scrollHeight).toBeGreaterThan(20_000);
	});
	for (let step = 0; step < 25; step += 1) {
		const before = log().scrollTop;
		const seen = articles()
			.map((element) => element.closest<HTMLElement>('[data-message]'))
			.find(
				(element) =>
					(element?.getBoundingClientRect().bottom ?? 0) > log().getBoundingClientRect().top
			);
		const top = seen?.getBoundingClientRect().top ?? 0;
		log().scrollTop = before - 300;
		await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
		if (seen?.isConnected === true)
			expect(Math.abs(seen.getBoundingClientRect().top - top - 300)).toBeLessThan(2);
		expect(articles().length).toBeLessThan(60);
	}
	expect(
		Number(articles()[0]?.closest<HTMLElement>('[data-message]')?.dataset['message']?.slice(1))
	).toBeLessThan(380);
});

test('the first message is at the very top', async () => {
	await show(60);
	for (let step = 0; step < 80 && article(0) === null; step += 1) {
		log().scrollTop = 0;
		await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 20)));
	}
	log().scrollTop = 0;
	await vi.waitFor(() => {
		expect(article(0)).not.toBeNull();
		log().scrollTop = 0;
		const first = article(0)?.getBoundingClientRect().top ?? Infinity;
		expect(first - log().getBoundingClientRect().top).toBeLessThan(2);
	});
});

test('a sent message rises to the top and its answer does not move it', async () => {
	const id = await show(30);
	const isSent = await stage.desk.send('A new question', {
		connectionId: 'c' as never,
		modelId: 'm'
	});
	expect(isSent).toBe(true);
	const question = stage.desk.view?.turn?.questionId ?? '';
	const place = () =>
		(document.querySelector(`[data-message="${question}"]`)?.getBoundingClientRect().top ?? NaN) -
		log().getBoundingClientRect().top;
	// A little past its own edge: the shadow of the answer above it does not peek out.
	await vi.waitFor(() => {
		expect(Math.abs(place() + 8)).toBeLessThan(2);
	});
	const channel = new BroadcastChannel(conversationChannel(id));
	const answerId = stage.desk.view?.turn?.answerId;
	const text = 'A growing answer.\n\n'.repeat(200);
	for (let at = 0; at < text.length; at += 400)
		channel.postMessage({
			messageId: answerId,
			part: 'text',
			offset: at,
			text: text.slice(at, at + 400)
		});
	await vi.waitFor(() => {
		expect(lastText().length).toBeGreaterThan(3_000);
	});
	channel.close();
	expect(Math.abs(place() + 8)).toBeLessThan(2);
	await vi.waitFor(() => {
		expect(document.querySelector('[aria-label="Scroll to end"]')).not.toBeNull();
	});
	document.querySelector<HTMLElement>('[aria-label="Scroll to end"]')?.click();
	await vi.waitFor(() => {
		expect(gapToEnd()).toBeLessThan(2);
	});
});

test('a message stands there before it is stored, and goes when it cannot be', async () => {
	await show(4);
	const { desk } = stage;
	const endChosen = $effect.root(() => {
		$effect(() => {
			expect(desk.chosen?.name).not.toBe('');
		});
	});
	await vi.waitFor(() => {
		expect(desk.chosen).toBeDefined();
	});
	const { connectionId = '' as never, modelId = '' } = desk.chosen ?? {};
	const storage = Promise.withResolvers<undefined>();
	stage.storage = storage.promise;
	stage.failure = 'The disk is full.';
	const sending = desk.send('Are you there?', { connectionId, modelId });
	await vi.waitFor(() => {
		expect(document.body.textContent).toContain('Are you there?');
		expect(articles().at(-1)?.getAttribute('aria-busy')).toBe('true');
	});
	expect(articles().at(-1)?.getAttribute('aria-label')).toBe(modelId);
	expect(await stage.db.messages.count()).toBe(4);
	expect(desk.announcement).toBe('');
	storage.resolve(undefined);
	expect(await sending).toBe(false);
	await vi.waitFor(() => {
		expect(document.body.textContent).not.toContain('Are you there?');
	});
	expect(desk.failure).toBe('The disk is full.');
	expect(desk.announcement).toBe('');
	expect(desk.view?.leafId).toBe(messageId(3));

	stage.failure = undefined;
	expect(await desk.send('And now?', { connectionId, modelId })).toBe(true);
	expect(desk.announcement).toMatch(/ is answering\.$/);
	await vi.waitFor(() => {
		expect(articles().filter((element) => element.textContent.includes('And now?'))).toHaveLength(
			1
		);
	});
	expect(desk.view?.branch).toHaveLength(6);
	endChosen();
});

test('a new conversation stands there before it is stored; refused, all that was typed is in the new chat', async () => {
	const { desk } = stage;
	const endChosen = $effect.root(() => {
		$effect(() => {
			expect(desk.chosen?.name).not.toBe('');
		});
	});
	await vi.waitFor(() => {
		expect(desk.chosen).toBeDefined();
	});
	const storage = Promise.withResolvers<undefined>();
	stage.storage = storage.promise;
	stage.failure = 'The disk is full.';
	desk.draft.text = 'Are you there?';
	const sending = desk.sendDraft();
	await desk.sendDraft();
	await vi.waitFor(() => {
		expect(desk.view).toBeDefined();
	});
	const component = Transcript as unknown as Component<Record<string, unknown>>;
	const props = { desk, component, props: { id: desk.view?.id } };
	shown = mount(Stage, { target: document.body, props });
	await vi.waitFor(() => {
		expect(articles()).toHaveLength(2);
	});
	expect(document.body.textContent).toContain('Are you there?');
	desk.draft.text = 'And then?';
	storage.resolve(undefined);
	await sending;
	expect(desk.view).toBeUndefined();
	expect(desk.draft.text).toBe('Are you there?\n\nAnd then?');
	expect(desk.failure).toBe('The disk is full.');
	expect(stage.sent).toEqual([]);
	endChosen();
});

test('whoever went elsewhere meanwhile stays there when the first message is refused', async () => {
	const { desk } = stage;
	const other = await stage.seed(2);
	const storage = Promise.withResolvers<undefined>();
	stage.storage = storage.promise;
	stage.failure = 'The disk is full.';
	const sending = desk.send('Are you there?', { connectionId: 'c' as never, modelId: 'm' });
	await vi.waitFor(() => {
		expect(desk.view).toBeDefined();
	});
	const view = desk.open(other);
	storage.resolve(undefined);
	expect(await sending).toBe(false);
	expect(desk.view).toBe(view);
});

test('a conversation begun here shows what another tab adds to it', async () => {
	const { desk, db } = stage;
	const endWatching = $effect.root(() => {
		$effect(() => {
			expect(desk.chosen?.name).not.toBe('');
			expect(desk.view?.conversation?.id).not.toBe('');
		});
	});
	await vi.waitFor(() => {
		expect(desk.chosen).toBeDefined();
	});
	const { connectionId = '' as never, modelId = '' } = desk.chosen ?? {};
	await desk.send('A beginning', { connectionId, modelId });
	const { view } = desk;
	if (view === undefined) throw new Error('Nothing is open.');
	const { id, leafId } = view;
	const later = Date.now() + 1_000;
	await db.messages.add(messageRow(id, 900_000, { parentId: leafId, createdAt: later }));
	await db.conversations.put(conversationRow({ id, lastActivityAt: later }));
	await vi.waitFor(() => {
		expect(view.branch).toHaveLength(3);
	});
	expect(view.leafId).toBe(messageId(900_000));
	endWatching();
});

test('room that was made for a question is not something to scroll to', async () => {
	await show(30);
	await stage.desk.send('A new question', { connectionId: 'c' as never, modelId: 'm' });
	const question = stage.desk.view?.turn?.questionId ?? '';
	const toEnd = () => document.querySelector('[aria-label="Scroll to end"]');
	await vi.waitFor(() => {
		const top = document.querySelector(`[data-message="${question}"]`)?.getBoundingClientRect().top;
		expect(Math.abs((top ?? NaN) - log().getBoundingClientRect().top + 8)).toBeLessThan(2);
	});
	// The composer grows, or a phone's keyboard comes up.
	const box = document.querySelector<HTMLElement>('.stage');
	if (box !== null) box.style.blockSize = '500px';
	await vi.waitFor(() => {
		expect(gapToEnd()).toBeGreaterThan(100);
	});
	// The frame in which the change is seen, and the one in which it is looked at.
	for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
	expect(toEnd()).toBeNull();
	// Up far enough that the question is out of sight.
	log().scrollTop -= 600;
	await vi.waitFor(() => {
		expect(toEnd()).not.toBeNull();
	});
});

test('the pager turns to the newest end below a sibling', async () => {
	const id = await stage.seed(4);
	await stage.db.messages.bulkAdd([
		messageRow(id, 10, { parentId: messageId(2), role: 'assistant', modelId: 'model' }),
		messageRow(id, 11, { parentId: messageId(1), role: 'user' }),
		messageRow(id, 12, { parentId: messageId(11), role: 'assistant', modelId: 'model' })
	]);
	const component = Transcript as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props: { id } }
	});
	await vi.waitFor(() => {
		expect(article(3)?.querySelector('[role="group"]')?.getAttribute('aria-label')).toBe(
			'answer 1 of 2'
		);
	});
	article(2)?.querySelector<HTMLElement>('[aria-label="Next version"]')?.click();
	await vi.waitFor(() => {
		expect(article(11)).not.toBeNull();
		expect(article(12)).not.toBeNull();
	});
	expect(article(3)).toBeNull();
	expect(stage.desk.view?.leafId).toBe(messageId(12));
	flushSync();
	await tick();
});

test('a conversation that is not there says so', async () => {
	const component = Transcript as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props: { id: 'nowhere' } }
	});
	await vi.waitFor(() => {
		expect(document.body.textContent).toContain('This conversation is not here');
	});
});

test('the line of a cleared context moves nothing, and Undo takes it back', async () => {
	const id = await show(12);
	await vi.waitFor(() => {
		expect(article(11)).not.toBeNull();
	});
	const tops = () =>
		[9, 10, 11].map((number) => article(number)?.getBoundingClientRect().top ?? Number.NaN);
	const line = () => log().querySelector<HTMLElement>('[role="note"]');
	const before = tops();
	// A scroll position is a whole number of the screen's pixels.
	const moves = () => tops().map((top, index) => Math.abs(top - (before[index] ?? Number.NaN)));
	await stage.db.conversations.update(id, { contextDividerId: messageId(9) });
	await vi.waitFor(() => {
		expect(line()?.textContent).toContain('Context cleared here');
	});
	for (const move of moves()) expect(move).toBeLessThan(1);
	expect(line()?.closest('[data-message]')).toBe(article(10));
	line()?.querySelector('button')?.click();
	await vi.waitFor(() => {
		expect(line()).toBeNull();
	});
	expect((await stage.db.conversations.get(id))?.contextDividerId).toBe('');

	// The question of an exchange stands for all of it, whichever answer is shown.
	await stage.db.conversations.update(id, { contextDividerId: messageId(8) });
	await vi.waitFor(() => {
		expect(line()?.closest('[data-message]')).toBe(article(10));
	});

	// After the last message there is no question above which it could stand.
	await stage.db.conversations.update(id, { contextDividerId: messageId(11) });
	await vi.waitFor(() => {
		expect(line()?.closest('[data-message]')).toBe(article(11));
	});
});

test('another answer in place of the last one before a cleared context keeps the line', async () => {
	const id = await stage.seed(4);
	await stage.db.messages.add(
		messageRow(id, 10, { parentId: messageId(2), role: 'assistant', modelId: 'model' })
	);
	await stage.db.conversations.update(id, { contextDividerId: messageId(2) });
	const component = Transcript as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props: { id } }
	});
	const line = () => log().querySelector<HTMLElement>('[role="note"]');
	await vi.waitFor(() => {
		expect(line()?.closest('[data-message]')).toBe(article(3));
		expect(article(3)?.querySelector('[aria-label="Next answer"]')).not.toBeNull();
	});
	article(3)?.querySelector<HTMLElement>('[aria-label="Next answer"]')?.click();
	await vi.waitFor(() => {
		expect(article(10)).not.toBeNull();
		expect(line()?.closest('[data-message]')).toBe(article(10));
	});
});

test('an answer that is awaited has a caret, then says for whom one waits; reasoning has no caret', async () => {
	const id = await show(2);
	const answer = messageRow(id, 2, {
		role: 'assistant',
		parts: [],
		state: 'streaming',
		createdAt: Date.now() - 12_000
	});
	await stage.db.messages.add(answer);
	await stage.db.conversations.update(id, { lastActivityAt: answer.createdAt });
	const carets = () =>
		[...(article(2)?.querySelectorAll('.markdown, .markdown *') ?? [])]
			.map((element) => getComputedStyle(element, '::after'))
			.filter(({ content, width }) => content !== 'none' && width === '7px');
	await vi.waitFor(() => {
		expect(carets()).toHaveLength(1);
		expect(article(2)?.textContent).toMatch(/Waiting for Test, 1\d s/);
	});
	await stage.db.messages.put({ ...answer, parts: [{ type: 'reasoning', text: 'Well' }] });
	await vi.waitFor(() => {
		expect(article(2)?.textContent).toContain('Well');
		expect(article(2)?.textContent).not.toContain('Waiting for');
	});
	expect(carets()).toHaveLength(0);
});

test('the focus stays on its key while one pages, and finds one in a new answer', async () => {
	const id = await stage.seed(4);
	const rival = (number: number) =>
		messageRow(id, number, { parentId: messageId(2), role: 'assistant', modelId: 'model' });
	await stage.db.messages.bulkAdd([rival(10), rival(11)]);
	const component = Transcript as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props: { id } }
	});
	const keyIn = (number: number, label: string) =>
		article(number)?.querySelector<HTMLElement>(`[aria-label="${label}"]`);
	const press = (number: number, label: string) => {
		keyIn(number, label)?.focus();
		(document.activeElement as HTMLElement).click();
	};
	await vi.waitFor(() => {
		expect(keyIn(3, 'Next answer')).toBeInstanceOf(HTMLElement);
	});
	press(3, 'Next answer');
	await vi.waitFor(() => {
		expect(document.activeElement).toBe(keyIn(10, 'Next answer'));
	});
	press(10, 'Next answer');
	// At the end that key is dead: the other one of the pager has it.
	await vi.waitFor(() => {
		expect(document.activeElement).toBe(keyIn(11, 'Previous answer'));
	});

	keyIn(11, 'Regenerate')?.focus();
	await stage.db.messages.add({ ...rival(12), parts: [], state: 'streaming' });
	await stage.desk.turn(() =>
		Promise.resolve({
			conversationId: id,
			userMessageId: messageId(2),
			answerId: messageId(12),
			at: Date.now()
		})
	);
	await vi.waitFor(() => {
		expect(document.activeElement).toBe(keyIn(12, 'Previous answer'));
	});
});

test('a rehearsed turn is shown to nobody and leaves nothing', async () => {
	const contexts: Map<unknown, unknown>[] = [];
	const component = ContextTaker as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: {
			desk: stage.desk,
			component,
			props: { ontake: (context: Map<unknown, unknown>) => contexts.push(context) }
		}
	});
	const [context] = contexts;
	if (context === undefined) throw new Error('no context');
	const elements = document.querySelectorAll('*').length;
	const orders = vi.spyOn(stage.desk, 'announce');
	await rehearseTurn(context);
	expect(document.querySelectorAll('*').length).toBe(elements);
	expect(orders).not.toHaveBeenCalled();
	for (const table of stage.db.tables) expect(await table.count(), table.name).toBe(0);
});
