import { expect, test } from './fixtures.ts';

test.describe('answers', () => {
	test.beforeEach(async ({ app, provider }) => {
		provider.windows = { 'alpha-large': 1_000_000 };
		await app.addConnection({ baseUrl: provider.baseUrl, key: 'sk-bad-0123456789' });
		await app.open();
		await app.chooseModel('alpha-large');
	});

	test('an empty answer is said to be empty', async ({ app, provider }) => {
		provider.reply({ text: [] });
		await app.ask('Say nothing');
		await app.settled();
		await expect(app.answer).toContainText(/empty/i);
		await expect(app.key('Retry').or(app.key('Regenerate')).first()).toBeVisible();
	});

	test('a million characters in one line leave the page alive', async ({ app, page, provider }) => {
		test.slow();
		const piece = 'x'.repeat(10_000);
		provider.reply({ text: Array.from({ length: 100 }, () => piece) });
		await app.ask('A lot');
		await expect(app.message).toBeFocused();
		await app.message.fill('still here');
		await app.settled();
		await expect
			.poll(() => app.answerText.evaluate((element) => element.textContent.length), {
				timeout: 30_000
			})
			.toBeGreaterThanOrEqual(1_000_000);
		await page.getByRole('button', { name: 'New chat' }).first().click();
		await expect(app.message).toHaveValue('');
	});

	test('a megabyte pasted into the composer stays usable and is sent whole', async ({
		app,
		context,
		page,
		provider
	}) => {
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		const text = 'A line of pasted text, of which there are many.\n'.repeat(22_000);
		await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
		await app.message.focus();
		await page.keyboard.press('ControlOrMeta+V');
		await app.message.press('End');
		await app.message.pressSequentially('!');
		await app.message.press('Enter');
		await app.settled();
		expect(provider.chats[0]?.messages[0]?.content).toHaveLength(text.length + 1);
	});

	test('a stream that answers with HTML is explained', async ({ app, provider }) => {
		provider.reply({ headers: { 'content-type': 'text/html' }, body: '<h1>Sign in</h1>' });
		await app.ask('Hello');
		await app.settled();
		await expect(app.answer).toContainText('web page');
	});

	test('a model that no longer exists is named, with another to choose', async ({
		app,
		provider
	}) => {
		provider.reply({
			status: 404,
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				error: { message: 'The model does not exist', code: 'model_not_found' }
			})
		});
		await app.ask('Hello');
		await app.settled();
		await expect(app.answer).toContainText('alpha-large');
		await expect(app.key('Retry')).toBeVisible();
	});

	test('a rate limit counts down, and asking can be cancelled', async ({ app, provider }) => {
		provider.reply({
			status: 429,
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				error: {
					message: 'Rate limit reached. Please try again in 38s.',
					code: 'rate_limit_exceeded'
				}
			})
		});
		await app.ask('Hello');
		await expect(app.answer).toContainText(/3\d s/);
		await app.stop.click();
		await app.settled();
		await expect(app.articles.first()).toContainText('Hello');
	});

	test('script, SVG and HTML in an answer stay harmless', async ({ app, page, provider }) => {
		const requests: string[] = [];
		page.on('request', (request) => requests.push(request.url()));
		provider.reply({
			text: [
				'<img src="https://evil.example/x.png" onerror="globalThis.hacked=1">',
				'<svg onload="globalThis.hacked=1"><script>globalThis.hacked=1</script></svg>',
				'\n\n[click](javascript:globalThis.hacked=1) ![x](https://evil.example/y.png)'
			]
		});
		await app.ask('Attack');
		await app.settled();
		await expect(app.answerText).toContainText('click');
		expect(await page.evaluate(() => Reflect.get(globalThis, 'hacked') as unknown)).toBeUndefined();
		expect(requests.filter((url) => url.includes('evil'))).toEqual([]);
		await expect(app.answerText.getByText('evil.example').first()).toBeVisible();
		await expect(app.answerText.locator('a[href^="javascript"]')).toHaveCount(0);
	});
});

