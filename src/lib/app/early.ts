let isTold = false;

/**
 * The page answers from now on. What was pressed before is pressed again, and what was hidden until
 * it was known whether there is a lock is shown: see `src/early.js`.
 */
export function tellReady(): void {
	if (isTold) return;
	isTold = true;
	delete document.documentElement.dataset['locked'];
	dispatchEvent(new Event('app-ready'));
}
