/** Every shortcut of the app: one list, obeyed by the page and shown in the settings. */

export type ShortcutId =
	'new-chat' | 'search' | 'sidebar' | 'message' | 'stop' | 'model' | 'rename' | 'send' | 'new-line';

export interface Shortcut {
	readonly id: ShortcutId;
	readonly label: string;
	/** `mod` is ⌘ on Apple systems, Ctrl elsewhere. */
	readonly keys: readonly string[];
	/** Handled where the focus is, not by the page. */
	readonly local?: true;
}

export const shortcuts: readonly Shortcut[] = [
	{ id: 'new-chat', label: 'New chat', keys: ['mod', 'shift', 'o'] },
	{ id: 'search', label: 'Search conversations', keys: ['mod', 'k'] },
	{ id: 'sidebar', label: 'Show or hide the sidebar', keys: ['mod', '\\'] },
	{ id: 'model', label: 'Choose a model', keys: ['mod', 'shift', 'm'] },
	{ id: 'message', label: 'Write a message', keys: ['/'] },
	{ id: 'stop', label: 'Stop the answer', keys: ['escape'] },
	{ id: 'send', label: 'Send', keys: ['enter'], local: true },
	{ id: 'new-line', label: 'New line', keys: ['shift', 'enter'], local: true },
	{ id: 'rename', label: 'Rename the focused conversation', keys: ['f2'], local: true }
];

const isApple = (platform: string): boolean => /Mac|iP(?:hone|ad|od)/.test(platform);

const appleNames: Readonly<Record<string, string>> = { mod: '⌘', shift: '⇧', enter: '↵' };
const otherNames: Readonly<Record<string, string>> = { mod: 'Ctrl', shift: '⇧', enter: '↵' };

/** A shortcut as written on the keys: “⌘ ⇧ O”. */
export function keysText(id: ShortcutId, platform: string = navigator.platform): string {
	const names = isApple(platform) ? appleNames : otherNames;
	const keys = shortcuts.find((shortcut) => shortcut.id === id)?.keys ?? [];
	return keys
		.map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : capitalised(key)))
		.join(' ');
}

const capitalised = (word: string): string =>
	word === 'escape' ? 'Esc' : word.charAt(0).toUpperCase() + word.slice(1);

type KeyPress = Pick<
	KeyboardEvent,
	'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing'
>;

/** The page-wide shortcut that a key press means. Single keys mean nothing while one writes. */
export function shortcutOf(
	event: KeyPress,
	isWriting: boolean,
	platform: string = navigator.platform
): ShortcutId | undefined {
	if (event.isComposing || event.altKey) return undefined;
	const hasMod = isApple(platform) ? event.metaKey : event.ctrlKey;
	return shortcuts.find(({ keys, local }) => {
		if (local === true || event.key.toLowerCase() !== keys.at(-1)) return false;
		if (keys.includes('mod') !== hasMod) return false;
		if (keys.includes('shift') !== event.shiftKey) return false;
		return keys.length > 1 || keys[0] === 'escape' || !isWriting;
	})?.id;
}
