import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { AppPage } from './app-page.ts';
import { expect, test } from './fixtures.ts';
import type { ChatRequest, FakeProvider } from './provider.ts';

const key = 'sk-context-0123456789abcdef';
/** ≈ 430 tokens. */
const long = 'Every sentence of this text is about the harbour. '.repeat(36);

const textsOf = (request: ChatRequest | undefined): string[] =>
	(request?.messages ?? []).map(({ content }) => String(content));
const startsOf = (request: ChatRequest | undefined): string[] =>
	textsOf(request).map((text) => text.slice(0, 12).trim());

const meter = (page: Page) => page.getByRole('button', { name: /^Context/ });
const card = (page: Page) => page.getByRole('dialog', { name: 'Context' });
const panel = (page: Page) => page.getByRole('dialog', { name: 'What will be sent' });
const item = (page: Page, text: string) =>
	panel(page).getByRole('listitem').filter({ hasText: text });

/** Gives the chosen model a context window, as the person who knows better. */
async function setWindow(page: Page, tokens: string): Promise<void> {
	await page.goto('/settings/models');
	await page
		.getByRole('button', { name: /alpha-large/ })
		.first()
		.click();
	await page.getByLabel('Context window').fill(tokens);
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

async function openPanel(page: Page): Promise<void> {
	await meter(page).click();
	await card(page).getByRole('button', { name: 'What will be sent' }).click();
	await panel(page).getByRole('listitem').first().waitFor();
}

async function closePanel(page: Page): Promise<void> {
	await panel(page).getByRole('button', { name: 'Done' }).click();
	await panel(page).waitFor({ state: 'hidden' });
}

/** As many turns of a long conversation, each question and answer known by its number. */
async function converse(app: AppPage, turns: number): Promise<void> {
	for (let turn = 1; turn <= turns; turn += 1) {
		await app.ask(`Question ${turn}: ${long}`);
		// Those far above are not in the page.
		await expect(app.articles.filter({ hasText: `Question ${turn}:` })).toBeVisible();
		await app.settled();
	}
}

const violationsOf = async (page: Page) =>
	(await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [
		id,
		nodes[0]?.html
	]);

/** Asks, and waits until this turn's own request has been answered. */
async function turn(app: AppPage, provider: FakeProvider, text: string): Promise<void> {
	const before = provider.chats.length;
	await app.ask(text);
	await expect.poll(() => provider.chats.length).toBe(before + 1);
	await app.settled();
}

test.beforeEach(async ({ app, provider }) => {
	await app.addConnection({ baseUrl: provider.baseUrl, label: 'Context', key });
	await app.open();
	await app.chooseModel('alpha-large');
	await app.open();
});

test.describe('a long conversation with a small model', () => {
	test.beforeEach(async ({ app, page, provider }) => {
		test.slow();
		// Without reported figures everything is counted by the app.
		provider.reply({ text: ['Answer: noted.'], usage: { input: 0, output: 0 } });
		await setWindow(page, '3000');
		await app.open();
		await converse(app, 6);
	});

	test('what goes along is seen before it goes, and pin and leave out change it', async ({
		app,
		page,
		provider
	}) => {
		await expect(meter(page)).toHaveAccessibleName(/of 3k tokens/);
		await expect(app.transcript.getByRole('note')).toContainText(
			/Context starts here \d+ messages are not sent/
		);
		await openPanel(page);
		await expect(panel(page)).toContainText(/\d+ messages go along, \d+ stay behind\./);
		await item(page, 'Question 6:').getByRole('button', { name: 'Pin' }).focus();
		await page.keyboard.press('Home');
		await expect(item(page, 'Question 1:')).toContainText('No room');
		await item(page, 'Question 1:').getByRole('button', { name: 'Pin' }).click();
		await expect(item(page, 'Question 1:')).toContainText('Pinned, always goes along');
		await page.keyboard.press('End');
		await expect(item(page, 'Question 6:')).toContainText('Goes along');
		await item(page, 'Question 6:').getByRole('button', { name: 'Leave out' }).click();
		await expect(item(page, 'Question 6:')).toContainText('Left out by hand');
		await closePanel(page);
		await turn(app, provider, 'The last word?');

		const sent = startsOf(provider.chats.at(-1));
		expect(sent).toContain('Question 1:');
		expect(sent).not.toContain('Question 6:');
		expect(sent.at(-1)).toBe('The last wor');
		await expect(app.transcript).toContainText('Left out of requests');
	});

	test('another strategy is looked at first, and holds when it is chosen', async ({
		app,
		page,
		provider
	}) => {
		await openPanel(page);
		await panel(page).getByLabel('When room runs out').selectOption('Last messages');
		await panel(page).getByLabel('How many messages').fill('2');
		await expect(item(page, 'Question 5:')).toContainText('Older than the last 2 messages');
		await expect(panel(page).getByText(/^A preview\./)).toBeVisible();
		await panel(page).getByRole('button', { name: 'Use for this conversation' }).click();
		await expect(panel(page).getByText(/^A preview\./)).toBeHidden();
		await closePanel(page);
		await turn(app, provider, 'Only the last?');
		const sent = startsOf(provider.chats.at(-1));
		expect(sent).not.toContain('Question 5:');

		// The same choice stands in the card, and “as in settings” takes it back.
		await meter(page).click();
		await card(page).getByLabel('When room runs out').selectOption({ label: 'As in settings' });
		await page.keyboard.press('Escape');
		await openPanel(page);
		await expect(panel(page).getByLabel('When room runs out')).toHaveValue('newest');
	});

	test('the context is cleared without deleting, and Undo takes it back', async ({
		app,
		page,
		provider
	}) => {
		const question = app.articles.filter({ hasText: 'Question 6:' });
		await question.hover();
		await question.getByRole('button', { name: 'More actions' }).click();
		await page.getByRole('menuitem', { name: 'Clear context up to here' }).click();
		const line = app.transcript.getByRole('note').filter({ hasText: 'Context cleared here' });
		await expect(line).toBeVisible();
		await turn(app, provider, 'What do you know?');
		expect(startsOf(provider.chats.at(-1))).toEqual(['Question 6:', 'Answer: note', 'What do you']);

		await line.getByRole('button', { name: 'Undo' }).click();
		await expect(line).toBeHidden();
		await turn(app, provider, 'And now?');
		expect(startsOf(provider.chats.at(-1))).toContain('Question 5:');
	});

	test('a cleared context stays cleared when the answer before it is made anew', async ({
		app,
		page,
		provider
	}) => {
		const answer = app.articles.last();
		await answer.getByRole('button', { name: 'More actions' }).click();
		await page.getByRole('menuitem', { name: 'Clear context here' }).click();
		const line = app.transcript.getByRole('note').filter({ hasText: 'Context cleared here' });
		await expect(line).toBeVisible();
		const before = provider.chats.length;
		await answer.getByRole('button', { name: 'Regenerate' }).click();
		await expect.poll(() => provider.chats.length).toBe(before + 1);
		expect(startsOf(provider.chats.at(-1))).toEqual(['Question 6:']);
		await expect(app.answer).toContainText('Answer: noted.');
		await app.settled();
		await expect(line).toBeVisible();
		await turn(app, provider, 'What do you know?');
		expect(startsOf(provider.chats.at(-1))).toEqual(['What do you']);
	});

	test('a copied request holds the messages and no key', async ({ app, context, page }) => {
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await app.message.fill('A draft to be copied');
		await openPanel(page);
		await panel(page).getByRole('button', { name: 'Copy request' }).click();
		await expect(panel(page).getByRole('button', { name: 'Copied' })).toBeVisible();
		const copied = await page.evaluate(() => navigator.clipboard.readText());
		expect(copied).toContain('curl');
		expect(copied).toContain('A draft to be copied');
		expect(copied).toContain('Question 6:');
		expect(copied).not.toContain(key);
		expect(copied).not.toContain(key.slice(-8));
	});

	test('a draft that cannot fit says by how much, and offers another model', async ({
		app,
		page
	}) => {
		await app.message.fill(long.repeat(12));
		await expect(meter(page)).toHaveAccessibleName(/too long/);
		await meter(page).click();
		await expect(card(page)).toContainText(/This is [\d,]+ tokens too long for alpha-large\./);
		await card(page).getByRole('button', { name: 'Choose a model' }).click();
		await expect(page.getByLabel('Search models')).toBeVisible();
	});
});

test('how requests are cut is chosen before the first message, and goes with it', async ({
	app,
	page,
	provider
}) => {
	await app.message.fill('Hello');
	await meter(page).click();
	await card(page).getByLabel('When room runs out').selectOption('All or nothing');
	await page.keyboard.press('Escape');
	await expect.poll(() => app.storedDrafts()).toEqual(['Hello']);
	await page.reload();
	await expect(app.message).toHaveValue('Hello');
	await meter(page).click();
	await expect(card(page).getByLabel('When room runs out')).toHaveValue('none');
	await page.keyboard.press('Escape');
	await app.message.press('Enter');
	await expect.poll(() => provider.chats.length).toBe(1);
	await app.settled();
	await meter(page).click();
	await expect(card(page).getByLabel('When room runs out')).toHaveValue('none');
	// The next new chat starts without it.
	await app.open();
	await app.message.fill('Another');
	await meter(page).click();
	await expect(card(page).getByLabel('When room runs out')).toHaveValue('');
});

test('an unknown context window is asked for once', async ({ app, page, provider }) => {
	test.slow();
	provider.reply({ text: ['Noted.'], usage: { input: 0, output: 0 } });
	const ask = page.getByText('Nobody knows how much alpha-large takes in.');
	await converse(app, 3);
	await expect(meter(page)).toHaveAccessibleName(/of 8k tokens/);
	await expect(ask).toBeHidden();
	await app.message.fill(long.repeat(12));
	await expect(ask).toBeVisible();
	await page.getByRole('button', { name: 'Keep 8,192' }).click();
	await expect(ask).toBeHidden();
	await page.reload();
	await expect(meter(page)).toHaveAccessibleName(/of 8k tokens/);
	await expect(ask).toBeHidden();
});

for (const colorScheme of ['dark', 'light'] as const) {
	test.describe(`${colorScheme} theme`, () => {
		test.use({ colorScheme });

		test('card and panel have no accessibility violation', async ({ app, page }) => {
			await converse(app, 2);
			await meter(page).click();
			await expect(card(page).getByText('Kept for the answer')).toBeVisible();
			await page.waitForLoadState('networkidle');
			expect(await violationsOf(page)).toEqual([]);
			await card(page).getByRole('button', { name: 'What will be sent' }).click();
			await item(page, 'Question 2:').waitFor();
			expect(await violationsOf(page)).toEqual([]);
		});
	});
}
