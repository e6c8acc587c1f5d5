import { AppPage } from './app-page.ts';
import { expect, test } from './fixtures.ts';

const PASSPHRASE = 'correct horse battery';

test.beforeEach(async ({ app, page, provider }) => {
	await app.addConnection({
		baseUrl: provider.baseUrl,
		label: 'Locked',
		key: 'sk-vault-0123456789'
	});
	await page.goto('/settings/security');
	await page.getByRole('button', { name: 'Set passphrase' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('New passphrase').fill(PASSPHRASE);
	await dialog.getByLabel('Repeat passphrase').fill(PASSPHRASE);
	await dialog.getByRole('button', { name: 'Set passphrase' }).click();
	await expect(dialog).toBeHidden();
});

test('a reload asks for the passphrase, says when it is wrong, and opens with the right one', async ({
	app,
	page
}) => {
	await page.goto('/');
	const field = page.getByLabel('Passphrase', { exact: true });
	await field.fill('not the passphrase');
	await field.press('Enter');
	await expect(page.getByText('That is not the passphrase.').first()).toBeVisible();
	await expect(app.message).toHaveCount(0);
	await field.fill(PASSPHRASE);
	await field.press('Enter');
	await expect(app.message).toBeVisible();
	await app.chooseModel('alpha-large');
	await app.ask('Hello');
	await expect(app.answerText).toContainText('Hello from the model.');
});

test('locking one tab locks all', async ({ app, context, page }) => {
	const second = new AppPage(await context.newPage());
	await second.page.goto('/');
	const field = second.page.getByLabel('Passphrase', { exact: true });
	await field.fill(PASSPHRASE);
	await field.press('Enter');
	await expect(second.message).toBeVisible();

	await page.getByRole('button', { name: /lock now/i }).click();
	await expect(page.getByLabel('Passphrase', { exact: true })).toBeVisible();
	await expect(second.page.getByLabel('Passphrase', { exact: true })).toBeVisible();
	await expect(app.message).toHaveCount(0);
	await expect(second.message).toHaveCount(0);
});

test('a locked page holds nothing of the conversation that was open, its title neither', async ({
	app,
	page
}) => {
	await page.getByRole('link', { name: 'Back to conversations' }).click();
	await app.chooseModel('alpha-large');
	await app.ask('Divorce papers');
	await app.settled();
	await page.getByRole('button', { name: 'New chat' }).click();
	await app.ask('Something else');
	await app.settled();
	// A title is read a little after its page is announced: here that of the one before.
	await app.conversations.getByRole('link', { name: 'Divorce papers' }).click();
	await expect(page).toHaveTitle(/Divorce/);
	await app.conversations.getByRole('link', { name: 'Something else' }).click();
	await expect(page.locator('#svelte-announcer')).toContainText('Divorce papers');
	const second = await page.context().newPage();
	await second.goto('/settings/security');
	await second.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
	await second.keyboard.press('Enter');
	await second.getByRole('button', { name: /lock now/i }).click();
	await expect(page.getByLabel('Passphrase', { exact: true })).toBeVisible();
	await expect.poll(() => page.content()).not.toContain('Divorce');

	// And is of use again afterwards.
	await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
	await page.keyboard.press('Enter');
	await expect(app.message).toBeVisible();
	await page.getByRole('button', { name: 'New chat' }).click();
	await expect(page.locator('#svelte-announcer')).not.toBeEmpty();
});

test('a forgotten passphrase costs the keys, not the conversations', async ({
	app,
	page,
	provider
}) => {
	await page.goto('/');
	const field = page.getByLabel('Passphrase', { exact: true });
	await field.fill(PASSPHRASE);
	await field.press('Enter');
	await app.chooseModel('alpha-large');
	await app.ask('Keep me');
	await app.settled();
	await page.reload();
	await page.getByRole('button', { name: /forgot/i }).click();
	const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
	await dialog.getByRole('button', { name: /delete|erase/i }).click();
	await expect(app.message).toBeVisible();
	await expect(app.conversations.getByRole('link', { name: /Keep me/ })).toBeVisible();
	provider.key = 'sk-vault-0123456789';
	await app.message.fill('And now?');
	await app.message.press('Enter');
	await app.settled();
	await expect(app.answer).toContainText(/key/i);
});

test.describe('before the app is there', () => {
	test.use({ serviceWorkers: 'block', allowedMessages: [/Service Worker registration blocked/] });

	test('nothing of it is seen', async ({ page }) => {
		await page.route('**/_app/**', () => undefined);
		await page.goto('/', { waitUntil: 'domcontentloaded' });
		await expect(page.getByRole('textbox')).toHaveCount(0);
		await expect(page.locator('.app')).toHaveCSS('visibility', 'hidden');
		await page.unrouteAll({ behavior: 'ignoreErrors' });
	});
});
