import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';

async function boxOf(locator: Locator) {
	const box = await locator.boundingBox();
	if (box === null) throw new Error(`${locator.toString()} is not in the page.`);
	return { ...box, right: box.x + box.width, bottom: box.y + box.height };
}

test.describe('on a phone', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

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

	test('a finger gets 44 px of every key, and news leaves the tray free', async ({
		app,
		page,
		provider
	}) => {
		await app.addConnection({ baseUrl: provider.baseUrl });
		await app.open();
		await app.chooseModel('alpha-large');
		await app.message.fill('Hello');
		await app.send.click();
		await app.settled();
		await app.key('Regenerate').click();
		await expect(app.answer.getByText('2 / 2')).toBeVisible();
		await app.settled();
		const names = ['Copy', 'Regenerate', 'Good answer', 'Bad answer', 'Pin', 'More actions'];
		for (const name of names) {
			const { width, height } = await boxOf(app.key(name));
			expect([width, height]).toEqual([44, 44]);
		}
		const pager = await boxOf(app.answer.getByRole('group', { name: 'answer 2 of 2' }));
		expect(pager.right).toBeLessThanOrEqual(390);
		// In the same row, as on a desktop.
		const more = await boxOf(app.key('More actions'));
		expect(pager.y).toBeLessThan(more.bottom);
		expect(pager.x).toBeGreaterThanOrEqual(more.right);

		await page.getByRole('button', { name: 'More', exact: true }).click();
		await page.getByRole('menuitem', { name: 'Archive' }).click();
		const toast = await boxOf(page.getByRole('region', { name: 'Notifications' }));
		const tray = await boxOf(page.locator('form.tray'));
		expect(toast.bottom).toBeLessThanOrEqual(tray.y);
	});
});

test('pops of the tray leave what is written free, where there is room', async ({
	app,
	page,
	provider
}) => {
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	await app.message.fill('One line');
	const tray = page.locator('form.tray');
	const { y: top } = await boxOf(tray);
	await app.modelKey.click();
	const picker = page.getByRole('dialog', { name: 'Choose a model' });
	await picker.getByRole('option').first().waitFor();
	// It grows a little as it appears.
	const { x } = await boxOf(app.modelKey);
	await expect.poll(async () => Math.abs((await boxOf(picker)).x - x)).toBeLessThan(1);
	expect((await boxOf(picker)).bottom).toBeLessThanOrEqual(top);
	await page.keyboard.press('Escape');
	await page.locator('[data-key="context"]').click();
	const card = page.getByRole('dialog', { name: 'Context' });
	await card.getByRole('button').first().waitFor();
	await expect.poll(async () => (await boxOf(card)).bottom).toBeLessThanOrEqual(top);
});
