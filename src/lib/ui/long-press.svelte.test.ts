import { afterEach, expect, test, vi } from 'vitest';
import { openByPress } from './long-press.ts';

const finger = (isOne: boolean) =>
	vi.spyOn(window, 'matchMedia').mockReturnValue({ matches: isOne } as MediaQueryList);
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

function press(event: MouseEvent = new MouseEvent('contextmenu', { cancelable: true })) {
	const open = vi.fn();
	openByPress(event, open);
	expect(event.defaultPrevented).toBe(true);
	return open;
}

afterEach(() => {
	vi.restoreAllMocks();
});

test('the right button opens at once', () => {
	finger(false);
	expect(press()).toHaveBeenCalledOnce();
});

test('the menu key of a keyboard opens at once, also on a tablet', () => {
	finger(true);
	const by = (pointerType: string) =>
		press(new PointerEvent('contextmenu', { cancelable: true, pointerType }));
	expect(by('')).toHaveBeenCalledOnce();
	expect(by('touch')).not.toHaveBeenCalled();
});

test.each(['pointerup', 'pointercancel'])('a finger opens with its %s, once', async (end) => {
	finger(true);
	const open = press();
	expect(open).not.toHaveBeenCalled();
	window.dispatchEvent(new PointerEvent(end));
	window.dispatchEvent(new PointerEvent(end));
	await soon();
	expect(open).toHaveBeenCalledOnce();
});

test('what was missed is not made up for by the next touch', async () => {
	finger(true);
	const open = press();
	window.dispatchEvent(new PointerEvent('pointerdown'));
	window.dispatchEvent(new PointerEvent('pointerup'));
	await soon();
	expect(open).not.toHaveBeenCalled();
});
