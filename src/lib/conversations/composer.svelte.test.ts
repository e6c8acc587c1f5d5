import '../../app.css';
import { DatabaseError } from '#lib/db';
import { connectionRow, modelRow } from '#lib/db/testing';
import { contextMeasure } from '#lib/engine/testing';
import { toasts } from '#lib/ui';
import Toasts from '#lib/ui/Toasts.svelte';
import { mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import Composer from './Composer.svelte';
// Loaded ahead, so that the dev server finds all libraries before the first test.
import './QueuedMessages.svelte';
import './composer-parts.ts';
import './Refusal.svelte';
import './Transcript.svelte';
import Stage from './__fixtures__/Stage.svelte';
import { createStage, messageId, type TestStage } from './__fixtures__/stage.ts';

/** Parts of the composer are loaded when they are first wanted. */
vi.setConfig({ testTimeout: 30_000 });
const patient = { timeout: 10_000 };

let stage: TestStage;
let shown: Record<string, unknown> | undefined;

beforeEach(async () => {
	stage = await createStage({ sendWithEnter: 'enter' });
	const component = Composer as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: { desk: stage.desk, component, props: {} }
	});
	await vi.waitFor(() => {
		expect(document.querySelector('[data-key="model"]')?.textContent).toMatch(/Model, \S/);
	});
});

afterEach(async () => {
	if (shown) await unmount(shown);
	shown = undefined;
	await stage.close();
});

