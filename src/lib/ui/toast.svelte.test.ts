import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { ToastList, TOAST_MS } from './toast.svelte.ts';
import Toasts from './Toasts.svelte';

let toasts: ToastList;

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
	toasts = new ToastList();
});

afterEach(() => {
	vi.useRealTimers();
});

const texts = () => toasts.shown.map(({ text }) => text);

test('a toast stays six seconds', () => {
	toasts.show({ text: 'Conversation deleted' });
	vi.advanceTimersByTime(TOAST_MS - 1);
	expect(texts()).toEqual(['Conversation deleted']);
	vi.advanceTimersByTime(1);
	expect(texts()).toEqual([]);
});

test('time stands still while it is hovered or focused', () => {
	toasts.show({ text: 'Copied' });
	vi.advanceTimersByTime(4000);
	toasts.pause();
	vi.advanceTimersByTime(60_000);
	expect(texts()).toEqual(['Copied']);
	toasts.resume();
	vi.advanceTimersByTime(1999);
	expect(texts()).toEqual(['Copied']);
	vi.advanceTimersByTime(1);
	expect(texts()).toEqual([]);
});

test('each has its own six seconds, three are shown at most', () => {
	toasts.show({ text: 'one' });
	vi.advanceTimersByTime(2000);
	toasts.show({ text: 'two' });
	toasts.show({ text: 'three' });
	vi.advanceTimersByTime(4000);
	expect(texts()).toEqual(['two', 'three']);
	toasts.show({ text: 'four' });
	toasts.show({ text: 'five' });
	expect(texts()).toEqual(['three', 'four', 'five']);
});

test('one that is taken away while hovered does not hold back the next', () => {
	const dismiss = toasts.show({ text: 'one' });
	toasts.pause();
	dismiss();
	toasts.show({ text: 'two' });
	vi.advanceTimersByTime(TOAST_MS);
	expect(texts()).toEqual([]);
});

test('it is announced, and its action runs once and takes it away', async () => {
	const layer = mount(Toasts, { target: document.body, props: { toasts } });
	const run = vi.fn();
	toasts.show({ text: 'Conversation deleted', action: { label: 'Undo', run } });
	flushSync();
	await expect
		.element(page.getByRole('status', { name: 'Notifications' }))
		.toHaveTextContent('Conversation deleted');
	const undo = page.getByRole('button', { name: 'Undo' }).element();
	(undo as HTMLElement).click();
	flushSync();
	expect(run).toHaveBeenCalledTimes(1);
	expect(texts()).toEqual([]);
	await unmount(layer);
});

test('its key gives the focus back to what had it before', async () => {
	const field = document.body.appendChild(document.createElement('input'));
	const layer = mount(Toasts, { target: document.body, props: { toasts } });
	toasts.show({ text: 'Conversation deleted', action: { label: 'Undo', run: () => undefined } });
	flushSync();
	field.focus();
	const undo = page.getByRole('button', { name: 'Undo' }).element() as HTMLElement;
	undo.focus();
	undo.click();
	flushSync();
	expect(document.activeElement).toBe(field);
	await unmount(layer);
	field.remove();
});
