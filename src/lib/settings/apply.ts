/** Settings that show at once, mirrored for the first frame of the next start. */
import { defaultSettings, type Settings } from './schema.ts';

/** Sets the theme of this page and its mirror, which `theme.js` reads before the first paint. */
export function applyTheme(theme: Settings['theme'], root: HTMLElement, mirror: Storage): void {
	root.dataset['theme'] = theme;
	mirror.setItem('theme', theme);
}

/** Sets the reading size; the default leaves it to the stylesheet, which knows small screens. */
export function applyTextSize(textSize: number, root: HTMLElement): void {
	if (textSize === defaultSettings.textSize) root.style.removeProperty('--reading-size');
	else root.style.setProperty('--reading-size', `${textSize / 16}rem`);
}
