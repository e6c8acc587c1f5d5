/** What the keyboard does, for the page that lists it. `mod` is ⌘ on Apple devices, else Ctrl. */

/** What the page itself obeys; the others are handled where the focus is. */
export type ShortcutId =
	'new-chat' | 'search' | 'sidebar' | 'settings' | 'model' | 'message' | 'stop';

export interface Shortcut {
	readonly id?: ShortcutId;
	readonly what: string;
	readonly keys: readonly string[];
}

export interface ShortcutGroup {
	readonly title: string;
	readonly shortcuts: readonly Shortcut[];
}

/** Every shortcut, as the page about them lists it. */
export const shortcutGroups: readonly ShortcutGroup[] = [
	{
		title: 'Anywhere',
		shortcuts: [
			{ id: 'new-chat', what: 'New chat', keys: ['mod', 'Shift', 'O'] },
			{ id: 'search', what: 'Search conversations', keys: ['mod', 'K'] },
			{ id: 'sidebar', what: 'Show or hide the sidebar', keys: ['mod', '\\'] },
			{ what: 'Rename the focused conversation', keys: ['F2'] },
			{ id: 'settings', what: 'Settings', keys: ['mod', ','] }
		]
	},
	{
		title: 'Writing',
		shortcuts: [
			{ id: 'message', what: 'Write a message', keys: ['/'] },
			{ what: 'Send', keys: ['Enter'] },
			{ what: 'Send, whatever Enter is set to', keys: ['mod', 'Enter'] },
			{ what: 'New line', keys: ['Shift', 'Enter'] },
			{ id: 'stop', what: 'Stop the answer', keys: ['Esc'] }
		]
	},
	{
		title: 'Choosing a model',
		shortcuts: [
			{ id: 'model', what: 'Choose a model', keys: ['mod', 'Shift', 'M'] },
			{ what: 'Use the marked model', keys: ['Enter'] },
			{ what: 'Add to or take from the favourites', keys: ['mod', 'D'] },
			{ what: 'Close', keys: ['Esc'] }
		]
	}
];

/** How a key is written on this platform. */
export function keyName(key: string, isApple: boolean): string {
	if (key === 'mod') return isApple ? '⌘' : 'Ctrl';
	if (key === 'Shift' && isApple) return '⇧';
	return key;
}
