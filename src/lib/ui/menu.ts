import { createContext } from 'svelte';

/** What an item of a menu can ask of the menu that it stands in. */
interface MenuContext {
	/** Closes the menu; focus is back on the trigger when this returns. */
	close(): void;
}

export const [getMenu, setMenu] = createContext<MenuContext>();
