/** What the keyboard does, for the page that lists it. `mod` is ⌘ on Apple devices, else Ctrl. */

export interface Shortcut {
	readonly what: string;
	readonly keys: readonly string[];
}

export interface ShortcutGroup {
	readonly title: string;
	readonly shortcuts: readonly Shortcut[];
}

export const shortcutGroups: readonly ShortcutGroup[] = [
	{
		title: 'Anywhere',
		shortcuts: [
			{ what: 'New chat', keys: ['mod', 'Shift', 'O'] },
			{ what: 'Show or hide the sidebar', keys: ['mod', '\\'] },
			{ what: 'Settings', keys: ['mod', ','] }
		]
	},
	{
		title: 'Writing',
		shortcuts: [
			{ what: 'Send', keys: ['Enter'] },
			{ what: 'Send, whatever Enter is set to', keys: ['mod', 'Enter'] },
			{ what: 'New line', keys: ['Shift', 'Enter'] },
			{ what: 'Stop the answer', keys: ['Esc'] }
		]
	},
	{
		title: 'Choosing a model',
		shortcuts: [
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
