import { expect, test } from './fixtures.ts';

// Only Firefox can be started so that its pages can tell.
test.use({
	launchOptions: [
		async ({ browserName, launchOptions }, use) => {
			const prefs = { 'browser.privatebrowsing.autostart': true };
			await use(
				browserName === 'firefox' ? { ...launchOptions, firefoxUserPrefs: prefs } : launchOptions
			);
		},
		{ scope: 'worker' }
	]
});

test('in a private window the app works and says once that it forgets', async ({
	app,
	browserName,
	page
}) => {
	await app.open();
	await expect(page.getByText('A private window forgets everything')).toBeVisible();
	const notice = page.getByRole('status', { name: 'Private window' });
	if (browserName === 'firefox') {
		await expect(notice).toContainText('gone when it is closed');
		await notice.getByRole('button', { name: 'Understood' }).click();
		await expect(notice).toBeEmpty();
	}
	await page.getByRole('button', { name: 'Try the demo' }).click();
	await app.settled();
	await page.reload();
	await app.settled();
	await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
	// Said once; and a window of which nothing is known is not called private.
	await expect(page.getByText('This is a private window')).toBeHidden();
});
