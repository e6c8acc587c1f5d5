/** What `src/early.js` waits for; each is told once. */
const told = new Set<string>();

function tell(what: string): void {
	if (told.has(what)) return;
	told.add(what);
	dispatchEvent(new Event(what));
}

/**
 * The page takes events from now on, and knows whether there is a lock: what was hidden until then
 * is shown, and keys that were pressed before are pressed again.
 */
export function tellHears(): void {
	delete document.documentElement.dataset['locked'];
	tell('app-hears');
}

/** The settings are read, or there is nothing to write in: the page knows how Enter is meant. */
export function tellKnows(): void {
	tell('app-knows');
}
