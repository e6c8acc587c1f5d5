/** The page before its scripts are there: it was rendered at build time. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

test.use({ serviceWorkers: 'block', allowedMessages: [/Service Worker registration blocked/] });

/** Holds the scripts of the page back. @returns lets them come */
async function holdScripts(page: Page): Promise<() => void> {
	let release: () => void = () => undefined;
	const released = new Promise<void>((resolve) => {
		release = resolve;
	});
	await page.route('**/_app/**', async (route) => {
		await released;
		await route.continue();
	});
	return release;
}

test('what is typed before the app is there is kept, and Enter sends it', async ({ app, page }) => {
	const release = await holdScripts(page);
	await page.goto('/', { waitUntil: 'domcontentloaded' });
	await expect(app.message).toBeFocused();
	await page.keyboard.type('Faster than the app');
	await page.keyboard.press('Enter');
	release();
	await expect(page).toHaveURL(/\/c\//);
	await expect(app.articles.first()).toContainText('Faster than the app');
	await expect(app.message).toHaveValue('');
	await app.settled();
});

test('what is written on behind an early Enter is not sent along', async ({ app, page }) => {
	const release = await holdScripts(page);
	await page.goto('/', { waitUntil: 'domcontentloaded' });
	await expect(app.message).toBeFocused();
	await page.keyboard.type('First');
	await page.keyboard.press('Enter');
	await page.keyboard.type('Second');
	release();
	await expect(page.getByRole('button', { name: 'Try the demo' })).toBeVisible();
	await expect(app.message).toHaveValue('First\nSecond');
	await expect(page).toHaveURL(/\/$/);
});

test('a key pressed before the app is there works once it is', async ({ app, page }) => {
	const release = await holdScripts(page);
	await page.goto('/', { waitUntil: 'domcontentloaded' });
	await app.message.pressSequentially('Half a thought');
	await page.getByRole('link', { name: 'Settings' }).click();
	await expect(page).toHaveURL(/\/$/);
	release();
	await expect(page).toHaveURL(/\/settings\/connections/);
	await page.goBack();
	await expect(app.message).toHaveValue('Half a thought');
});

test('a conversation can be written in before the app is there', async ({ app, page }) => {
	await app.open();
	await page.getByRole('button', { name: 'Try the demo' }).click();
	await app.settled();
	const release = await holdScripts(page);
	await page.reload({ waitUntil: 'domcontentloaded' });
	await app.message.fill('Tell me more');
	release();
	await expect(app.articles).toHaveCount(2);
	await expect(app.message).toHaveValue('Tell me more');
	await app.message.press('Enter');
	await expect(app.articles).toHaveCount(4);
	await app.settled();
});

test('Enter makes a new line where the settings say so', async ({ app, page }) => {
	await page.goto('/settings/appearance');
	await page.getByText('New line', { exact: true }).click();
	await expect(page.getByRole('radio', { name: 'New line' })).toBeChecked();
	const release = await holdScripts(page);
	await page.goto('/', { waitUntil: 'domcontentloaded' });
	await app.message.pressSequentially('One');
	await page.keyboard.press('Enter');
	await page.keyboard.type('Two');
	await page.keyboard.press('Enter');
	release();
	await expect(page.getByRole('button', { name: 'Try the demo' })).toBeVisible();
	await expect(app.message).toHaveValue('One\nTwo\n');
});

test('nothing moves when the app takes over, on wide and on narrow screens', async ({
	app,
	page
}) => {
	for (const size of [
		{ width: 1440, height: 900 },
		{ width: 390, height: 844 }
	]) {
		await page.setViewportSize(size);
		const release = await holdScripts(page);
		await page.goto('/', { waitUntil: 'domcontentloaded' });
		const places = async () => {
			const parts = [app.message, app.send, page.getByRole('main')];
			const key = await app.modelKey.boundingBox();
			// The key is as wide as the model's name.
			return [key?.x, key?.y, ...(await Promise.all(parts.map((part) => part.boundingBox())))];
		};
		const before = await places();
		release();
		await expect(page.getByRole('button', { name: 'Try the demo' })).toBeVisible();
		expect(await places()).toEqual(before);
		await page.unrouteAll();
	}
});

test('a folded sidebar stays folded from the first frame on', async ({ app, page }) => {
	await app.open();
	await page.getByRole('button', { name: 'Hide sidebar' }).click();
	await expect(app.conversations).toBeHidden();
	const release = await holdScripts(page);
	await page.goto('/', { waitUntil: 'domcontentloaded' });
	await expect(app.message).toBeVisible();
	await expect(app.conversations).toBeHidden();
	release();
	await page.getByRole('button', { name: 'Show sidebar' }).click();
	await expect(app.conversations).toBeVisible();
});
