/** Which shortcut of the one list in the settings a key press means. Pure. */
import { browser } from '$app/env';
import { keyName, shortcutGroups, type Settings, type ShortcutId } from '#lib/settings';

const shortcuts = shortcutGroups.flatMap((group) => group.shortcuts);

/** None while a page is rendered at build time. */
const ownPlatform = browser ? navigator.platform : '';

const isApple = (platform: string): boolean => /Mac|iP(?:hone|ad|od)/.test(platform);

/** A shortcut as written on the keys: “⌘ ⇧ O”. */
export function keysText(id: ShortcutId, platform: string = ownPlatform): string {
	const keys = shortcuts.find((shortcut) => shortcut.id === id)?.keys ?? [];
	return keys.map((key) => keyName(key, isApple(platform))).join(' ');
}

/** What sends with a keyboard, as written on the keys: “↵” or “Ctrl ↵”. */
export function sendKeysText(
	setting: Settings['sendWithEnter'],
	platform: string = ownPlatform
): string {
	return setting === 'mod-enter' ? `${keyName('mod', isApple(platform))} ↵` : '↵';
}

type KeyPress = Pick<
	KeyboardEvent,
	'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey' | 'isComposing'
>;

/** What `KeyboardEvent` calls a key that is written otherwise. */
const eventKeys: Readonly<Record<string, string>> = { esc: 'escape' };

/** The page-wide shortcut that a key press means. Single letters mean nothing while one writes. */
export function shortcutOf(
	event: KeyPress,
	isWriting: boolean,
	platform: string = ownPlatform
): ShortcutId | undefined {
	if (event.isComposing || event.altKey) return undefined;
	const hasMod = isApple(platform) ? event.metaKey : event.ctrlKey;
	return shortcuts.find(({ id, keys }) => {
		const last = keys.at(-1)?.toLowerCase() ?? '';
		if (id === undefined || event.key.toLowerCase() !== (eventKeys[last] ?? last)) return false;
		if (keys.includes('mod') !== hasMod) return false;
		if (keys.includes('Shift') !== event.shiftKey && keys.length > 1) return false;
		return keys.length > 1 || last === 'esc' || !isWriting;
	})?.id;
}

/** What takes the keys for itself while it is open; toasts and tooltips do not. */
const OVER_THE_PAGE = ':modal, :popover-open:is([role="dialog"], [role="menu"])';

/** Does what a key press means, if it is among these actions and nothing stands over the page. */
export function obey(
	event: KeyboardEvent,
	actions: Readonly<Partial<Record<ShortcutId, () => void>>>
): void {
	if (event.defaultPrevented || document.querySelector(OVER_THE_PAGE) !== null) return;
	const target = event.target as HTMLElement;
	const isWriting = target.matches('input, textarea, select, [contenteditable]');
	const id = shortcutOf(event, isWriting);
	const act = id === undefined ? undefined : actions[id];
	if (act === undefined) return;
	if (id !== 'stop') event.preventDefault();
	act();
}
