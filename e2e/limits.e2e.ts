import type { Page } from '@playwright/test';
import type { ReplayReply } from '../src/lib/providers/testing/replay-server.ts';
import { AppPage } from './app-page.ts';
import { expect, test } from './fixtures.ts';
import { answerBody, countedUsage } from './provider.ts';

test.use({ allowedMessages: [/Failed to load resource/] });

/** Saves a connection with limits. */
async function connect(
	app: AppPage,
	baseUrl: string,
	limits: { readonly requests?: string; readonly tokens?: string }
): Promise<void> {
	const { page } = app;
	await page.goto('/settings/connections');
	await page.getByRole('button', { name: 'Add connection' }).first().click();
	await app.chooseProvider('Custom (OpenAI-compatible)');
	await page.getByLabel('Label').fill('Journey');
	await page.getByLabel('Base URL').fill(baseUrl);
	await page.locator('summary', { hasText: 'Limits' }).click();
	await page.getByLabel('Requests per minute').fill(limits.requests ?? '');
	await page.getByLabel('Tokens per minute').fill(limits.tokens ?? '');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByRole('button', { name: 'Save', exact: true }).waitFor({ state: 'hidden' });
	await app.open();
	await app.chooseModel('alpha-large');
}

const refusal = (seconds: number): ReplayReply => ({
	status: 429,
	headers: {
		'content-type': 'application/json',
		'retry-after': String(seconds),
		'access-control-expose-headers': 'retry-after'
	},
	body: JSON.stringify({ error: { message: 'Slow down.', code: 'rate_limit_exceeded' } })
});

test('a key of 6,000 tokens a minute works with a conversation that is longer', async ({
	app,
	provider
}) => {
	await connect(app, provider.baseUrl, { tokens: '6000' });
	const story = 'It was a dark and stormy night. '.repeat(300);
	provider.reply({ text: [story], usage: { input: 20, output: 60 } });
	for (const n of [1, 2, 3]) {
		await app.ask(`Part ${n}: ${story}`);
		await expect(app.articles).toHaveCount(2 * n);
		await app.settled();
		await expect(app.answer).not.toContainText('Failed');
	}
	// Four characters or so are a token: no request asks for more than the minute gives.
	for (const chat of provider.chats)
		expect(JSON.stringify(chat.messages).length / 4).toBeLessThan(6000);
	expect(JSON.stringify(provider.chats[2]?.messages)).not.toContain('Part 1');

	await app.ask('far too long '.repeat(5000));
	await app.settled();
	await expect(app.answer).toContainText('can never go out within the limit of “Journey”');
	await expect(app.answer).toContainText('6,000 tokens a minute');
	await expect(app.answer).toContainText('Settings → Connections');
	expect(provider.chats).toHaveLength(3);
});

/** Moves what went out in the last minute back in time, as if so much time had passed (ms). */
async function letPass(page: Page, ms: number): Promise<void> {
	await page.evaluate(async (passed) => {
		const database = await new Promise<IDBDatabase>((resolve) => {
			const opening = indexedDB.open('parlance');
			opening.onsuccess = () => {
				resolve(opening.result);
			};
		});
		const transaction = database.transaction('reservations', 'readwrite');
		const rows = transaction.objectStore('reservations').openCursor();
		rows.onsuccess = () => {
			const cursor = rows.result;
			if (cursor === null) return;
			const row = cursor.value as { at: number; waiting?: unknown };
			if (row.waiting === undefined) cursor.update({ ...row, at: row.at - passed });
			cursor.continue();
		};
		await new Promise((resolve) => {
			transaction.oncomplete = resolve;
		});
		database.close();
	}, ms);
}