const field = (): HTMLTextAreaElement => {
	const element = document.querySelector<HTMLTextAreaElement>('[aria-label="Message"]');
	if (element === null) throw new Error('There is no field.');
	return element;
};
const key = (name: string): HTMLButtonElement | null =>
	document.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`);

function type(text: string) {
	field().value = text;
	field().dispatchEvent(new InputEvent('input', { bubbles: true }));
}

function press(init: KeyboardEventInit): boolean {
	return field().dispatchEvent(
		new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init })
	);
}

test('Send is unlit until there is something to send', async () => {
	expect(key('Send')?.getAttribute('aria-disabled')).toBe('true');
	type('   \n ');
	await vi.waitFor(() => {
		expect(key('Send')?.getAttribute('aria-disabled')).toBe('true');
	});
	type('Hello');
	await vi.waitFor(() => {
		expect(key('Send')?.getAttribute('aria-disabled')).toBeNull();
	});
});

test('Enter sends; the Enter of an input method does not', async () => {
	type('こんにちは');
	expect(press({ isComposing: true })).toBe(true);
	expect(stage.sent).toHaveLength(0);
	expect(press({})).toBe(false);
	await vi.waitFor(() => {
		expect(stage.sent[0]?.text).toBe('こんにちは');
		expect(field().value).toBe('');
	});
});

test('an order that is refused gives the text back and says why', async () => {
	stage.failure = 'There is no room left on this device.';
	type('Precious');
	press({});
	await vi.waitFor(() => {
		expect(document.querySelector('[role="alert"]')?.textContent).toContain('no room left');
		expect(field().value).toBe('Precious');
	});
});

test('a full disk is said in words, with what to do', async () => {
	stage.failure = new DatabaseError('quota', 'QuotaExceededError');
	type('Precious');
	press({});
	await vi.waitFor(() => {
		const alert = document.querySelector('[role="alert"]');
		expect(alert?.textContent).toContain('This device has no room left.');
		expect(alert?.textContent).toContain('Settings → Data');
		expect(alert?.textContent).not.toContain('Quota');
		expect(field().value).toBe('Precious');
	});
});

test('a message written during an answer waits for it, and goes out when it is complete', async () => {
	const id = await stage.seed(2);
	stage.desk.open(id);
	await stage.desk.view?.open();
	type('First');
	press({});
	await vi.waitFor(() => {
		expect(stage.sent).toHaveLength(1);
		expect(key('Stop')).not.toBeNull();
	}, patient);
	type('Second');
	await vi.waitFor(() => {
		expect(key('Send')).not.toBeNull();
	}, patient);
	press({});
	await vi.waitFor(() => {
		expect(
			document.querySelector<HTMLTextAreaElement>('[aria-label="Text that waits"]')?.value
		).toBe('Second');
	}, patient);
	expect(stage.sent).toHaveLength(1);
	const answerId = stage.desk.view?.turn?.answerId ?? messageId(0);
	await stage.db.messages.where('id').equals(answerId).modify({ state: 'complete' });
	await vi.waitFor(() => {
		expect(stage.sent[1]).toMatchObject({ text: 'Second', parentId: answerId });
	}, patient);
	await vi.waitFor(() => {
		expect(document.querySelector('[aria-label="Text that waits"]')).toBeNull();
	}, patient);
});

test('a message waits behind one that is still being stored, and both are kept when that is refused', async () => {
	const id = await stage.seed(2);
	stage.desk.open(id);
	await stage.desk.view?.open();
	const storage = Promise.withResolvers<undefined>();
	stage.storage = storage.promise;
	type('First');
	press({});
	await vi.waitFor(() => {
		expect(key('Stop')).not.toBeNull();
	}, patient);
	type('Second');
	press({});
	await vi.waitFor(() => {
		expect(field().value).toBe('');
		expect(document.querySelector('[aria-label="Text that waits"]')).not.toBeNull();
	}, patient);
	stage.failure = 'There is no room left on this device.';
	storage.resolve(undefined);
	await vi.waitFor(() => {
		expect(field().value).toBe('First');
	}, patient);
	expect(stage.desk.queue.of(id).map(({ text }) => text)).toEqual(['Second']);
	expect(stage.sent).toHaveLength(0);
});

test('a stopped answer holds what waits', async () => {
	const id = await stage.seed(2);
	stage.desk.open(id);
	await stage.desk.view?.open();
	type('First');
	press({});
	await vi.waitFor(() => {
		expect(key('Stop')).not.toBeNull();
	}, patient);
	type('Second');
	press({});
	await vi.waitFor(() => {
		expect(document.querySelector('[aria-label="Text that waits"]')).not.toBeNull();
	}, patient);
	const answerId = stage.desk.view?.turn?.answerId ?? messageId(0);
	await stage.db.messages.where('id').equals(answerId).modify({ state: 'stopped' });
	await vi.waitFor(() => {
		expect(key('Send now')).not.toBeNull();
	}, patient);
	expect(stage.sent).toHaveLength(1);
});

test('a megabyte is as high as the field gets, and is not measured with each key', async () => {
	type('A line of pasted text.\n'.repeat(45_000));
	await vi.waitFor(() => {
		expect(getComputedStyle(field()).getPropertyValue('field-sizing')).toBe('fixed');
	});
	expect(field().clientHeight).toBeLessThanOrEqual(window.innerHeight * 0.4 + 1);
	expect(stage.desk.draft.text).toHaveLength(45_000 * 23);
});

test('the meter comes after the first paint, and moves nothing', async () => {
	stage.measure = contextMeasure();
	const place = () =>
		['textarea', '[data-key="model"]', '[aria-label="Send"]'].map((selector) => {
			const { x, y, width, height } =
				document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
			return [x, y, width, height];
		});
	const before = place();
	expect(document.querySelector('[data-key="context"]')).toBeNull();
	await vi.waitFor(() => {
		expect(document.querySelector('[data-key="context"]')?.textContent).toContain('3.1k of 8k');
	}, patient);
	expect(place()).toEqual(before);
	type('Twelve words that were typed just now, and are counted at once.');
	await vi.waitFor(() => {
		expect(stage.desk.context?.shown?.draft).toBeGreaterThan(10);
	}, patient);
});

test('a model of unknown size is asked about once it could matter', async () => {
	const isAsked = () => document.body.textContent.includes('Nobody knows how much');
	stage.measure = contextMeasure({ isWindowKnown: false });
	await vi.waitFor(() => {
		expect(document.querySelector('[data-key="context"]')).not.toBeNull();
	}, patient);
	expect(isAsked()).toBe(false);
	stage.measure = contextMeasure({ isWindowKnown: false, leftOutCount: 2 });
	type('More');
	await vi.waitFor(() => {
		expect(isAsked()).toBe(true);
	}, patient);
});

const modelKey = (): string =>
	document.querySelector('[data-key="model"]')?.textContent.replace(/\s+/g, ' ') ?? '';
const button = (name: string): HTMLButtonElement | undefined =>
	[...document.querySelectorAll('button')].find((each) => each.textContent.trim() === name);

test('a conversation keeps its model when its connection is switched off, and sends to no other', async () => {
	const connection = connectionRow();
	const { id: connectionId } = connection;
	await stage.db.connections.bulkAdd([
		connection,
		connectionRow({ id: 'connection-2' as never, label: 'Elsewhere', position: 0 })
	]);
	await stage.db.models.bulkAdd([
		modelRow(),
		modelRow({ connectionId: 'connection-2' as never, id: 'other-model' })
	]);
	const id = await stage.seed(2);
	await stage.db.conversations.update(id, { connectionId, modelId: 'model-1' });
	stage.desk.open(id);
	type('Private');
	await vi.waitFor(() => {
		expect(modelKey()).toContain('model-1');
		expect(key('Send')?.getAttribute('aria-disabled')).toBeNull();
	}, patient);

	await stage.db.connections.update(connectionId, { enabled: 0 });
	await vi.waitFor(() => {
		expect(modelKey()).toMatch(/^\s*Model, ?model-1 off/);
		expect(key('Send')?.getAttribute('aria-disabled')).toBe('true');
		expect(document.body.textContent).toContain('“Workshop” is switched off.');
	}, patient);
	press({});
	key('Send')?.click();
	await stage.desk.sendDraft();
	expect(stage.sent).toEqual([]);
	expect(field().value).toBe('Private');

	button('Switch on')?.click();
	await vi.waitFor(() => {
		expect(key('Send')?.getAttribute('aria-disabled')).toBeNull();
	}, patient);
	await stage.db.connections.delete(connectionId);
	await stage.db.models.delete([connectionId, 'model-1']);
	await vi.waitFor(() => {
		expect(modelKey()).toContain('model-1 deleted');
		expect(document.body.textContent).toContain('was deleted.');
	}, patient);
	expect(button('Switch on')).toBeUndefined();
	expect(button('Choose a model')).toBeDefined();
	press({});
	await stage.desk.sendDraft();
	expect(stage.sent).toEqual([]);
});

test('a toast stands above the tray, in its middle, however high the tray grows', async () => {
	await page.viewport(1200, 760);
	const layer = mount(Toasts, { target: document.body });
	const done = toasts.show({ text: 'Deleted “A tale of dogs”' });
	const box = (selector: string) =>
		document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
	try {
		for (const text of ['', 'one\ntwo\nthree\nfour', 'one']) {
			type(text);
			await vi.waitFor(() => {
				expect(Math.round(box('.dock').top - box('.toast').bottom)).toBe(10);
			});
			const middle = ({ left, width }: DOMRect) => left + width / 2;
			expect(middle(box('.toast'))).toBeCloseTo(middle(box('.tray')), 0);
		}
	} finally {
		done();
		await unmount(layer);
	}
});