test.describe('the connection form', () => {
	test.beforeEach(async ({ app, page }) => {
		await page.goto('/settings/connections');
		await page.getByRole('button', { name: 'Add connection' }).first().click();
		await app.chooseProvider('Custom (OpenAI-compatible)');
	});

	for (const [what, address] of [
		['without a scheme', 'api.example.com/v1'],
		['with credentials', 'https://user:pass@api.example.com/v1'],
		['that is a script', 'javascript:alert(1)'],
		['that is not encrypted', 'http://api.example.com/v1']
	] as const)
		test(`refuses an address ${what}, and keeps what was typed`, async ({ page }) => {
			const field = page.getByLabel('Base URL');
			await field.fill(address);
			await page.getByRole('button', { name: 'Save', exact: true }).click();
			await expect(field).toHaveAttribute('aria-invalid', 'true');
			await expect(field).toHaveValue(address);
		});

	test('says that spaces and line breaks were taken out of a key', async ({ page, provider }) => {
		provider.key = 'sk-clean-0123456789';
		await page.getByLabel('Base URL').fill(provider.baseUrl);
		await page.getByRole('textbox', { name: 'API key' }).fill('  sk-clean-0123456789 ');
		await page.getByRole('button', { name: 'Test', exact: true }).click();
		await expect(page.getByText('The key works.')).toBeVisible();
	});

	test('says when a key is wrong, and when nothing answers', async ({ page, provider }) => {
		provider.key = 'sk-right-0123456789';
		await page.getByLabel('Base URL').fill(provider.baseUrl);
		await page.getByRole('textbox', { name: 'API key' }).fill('sk-wrong-0123456789');
		await page.getByRole('button', { name: 'Test', exact: true }).click();
		await expect(page.getByText(/refused the key/i).first()).toBeVisible();
		await page.getByLabel('Base URL').fill('http://localhost:9/v1');
		await page.getByRole('button', { name: 'Test', exact: true }).click();
		await expect(page.getByText(/No server answered|did not answer/i).first()).toBeVisible();
	});
});

test.describe('another version', () => {
	// Chromium asks for an icon beside a plain file.
	test.use({ allowedMessages: [/favicon/] });

	test('a database of a newer version is left alone, with a clear message', async ({
		app,
		page
	}) => {
		await app.open();
		await page.goto('about:blank');
		await page.goto('/robots.txt');
		await page.evaluate(
			() =>
				new Promise<void>((resolve, reject) => {
					const request = indexedDB.open('parlance', 990);
					request.onupgradeneeded = () => {
						request.result.createObjectStore('fromTheFuture');
					};
					request.onsuccess = () => {
						request.result.close();
						resolve();
					};
					request.onerror = () => {
						reject(new Error('The database could not be upgraded.'));
					};
				})
		);
		await page.goto('/');
		await expect(
			page.getByRole('heading', { name: 'A newer Parlance has been here' })
		).toBeVisible();
		const version = await page.evaluate(async () =>
			(await indexedDB.databases()).map((database) => database.version)
		);
		expect(version).toContain(990);
	});
});

test('without IndexedDB there is a page that says so', async ({ page }) => {
	await page.addInitScript(() => {
		Object.defineProperty(globalThis, 'indexedDB', {
			value: {
				databases: () => Promise.reject(new DOMException('refused', 'SecurityError')),
				open: () => {
					throw new DOMException('refused', 'SecurityError');
				}
			}
		});
	});
	await page.goto('/');
	await expect(
		page.getByRole('heading', { name: 'This browser keeps nothing for this page' })
	).toBeVisible();
});

test('an address that is not secure is explained', async ({ browser, server }) => {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.addInitScript(() => {
		Object.defineProperty(globalThis, 'isSecureContext', { value: false });
	});
	await page.goto(server.url);
	await expect(
		page.getByRole('heading', { name: 'This address is not secure enough' })
	).toBeVisible();
	await context.close();
});