test('6,000 tokens a minute hold for answers and the summaries that they wait for', async ({
	app,
	page,
	provider
}) => {
	test.setTimeout(120_000);
	provider.windows = { 'alpha-large': 100_000 };
	provider.counts = true;
	provider.summary = { text: ['They told of a dark night. '.repeat(20)] };
	await app.chooseStrategy('summarise');
	await connect(app, provider.baseUrl, { tokens: '6000' });
	const story = 'It was a dark and stormy night. '.repeat(160);
	provider.reply({ text: ['Go on, please.'] });

	const minute = 61_000;
	const passed: number[] = [];
	const waits = { turn: 0, summary: 0 };
	const ownWait = app.transcript.getByText(/The limit of Journey is reached/);
	const summaryWait = app.transcript.getByText(/waits for the limits of this connection/);
	/** As the app would know it: the real time, and what was let pass. */
	const timeOf = (at: number): number => at + minute * passed.filter((when) => when <= at).length;
	/** Whoever waits gets a minute, until the turn is over. */
	const settled = () =>
		expect(async () => {
			const isTurn = await ownWait.isVisible();
			if (isTurn || (await summaryWait.isVisible())) {
				waits[isTurn ? 'turn' : 'summary'] += 1;
				passed.push(Date.now());
				await letPass(page, minute);
				await expect(isTurn ? ownWait : summaryWait).toBeHidden({ timeout: 8_000 });
			}
			await expect(app.transcript.locator('article[aria-busy="true"]')).toHaveCount(0, {
				timeout: 1_000
			});
		}).toPass();

	for (const part of [1, 2, 3, 4, 5, 6]) {
		await app.ask(`Part ${part}: ${story}`);
		await expect(app.articles.filter({ hasText: `Part ${part}:` })).toBeVisible();
		await settled();
		await expect.poll(() => provider.chats.length).toBe(part);
	}
	// It came to that: turns waited, and so did summaries, which went along afterwards.
	expect(waits.turn).toBeGreaterThan(0);
	expect(waits.summary).toBeGreaterThan(0);
	expect(provider.summaries.length).toBeGreaterThan(0);
	const last = JSON.stringify(provider.chats.at(-1)?.messages);
	expect(last).toContain('They told of a dark night.');
	expect(last).toContain('Part 6');
	expect(last).not.toContain('Part 1');

	const sent = provider.requests
		.filter(({ path }) => path.endsWith('/chat/completions'))
		.map((request) => {
			const { input, output } = countedUsage(request, []);
			return { at: timeOf(request.at), tokens: input + output };
		});
	for (const { at: end } of sent) {
		const within = sent.filter(({ at }) => at > end - 60_000 && at <= end);
		expect(within.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(6_000);
	}
});

test('a refusal counts down, and can be skipped or cancelled by mouse', async ({
	app,
	page,
	provider
}) => {
	await connect(app, provider.baseUrl, {});
	provider.reply(refusal(40), { text: ['There it is.'] });
	await app.ask('Now?');
	await expect(app.answer).toContainText(/asks us to wait (?:40|39|38) s/);
	await expect(app.answer).toContainText(/asks us to wait 3[0-7] s/, { timeout: 12_000 });
	await app.key('Try now').click();
	await app.settled();
	await expect(app.answerText).toHaveText('There it is.');

	provider.reply(refusal(50));
	await app.ask('And now?');
	await expect(app.articles).toHaveCount(4);
	await expect(app.answer).toContainText('asks us to wait');
	const box = await app.stop.boundingBox();
	if (box === null) throw new Error('There is no Stop.');
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
	await page.mouse.down();
	await page.mouse.up();
	await app.settled();
	await expect(app.answer).toContainText('Stopped after');

	await app.ask('A third time');
	await expect(app.articles).toHaveCount(6);
	await expect(app.answer).toContainText('asks us to wait');
	await app.key('Cancel').click();
	await app.settled();
	await expect(app.answer).toContainText('Stopped');
});

test('two tabs never exceed the limit together, and each says how long it waits', async ({
	app,
	context,
	provider
}) => {
	await connect(app, provider.baseUrl, { requests: '2' });
	const other = new AppPage(await context.newPage());
	await other.open();
	await other.chooseModel('alpha-large');
	provider.title = '';
	await Promise.all([app.ask('From the first tab'), other.ask('From the second tab')]);
	await app.settled();
	await other.settled();
	const asked = () => provider.chats.length + provider.titles.length;
	expect(asked()).toBeLessThanOrEqual(2);
	await Promise.all([app.ask('Again, first'), other.ask('Again, second')]);
	for (const tab of [app, other]) {
		await expect(tab.articles).toHaveCount(4);
		await expect(tab.answer).toContainText(/The limit of Journey is reached\. Going out in \d+ s/);
		await expect(tab.key('Try now')).toBeHidden();
	}
	expect(asked()).toBeLessThanOrEqual(2);
	await app.key('Cancel').click();
	await other.stop.click();
	await app.settled();
	await other.settled();
});

test('readable headers correct a published default, and are shown', async ({
	app,
	page,
	provider
}) => {
	await connect(app, provider.baseUrl, { requests: '30', tokens: '6000' });
	provider.reply({
		headers: {
			'content-type': 'text/event-stream',
			'x-ratelimit-limit-tokens-minute': '3000',
			'access-control-expose-headers': 'x-ratelimit-limit-tokens-minute'
		},
		body: answerBody({ text: ['Hi.'] })
	});
	await app.ask('Hello');
	await app.settled();
	await page.goto('/settings/connections');
	await expect(
		page.getByText('The provider says 3,000 tokens a minute, seen just now.')
	).toBeVisible();
});

test('a new connection starts with what its provider publishes', async ({ app, page }) => {
	await page.goto('/settings/connections');
	await page.getByRole('button', { name: 'Add connection' }).first().click();
	await app.chooseProvider('Groq');
	await page.locator('summary', { hasText: 'Limits' }).click();
	await expect(page.getByLabel('Tokens per minute')).toHaveValue('6000');
	await expect(page.getByText('The published default of Groq’s free plan')).toBeVisible();
	await page.getByLabel('Requests per minute').fill('-5');
	await page.getByRole('textbox', { name: 'API key' }).fill('gsk_0123456789abcdef');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await expect(page.getByText('Enter a whole number from 1 to 1,000,000,000')).toBeVisible();
	await page.getByLabel('Requests per minute').fill('');
	await page.getByLabel('Tokens per minute').fill('');
	await app.chooseProvider('Custom (OpenAI-compatible)');
	await app.chooseProvider('Cerebras');
	await expect(page.getByLabel('Tokens per minute')).toHaveValue('60000');
});
