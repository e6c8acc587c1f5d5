import { seedConnection } from '../seed.js';

/** @typedef {import('../run.js').Bench} Bench */

/** The database is there and was read: the field alone is there before. @param {import('playwright').Page} page */
export async function appReady(page) {
	await page.getByRole('button', { name: /^Model, / }).waitFor();
}

/**
 * A new profile with the app open once, so that its database is there, and what `seed` writes.
 * @param {Bench} bench @param {(page: import('playwright').Page) => Promise<void>} [seed]
 */
export async function seededPage(bench, seed) {
	const context = await bench.browser.newContext({
		serviceWorkers: 'block',
		viewport: { width: 1440, height: 900 }
	});
	const page = await context.newPage();
	await page.goto(bench.app);
	await appReady(page);
	await seedConnection(page, bench.provider.origin);
	await seed?.(page);
	await page.goto(bench.app);
	await appReady(page);
	return page;
}

/** Waits until nothing is loading any more. @param {import('playwright').Page} page */
export async function settled(page) {
	await page.waitForLoadState('networkidle');
}

/**
 * Types a question and sends it.
 * @param {import('playwright').Page} page @param {string} text @param {number} [typingMs] at least
 */
export async function ask(page, text, typingMs = 0) {
	const message = page.getByRole('textbox', { name: 'Message' });
	await message.fill(text);
	await page.waitForTimeout(typingMs);
	await message.press('Enter');
}

/** @param {import('playwright').Page} page */
export async function answerSettled(page) {
	await page.locator('article[aria-busy="true"]').waitFor({ state: 'detached', timeout: 120_000 });
}
