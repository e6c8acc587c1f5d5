import { expect, test } from './fixtures.ts';

test.use({ viewport: { width: 390, height: 844 } });

test('Back closes the drawer, and only then leaves the page', async ({ app, page }) => {
	await page.goto('/settings/connections');
	await page.getByRole('link', { name: 'Back to settings' }).click();
	await page.getByRole('link', { name: 'Back to conversations' }).click();
	await app.message.waitFor();
	const menu = page.getByRole('button', { name: 'Open the menu' });
	await menu.click();
	const drawer = page.getByRole('dialog', { name: 'Conversations and settings' });
	await expect(drawer).toBeVisible();

	const back = () =>
		page.evaluate(() => {
			history.back();
		});
	await back();
	await expect(drawer).toBeHidden();
	await expect(app.message).toBeVisible();
	await expect(page).toHaveURL(/\/$/);
	await expect(menu).toBeFocused();
	await back();
	await expect(page).toHaveURL(/\/settings$/);
});
