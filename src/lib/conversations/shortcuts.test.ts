import { describe, expect, it } from 'vitest';
import { keysText, sendKeysText, shortcutOf } from './shortcuts.ts';

const press = (
	key: string,
	held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey', true>> = {}
) => ({
	key,
	ctrlKey: false,
	metaKey: false,
	shiftKey: false,
	altKey: false,
	isComposing: false,
	...held
});

describe('shortcuts', () => {
	it('take Command on Apple systems and Ctrl elsewhere', () => {
		expect(shortcutOf(press('k', { ctrlKey: true }), false, 'Linux x86_64')).toBe('search');
		expect(shortcutOf(press('k', { metaKey: true }), false, 'MacIntel')).toBe('search');
		expect(shortcutOf(press('k', { ctrlKey: true }), false, 'MacIntel')).toBeUndefined();
		expect(keysText('new-chat', 'MacIntel')).toBe('⌘ ⇧ O');
		expect(keysText('new-chat', 'Win32')).toBe('Ctrl Shift O');
	});

	it('name what sends, as the setting has it', () => {
		expect(sendKeysText('auto', 'Win32')).toBe('↵');
		expect(sendKeysText('mod-enter', 'Win32')).toBe('Ctrl ↵');
		expect(sendKeysText('mod-enter', 'MacIntel')).toBe('⌘ ↵');
	});

	it('need all keys of theirs', () => {
		expect(shortcutOf(press('O', { ctrlKey: true, shiftKey: true }), true, 'Win32')).toBe(
			'new-chat'
		);
		expect(shortcutOf(press('o', { ctrlKey: true }), true, 'Win32')).toBeUndefined();
	});

	it('leave letters to whoever writes, but Esc always stops', () => {
		expect(shortcutOf(press('/'), false, 'Win32')).toBe('message');
		expect(shortcutOf(press('/', { shiftKey: true }), false, 'Win32')).toBe('message');
		expect(shortcutOf(press('/'), true, 'Win32')).toBeUndefined();
		expect(shortcutOf(press('Escape'), true, 'Win32')).toBe('stop');
	});
});
