import { AppPage } from './app-page.ts';
import { expect, test } from './fixtures.ts';

const words = Array.from({ length: 400 }, (_, index) => `word${index} `);

test('a browser killed in the middle of an answer loses at most a second of it', async ({
	persistentBrowser,
	provider
}) => {
	const first = await persistentBrowser.launch();
	const before = new AppPage(first.pages()[0] ?? (await first.newPage()));
	await before.addConnection({ baseUrl: provider.baseUrl });
	await before.open();
	await before.chooseModel('alpha-large');
	provider.reply({ text: words, pause: 20 });
	await before.ask('Count');
	await expect(before.answerText).toContainText('word100 ');
	const url = before.page.url();
	await persistentBrowser.kill();

	const again = await persistentBrowser.launch();
	const after = new AppPage(again.pages()[0] ?? (await again.newPage()));
	await after.open(url);
	// A second is 50 words at 20 ms each.
	await expect(after.answerText).toContainText('word50 ');
	await expect(after.answer).not.toHaveAttribute('aria-busy', 'true');
	await expect(after.key('Continue')).toBeVisible();
	await expect(after.key('Retry')).toBeVisible();
	await expect(after.articles.first()).toContainText('Count');

	provider.reply({ text: ['and the rest.'] });
	await after.key('Continue').click();
	await expect(after.answerText).toContainText('and the rest.');
	await expect(after.answerText).toContainText('word50 ');
});

test('a closed tab leaves its answer interrupted for the next one', async ({
	app,
	context,
	provider
}) => {
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	provider.reply({ text: words, pause: 20 });
	await app.ask('Count');
	await expect(app.answerText).toContainText('word50 ');
	const url = app.page.url();
	await app.page.close();

	const next = new AppPage(await context.newPage());
	await next.open(url);
	await expect(next.answerText).toContainText('word20 ');
	await expect(next.key('Continue')).toBeVisible();
});

test('a second tab shows the same answer growing, and can stop it', async ({
	app,
	context,
	provider
}) => {
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	provider.reply({ text: words, pause: 25 });
	await app.ask('Count');
	await expect(app.answerText).toContainText('word10 ');

	const second = new AppPage(await context.newPage());
	await second.open(app.page.url());
	await expect(second.answer).toHaveAttribute('aria-busy', 'true');
	await expect(second.answerText).toContainText('word60 ');
	await second.stop.click();
	await expect(app.answer).not.toHaveAttribute('aria-busy', 'true');
	await expect(second.answer).not.toHaveAttribute('aria-busy', 'true');
	expect(await second.answerText.textContent()).toBe(await app.answerText.textContent());
});

test('a draft survives a reload, each conversation its own', async ({ app, page, provider }) => {
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	await app.ask('First');
	await app.settled();
	await app.message.fill('half a thought');
	await page.getByRole('button', { name: 'New chat' }).first().click();
	await expect(app.message).toHaveValue('');
	await app.message.fill('another one');
	await expect.poll(() => app.storedDrafts(), { timeout: 1_000 }).toContain('another one');
	await page.reload();
	await expect(app.message).toHaveValue('another one');
	await app.conversations.getByRole('link', { name: /First/ }).click();
	await expect(app.message).toHaveValue('half a thought');
});

test('the system prompt of a chat that is not begun survives a reload', async ({
	app,
	page,
	provider
}) => {
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	const prompt = page.getByRole('textbox', { name: 'System prompt' });
	const openParameters = () => page.getByRole('button', { name: 'Parameters' }).click();
	await openParameters();
	await prompt.fill('Answer in rhymes.');
	await page.getByRole('button', { name: 'Done' }).click();
	await expect(prompt).toBeHidden();
	await page.reload();
	await openParameters();
	await expect(prompt).toHaveValue('Answer in rhymes.');
	await page.getByRole('button', { name: 'Done' }).click();
	await app.ask('Go');
	await app.settled();
	expect(provider.chats[0]?.messages[0]).toEqual({ role: 'system', content: 'Answer in rhymes.' });
	await page.getByRole('button', { name: 'New chat' }).first().click();
	await openParameters();
	await expect(prompt).toHaveValue('');
});

test('history is readable offline, with the server gone', async ({
	app,
	context,
	page,
	provider,
	server
}) => {
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	await app.ask('Remember this');
	await app.settled();
	await page.evaluate(() => navigator.serviceWorker.ready);
	await page.reload();
	await app.settled();
	await server.stop();
	try {
		const offline = new AppPage(await context.newPage());
		await offline.open(page.url());
		await expect(offline.answerText).toContainText('Hello from the model.');
		await offline.page.goto('/');
		await expect(offline.message).toBeVisible();
	} finally {
		await server.restart();
	}
});
