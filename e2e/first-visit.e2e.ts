import { expect, test } from './fixtures.ts';

test('a newcomer tries the demo, without a key', async ({ app, page }) => {
	await app.open();
	await page.getByRole('button', { name: 'Try the demo' }).click();
	await expect(app.answerText).toContainText('not a language model');
	await app.settled();
	await expect(app.answerText.locator('table')).toBeVisible();
	await expect(app.answerText.locator('math').first()).toBeVisible();
});

test('“Add connection” and a provider lead to the form, filled in as far as it goes', async ({
	app,
	page
}) => {
	await app.open();
	await page.getByRole('link', { name: /^Anthropic/ }).click();
	await expect(page.getByLabel('Provider', { exact: true })).toHaveValue('anthropic');
	await expect(page.getByLabel('Base URL')).toHaveValue('https://api.anthropic.com');
	await app.open();
	await page.getByRole('link', { name: 'Add connection' }).click();
	await expect(page.getByRole('textbox', { name: 'API key' })).toBeVisible();
});

test('a conversation is renamed, pinned, deleted and brought back from the list', async ({
	app,
	page
}) => {
	await app.open();
	await page.getByRole('button', { name: 'Try the demo' }).click();
	await app.settled();
	const link = app.conversations.getByRole('link');
	const choose = async (item: string): Promise<void> => {
		await link.first().click({ button: 'right' });
		await page.getByRole('menuitem', { name: item }).click();
	};

	await choose('Rename');
	await page.keyboard.type('My own title');
	await page.keyboard.press('Enter');
	await expect(link).toHaveText('My own title');
	await choose('Pin');
	await expect(app.conversations).toContainText('Pinned');
	await choose('Delete');
	await expect(link).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(link).toHaveText('My own title');
});
