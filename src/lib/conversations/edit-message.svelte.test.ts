import '../../app.css';
import { mount, unmount, type Component } from 'svelte';
import { afterEach, expect, test, vi } from 'vitest';
import type { Settings } from '#lib/settings';
import Stage from './__fixtures__/Stage.svelte';
import { createStage, messageRow, type TestStage } from './__fixtures__/stage.ts';
import EditMessage from './EditMessage.svelte';

let stage: TestStage;
let shown: Record<string, unknown> | undefined;
let chosen: string | undefined;
let unwatch = (): void => undefined;

afterEach(async () => {
	unwatch();
	chosen = undefined;
	if (shown) await unmount(shown);
	shown = undefined;
	await stage.close();
});

async function show(sendWithEnter: Settings['sendWithEnter']): Promise<HTMLTextAreaElement> {
	stage = await createStage({ sendWithEnter });
	const id = await stage.seed(2);
	await stage.desk.open(id).open();
	// As the composer beside it does: only what is looked at is read.
	unwatch = $effect.root(() => {
		$effect(() => {
			chosen = stage.desk.chosen?.modelId;
		});
	});
	await vi.waitFor(() => {
		expect(chosen).toBeDefined();
	});
	const component = EditMessage as unknown as Component<Record<string, unknown>>;
	shown = mount(Stage, {
		target: document.body,
		props: {
			desk: stage.desk,
			component,
			props: { row: messageRow(id, 0), text: 'A question', onclose: () => undefined }
		}
	});
	const field = document.querySelector<HTMLTextAreaElement>('[aria-label="Edit text"]');
	if (field === null) throw new Error('There is no editor.');
	await vi.waitFor(() => {
		expect(stage.desk.settings?.sendWithEnter).toBe(sendWithEnter);
	});
	return field;
}

/** False when the editor took the key for itself. */
const press = (field: HTMLElement, init: KeyboardEventInit = {}): boolean =>
	field.dispatchEvent(
		new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init })
	);
const hint = (): string | undefined => document.querySelector('kbd')?.textContent;

test('Enter sends the edited text where Enter sends, and the key says so', async () => {
	const field = await show('enter');
	expect(hint()).toBe('↵');
	expect(press(field, { shiftKey: true })).toBe(true);
	expect(stage.edited).toHaveLength(0);
	expect(press(field)).toBe(false);
	expect(stage.edited[0]?.text).toBe('A question');
});

test('where Enter makes a new line, Ctrl with Enter sends, and the key says so', async () => {
	const field = await show('mod-enter');
	expect(hint()).toBe('Ctrl ↵');
	expect(press(field)).toBe(true);
	expect(stage.edited).toHaveLength(0);
	expect(press(field, { ctrlKey: true })).toBe(false);
	expect(stage.edited).toHaveLength(1);
});
