import { expect, test } from './fixtures.ts';
import { held } from './provider.ts';

test('the app opens without a complaint', async ({ page }) => {
	await page.goto('/');
	await expect(page).toHaveTitle(/Parlance/);
	await expect(page.locator('.app')).not.toBeEmpty();
});

test('an address that leads nowhere says so, without a complaint', async ({ page }) => {
	for (const address of ['/c/no/such', '/nope']) {
		await page.goto(address);
		await expect(page.getByRole('heading', { name: 'There is no page here' })).toBeVisible();
	}
	await page.getByRole('link', { name: 'New chat' }).click();
	await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
});

test('the main story: a key is tested, an answer streams in, is stopped, and all is kept', async ({
	app,
	page,
	provider
}) => {
	const rest = held();
	provider.key = 'sk-smoke-0123456789';
	provider.reply(
		{ text: ['The first', ' **whole** answer.'], usage: { input: 1842, output: 612 } },
		{ text: ['Once upon', ' a time'], hold: rest.until }
	);

	await app.fillConnection({
		baseUrl: provider.baseUrl,
		label: 'Smoke',
		key: provider.key
	});
	await page.getByRole('button', { name: 'Test', exact: true }).click();
	await expect(page.getByText('The key works.')).toBeVisible();
	await app.saveConnection();
	await app.open();
	await app.chooseModel('alpha-large');

	await app.ask('Tell me something');
	await expect(app.answerText.locator('strong')).toHaveText('whole');
	await app.settled();
	await expect(app.answer).toContainText('1,842 in');

	await app.ask('Tell me a story');
	await expect(app.answerText).toContainText('Once upon a time');
	await expect(app.answer).toHaveAttribute('aria-busy', 'true');
	await app.stop.click();
	await app.settled();
	rest.release();
	await expect(app.key('Continue')).toBeVisible();
	await app.message.fill('half a thought');
	await expect.poll(() => app.storedDrafts()).toContain('half a thought');

	await page.reload();
	await expect(app.articles).toHaveCount(4);
	await expect(app.articles.nth(1)).toContainText('The first whole answer.');
	await expect(app.answerText).toContainText('Once upon a time');
	await expect(app.answer).toContainText('Stopped');
	await expect(app.message).toHaveValue('half a thought');
	await expect(app.conversations.getByRole('link')).toHaveCount(1);
	await expect(app.modelKey).toContainText('alpha-large');
});
