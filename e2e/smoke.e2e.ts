import { expect, test } from './fixtures.ts';

test('the app opens without a complaint', async ({ page }) => {
	await page.goto('/');
	await expect(page).toHaveTitle(/Parlance/);
	await expect(page.locator('.app')).not.toBeEmpty();
});
