/** What the Enter key means in the composer. Pure. */
import type { Settings } from '#lib/settings';

export type EnterMeaning = 'send' | 'new-line';

/** What is looked at of a key press. */
interface KeyPress {
	readonly key: string;
	/** Out of fashion, and the only sign of a composition's last key in Safari. */
	readonly keyCode: number;
	readonly isComposing: boolean;
	readonly shiftKey: boolean;
	readonly altKey: boolean;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
}

/** Key code of a key that an input method has taken; some browsers send no `isComposing` with it. */
const TAKEN_BY_IME = 229;

/**
 * Undefined for a key that is not ours: another one, or the Enter that ends a composition.
 * @param isTouch whether the main pointer is a finger: then Enter makes a new line
 */
export function meaningOfEnter(
	event: KeyPress,
	setting: Settings['sendWithEnter'],
	isTouch: boolean
): EnterMeaning | undefined {
	if (event.key !== 'Enter' || event.isComposing || event.keyCode === TAKEN_BY_IME)
		return undefined;
	if (event.ctrlKey || event.metaKey) return 'send';
	if (event.shiftKey || event.altKey || setting === 'mod-enter') return 'new-line';
	return setting === 'auto' && isTouch ? 'new-line' : 'send';
}
