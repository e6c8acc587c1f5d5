import { browser } from '$app/env';
import { createContext } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';

/** Kept on this device only, readable before the database is (`src/early.js`): nothing jumps at the start. */
const STORED = 'sidebar';

/** How the sidebar stands: beside the sheet, folded away, or in a drawer on small screens. */
export class ShellState {
	readonly #narrow = new MediaQuery('width < 900px');
	#isFolded = $state(browser && localStorage.getItem(STORED) === 'folded');
	/** The drawer of small screens. */
	isDrawerOpen = $state(false);

	get isNarrow(): boolean {
		return this.#narrow.current;
	}

	/** Whether the sidebar is out of sight and a key has to bring it back. */
	get isHidden(): boolean {
		return this.isNarrow || this.#isFolded;
	}

	toggle(): void {
		if (this.isNarrow) {
			this.isDrawerOpen = !this.isDrawerOpen;
			return;
		}
		this.#isFolded = !this.#isFolded;
		const stored = this.#isFolded ? 'folded' : 'open';
		document.documentElement.dataset['sidebar'] = stored;
		localStorage.setItem(STORED, stored);
	}

	/** After something was chosen in it. */
	closeDrawer(): void {
		this.isDrawerOpen = false;
	}
}

/** The frame around the pages: sidebar and drawer. */
export const [getShell, setShell] = createContext<ShellState>();
