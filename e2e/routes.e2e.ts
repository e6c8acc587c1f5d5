import type { AppPage } from './app-page.ts';
import { expect, test } from './fixtures.ts';
import { FakeProvider } from './provider.ts';

test.use({ allowedMessages: [/Failed to load resource/, /net::ERR_CONNECTION_REFUSED/] });

/** Adds a connection, and waits for its models. */
async function connect(app: AppPage, baseUrl: string, label: string): Promise<void> {
	await app.addConnection({ baseUrl, label, key: `sk-${label}-0123456789` });
	const card = app.page.locator('[data-connection]', { hasText: label });
	await expect(card).toContainText(/[12] models?/);
}

/** Settings → Models → Routes: a route of these models, in this order. */
async function addRoute(app: AppPage, name: string, models: readonly string[]): Promise<void> {
	const { page } = app;
	await page.goto('/settings/models');
	const pick = async (model: string): Promise<void> => {
		await page.getByLabel('Search models').last().fill(model);
		await page.getByRole('option', { name: model }).first().click();
	};
	const [first = '', ...others] = models;
	await page.getByRole('button', { name: 'Add route' }).click();
	await pick(first);
	const field = page.getByRole('textbox', { name: 'Name of the route' }).last();
	await field.fill(name);
	await field.press('Enter');
	for (const model of others) {
		await page.getByRole('button', { name: 'Add model' }).last().click();
		await pick(model);
	}
	await expect(page.getByRole('listitem', { name: `Route ${name}` })).toContainText(
		models.at(-1) ?? ''
	);
}

test.describe('a route', () => {
	let second: FakeProvider;

	test.beforeEach(async ({ app, provider, server }) => {
		second = await FakeProvider.start(server.url);
		provider.models = ['first-large'];
		second.models = ['second-mini'];
		second.reply({ text: ['Said by the second.'] });
		await connect(app, provider.baseUrl, 'First');
		await connect(app, second.baseUrl, 'Second');
		await addRoute(app, 'smart', ['first-large', 'second-mini']);
		await app.open();
		await app.chooseModel('smart');
	});

	test.afterEach(async () => {
		await second.close();
	});

	test('is chosen like a model, and its first model answers', async ({ app, provider }) => {
		await expect(app.modelKey).toHaveAccessibleName(/smart/);
		await app.turn('Hello?');
		await expect(app.answer).toHaveAccessibleName(/first-large/);
		await expect(app.answer).toContainText('via smart');
		await expect(app.answer).not.toContainText('Answered by');
		await expect(app.modelKey).toHaveAccessibleName(/smart/);
		expect(provider.chats).toHaveLength(1);
	});

	for (const [what, status, reason] of [
		['a rate limit', 429, 'was at its rate limit'],
		['an overload', 529, 'was overloaded'],
		['an outage', 503, 'was overloaded'],
		['a refused key', 401, 'had its key refused']
	] as const)
		test(`falls over on ${what}, and says who answered and why`, async ({ app, provider }) => {
			provider.reply({
				status,
				headers: { 'content-type': 'application/json', 'retry-after': '30' },
				body: JSON.stringify({ error: { message: 'Not now, says the first.' } })
			});
			await app.turn('Hello?');
			await expect(app.answerText).toHaveText('Said by the second.');
			await expect(app.answer).toHaveAccessibleName(/second-mini/);
			await expect(app.answer).toContainText(`Answered by second-mini: first-large ${reason}`);
			expect(provider.chats).toHaveLength(1);
			await app.answer.getByText('Answered by').click();
			await expect(app.answer).toContainText('Not now, says the first.');
		});

	test('falls over on a refused connection', async ({ app, provider }) => {
		await provider.close();
		await app.turn('Hello?');
		await expect(app.answerText).toHaveText('Said by the second.');
		await expect(app.answer).toContainText('first-large could not be reached');
	});

	test('stays with a model whose answer has begun', async ({ app, provider }) => {
		provider.reply({ text: ['Half an ans'], pause: 200, end: 'reset' });
		await app.turn('Hello?');
		await expect(app.answerText).toContainText('Half an ans');
		await expect(app.key('Retry')).toBeVisible();
		expect(second.chats).toHaveLength(0);
	});

	test('gives way to a model that is chosen by hand', async ({ app, provider }) => {
		await app.chooseModel('second-mini');
		await app.turn('Hello?');
		await expect(app.answer).not.toContainText('via smart');
		expect(provider.chats).toHaveLength(0);
	});
});

test('routes are put in order by keys, deleted, and taken back', async ({
	app,
	page,
	provider
}) => {
	await connect(app, provider.baseUrl, 'Journey');
	await addRoute(app, 'fast', ['alpha-large', 'beta-mini']);
	const route = page.getByRole('listitem', { name: 'Route fast' });
	const steps = route.getByRole('list').getByRole('listitem');
	await route.getByRole('button', { name: 'Move beta-mini up' }).press('Enter');
	await expect(steps.first()).toContainText('beta-mini');
	await route.getByRole('button', { name: 'Take alpha-large out of fast' }).click();
	await expect(steps).toHaveCount(1);
	await route.getByRole('button', { name: 'Delete route fast' }).click();
	await expect(route).toBeHidden();
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(route).toBeVisible();

	await page.goto('/settings/connections');
	await page.getByRole('button', { name: 'Actions for Journey' }).click();
	await page.getByRole('menuitem', { name: 'Switch off' }).click();
	await page.goto('/settings/models');
	await expect(route).toContainText('Switched off');
	await expect(route).toContainText('None of these models can be used now.');
});
