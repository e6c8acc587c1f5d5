/**
 * Private windows keep everything in memory, and no browser says outright that a window is one.
 * Firefox and Safari refuse the private file system there and nowhere else. Chromium makes the two
 * alike on purpose, quota included, so nothing is concluded there: the first page says in general
 * what a private window does.
 */

/** Kept as long as the private window itself. */
const READ = 'private-notice';

/** What the private file system is refused with: by Firefox, by Safari. */
const refusals: readonly string[] = ['SecurityError', 'UnknownError'];

/** Whether what is stored here surely goes when the window is closed. */
async function isPrivateWindow(storage: Pick<StorageManager, 'getDirectory'>): Promise<boolean> {
	// Missing in old browsers, whatever the types say.
	if (!('getDirectory' in storage)) return false;
	try {
		await storage.getDirectory();
		return false;
	} catch (error) {
		return error instanceof DOMException && refusals.includes(error.name);
	}
}

/** The notice is not shown again in this window. */
export function noteRead(): void {
	try {
		localStorage.setItem(READ, 'read');
	} catch {
		// Storage refused: it is said once more.
	}
}

/** The notice, where it is due. */
export async function privateNotice() {
	if (localStorage.getItem(READ) !== null || !(await isPrivateWindow(navigator.storage)))
		return undefined;
	return (await import('./PrivateNotice.svelte')).default;
}
