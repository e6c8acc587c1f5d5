import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tooltip } from './tooltip.svelte.ts';

const cleanups: (() => void)[] = [];

function button(text: string): HTMLButtonElement {
	const element = document.createElement('button');
	element.textContent = text;
	document.body.append(element);
	const detach = tooltip(() => ({ text, keys: 'R' }))(element);
	cleanups.push(() => {
		detach?.();
		element.remove();
	});
	return element;
}

const point = (element: Element, type: string, pointerType: 'mouse' | 'touch') =>
	element.dispatchEvent(new PointerEvent(type, { pointerType, bubbles: true }));

function shown(): string | undefined {
	flushSync();
	return document.querySelector('.tooltip:popover-open')?.textContent.replace(/\s+/g, ' ').trim();
}

beforeEach(() => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
	vi.runAllTimers();
	vi.useRealTimers();
});

test('comes after half a second, and at once beside one that is open', () => {
	const [copy, retry] = [button('Copy'), button('Retry')];
	point(copy, 'pointerenter', 'mouse');
	vi.advanceTimersByTime(499);
	expect(shown()).toBeUndefined();
	vi.advanceTimersByTime(1);
	expect(shown()).toBe('Copy R');
	point(copy, 'pointerleave', 'mouse');
	point(retry, 'pointerenter', 'mouse');
	vi.advanceTimersByTime(0);
	expect(shown()).toBe('Retry R');
	point(retry, 'pointerleave', 'mouse');
	vi.advanceTimersByTime(120);
	expect(shown()).toBeUndefined();
});

test('Esc and a press take it away', () => {
	const copy = button('Copy');
	point(copy, 'pointerenter', 'mouse');
	vi.advanceTimersByTime(500);
	copy.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
	vi.advanceTimersByTime(0);
	expect(shown()).toBeUndefined();
	point(copy, 'pointerenter', 'mouse');
	vi.advanceTimersByTime(500);
	expect(shown()).toBe('Copy R');
	point(copy, 'pointerdown', 'mouse');
	vi.advanceTimersByTime(0);
	expect(shown()).toBeUndefined();
});

test('a resting finger shows it for a while, a tap does not', () => {
	const copy = button('Copy');
	point(copy, 'pointerdown', 'touch');
	vi.advanceTimersByTime(100);
	point(copy, 'pointerleave', 'touch');
	vi.advanceTimersByTime(600);
	expect(shown()).toBeUndefined();
	vi.advanceTimersByTime(2000);
	point(copy, 'pointerdown', 'touch');
	vi.advanceTimersByTime(500);
	expect(shown()).toBe('Copy R');
	point(copy, 'pointerleave', 'touch');
	vi.advanceTimersByTime(1999);
	expect(shown()).toBe('Copy R');
	vi.advanceTimersByTime(1);
	expect(shown()).toBeUndefined();
});

test('is gone with its trigger', () => {
	const copy = button('Copy');
	point(copy, 'pointerenter', 'mouse');
	vi.advanceTimersByTime(500);
	expect(shown()).toBe('Copy R');
	cleanups.pop()?.();
	vi.advanceTimersByTime(1);
	expect(shown()).toBeUndefined();
});
