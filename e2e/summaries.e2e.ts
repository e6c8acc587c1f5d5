import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { AppPage } from './app-page.ts';
import { held, type ChatRequest, type FakeProvider } from './provider.ts';

/** Tokens: two of these questions have room, a third has not. */
const WINDOW = 2_000;
const textOf = (number: number): string =>
	`Question ${number}. ${'The harbour is deep enough at high tide. '.repeat(60)}`.trim();

const said = (request: ChatRequest | undefined): string => JSON.stringify(request?.messages ?? []);
const questionsIn = (request: ChatRequest | undefined): number[] =>
	[...said(request).matchAll(/Question (\d+)\./g)].map((match) => Number(match[1]));
const last = (provider: FakeProvider): ChatRequest | undefined => provider.chats.at(-1);

const line = (page: Page) => page.getByRole('region', { name: 'Summary', exact: true });

/** Asks until the conversation nearly fills the window: the next long question is too much. */
async function fill(app: AppPage, provider: FakeProvider): Promise<void> {
	provider.reply({ text: ['Noted.'] });
	for (const number of [0, 1]) {
		await app.turn(textOf(number));
	}
}

test.beforeEach(async ({ app, provider }) => {
	provider.windows = { 'alpha-large': WINDOW };
	await app.addConnection({
		baseUrl: provider.baseUrl,
		label: 'Journey',
		key: 'sk-journey-0123456789'
	});
	await app.chooseStrategy('summarise');
	await app.open();
	await app.chooseModel('alpha-large');
});

test('what has no room is summarised first, and the answer’s request has the summary in its place', async ({
	app,
	page,
	provider
}) => {
	await fill(app, provider);
	provider.summary = { text: ['The harbour ', 'has high tides.'] };
	await app.turn(textOf(2));

	expect(provider.summaries).toHaveLength(1);
	const covered = questionsIn(provider.summaries[0]);
	expect(covered.length).toBeGreaterThan(0);
	expect(covered).toEqual([0, 1, 2].slice(0, covered.length));
	expect(said(last(provider))).toContain('The harbour has high tides.');
	expect(questionsIn(last(provider))).toEqual([0, 1, 2].slice(covered.length));

	await expect(line(page)).toContainText(/Summary of \d+ messages/);
	// One line says it, not two.
	await expect(app.transcript.getByText('Context starts here')).toHaveCount(0);
	await line(page).getByRole('button', { name: 'Show the summary' }).click();
	await expect(line(page).locator('[data-part="summary"]')).toHaveText(
		'The harbour has high tides.'
	);
	await expect(line(page)).toContainText('alpha-large');
	// What it covers stays.
	await expect(app.articles.first()).toContainText('Question 0.');

	await page.reload();
	await app.answer.waitFor();
	await expect(line(page)).toContainText(/Summary of \d+ messages/);

	await page.goto('/settings/usage');
	await page.getByRole('radio', { name: 'Purpose' }).or(page.getByText('Purpose')).first().click();
	await expect(page.getByRole('table').first()).toContainText(/Summar/);
});

test('an edit changes the next request, Remove sends the messages again, Undo takes it back', async ({
	app,
	page,
	provider
}) => {
	await fill(app, provider);
	await app.turn(textOf(2));
	await line(page).getByRole('button', { name: 'Show the summary' }).click();
	await line(page).getByRole('button', { name: 'Edit', exact: true }).click();
	const editor = line(page).getByRole('textbox', { name: 'Edit summary' });
	await expect(editor).toBeFocused();
	await editor.fill('I care about tides.');
	await line(page).getByRole('button', { name: 'Save', exact: true }).click();
	await expect(line(page).locator('[data-part="summary"]')).toHaveText('I care about tides.');
	await expect(line(page)).toContainText('edited by you');
	await expect(line(page).getByRole('button', { name: 'Edit', exact: true })).toBeFocused();
	await app.turn('Two?');
	expect(said(last(provider))).toContain('I care about tides.');

	const before = questionsIn(last(provider)).length;
	await line(page).getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(line(page)).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(line(page)).toHaveCount(1);
	if ((await line(page).getByRole('button', { name: 'Show the summary' }).count()) > 0)
		await line(page).getByRole('button', { name: 'Show the summary' }).click();
	await line(page).getByRole('button', { name: 'Remove', exact: true }).click();
	await expect(line(page)).toHaveCount(0);

	provider.summary = { status: 500 };
	await app.ask('Three?');
	await expect.poll(() => said(last(provider))).toContain('Three?');
	expect(said(last(provider))).not.toContain('I care about tides.');
	expect(questionsIn(last(provider)).length).toBeGreaterThanOrEqual(before);
});

test('a summary that has no room is kept and passed over, and counts again once it is shorter', async ({
	app,
	page,
	provider
}) => {
	test.slow();
	await fill(app, provider);
	await app.turn(textOf(2));
	const made = provider.summaries.length;
	const edit = async (text: string): Promise<void> => {
		const show = line(page).getByRole('button', { name: 'Show the summary' });
		if ((await show.count()) > 0) await show.click();
		await line(page).getByRole('button', { name: 'Edit', exact: true }).click();
		await line(page).getByRole('textbox', { name: 'Edit summary' }).fill(text);
		await line(page).getByRole('button', { name: 'Save', exact: true }).click();
	};
	await edit('The tides are told at length. '.repeat(300));
	await expect(line(page)).toContainText('No room for it in the next request');
	await expect(line(page)).toContainText('Shorten it, or remove it to have a new one made.');
	await page.locator('[data-key="context"]').click();
	await expect(page.getByRole('dialog', { name: 'Context' })).toContainText(
		'The summary of what came before has no room beside the rest'
	);
	await page.keyboard.press('Escape');
	await app.ask('What now?');
	await expect.poll(() => said(last(provider))).toContain('What now?');
	await expect(app.answerText).toContainText('Noted.');
	expect(said(last(provider))).not.toContain('told at length');
	expect(questionsIn(last(provider))).toContain(2);
	await expect(app.transcript).toContainText('Their summary is too long to go along');
	expect(provider.summaries).toHaveLength(made);

	await edit('Tides, in short.');
	await expect(line(page)).not.toContainText('No room');
	await app.ask('And now?');
	await expect.poll(() => said(last(provider))).toContain('And now?');
	expect(said(last(provider))).toContain('Tides, in short.');
});

test('a turn that waits can go without its summary, or be stopped', async ({
	app,
	page,
	provider
}) => {
	await fill(app, provider);
	let release = (): void => undefined;
	const hold = new Promise<void>((resolve) => {
		release = resolve;
	});
	provider.summary = { text: ['Slow'], hold };
	await app.ask(textOf(2));
	await expect(app.transcript).toContainText(/Summarising \d+ earlier messages with alpha-large/);
	await expect(app.transcript).toContainText('price unknown');
	await page.getByRole('button', { name: 'Send without' }).click();
	await app.settled();
	await expect(app.answerText).toContainText('Noted.');
	expect(questionsIn(last(provider))).toContain(2);
	expect(said(last(provider))).not.toContain('Slow');
	await expect(line(page)).toHaveCount(0);

	await app.ask('Again');
	await expect(app.transcript).toContainText(/Summarising/);
	const chats = provider.chats.length;
	await app.stop.click();
	await app.settled();
	await expect(app.answer).toContainText('Stopped');
	expect(provider.chats).toHaveLength(chats);
	release();
});

test('without a summary the turn goes on with what fits, and says why, once', async ({
	app,
	provider
}) => {
	test.slow();
	await fill(app, provider);
	provider.summary = { status: 402, body: '{"error":{"message":"No credit left."}}' };
	await app.turn(textOf(2));
	await expect(app.answerText).toContainText('Noted.');
	await expect(app.transcript).toContainText(/earlier messages? (was|were) not summarised/);
	expect(questionsIn(last(provider))).toContain(2);
	await app.turn('Two?');
	await expect(app.transcript.getByText(/not summarised/)).toHaveCount(1);
});

test('a summary can be ordered with its price ahead, and cancelled', async ({
	app,
	page,
	provider
}) => {
	await app.chooseStrategy('newest');
	await app.open();
	await fill(app, provider);
	await app.turn(textOf(2));
	expect(provider.summaries).toHaveLength(0);
	let release = (): void => undefined;
	const hold = new Promise<void>((resolve) => {
		release = resolve;
	});
	provider.summary = { text: ['Slow'], hold };
	await page.locator('[data-key="context"]').click();
	const key = page.getByRole('button', { name: /^Summarise \d+ older messages?$/ });
	await key.click();
	await expect(page.getByRole('status').filter({ hasText: 'Summarising' })).toBeVisible();
	await page.getByRole('button', { name: 'Cancel', exact: true }).click();
	await expect(key).toBeVisible();
	release();
	provider.summary = { text: ['Tides, in short.'] };
	await key.click();
	await expect(key).toBeHidden();
	await page.keyboard.press('Escape');
	await expect(line(page)).toHaveCount(1);
	await app.turn('Five?');
	expect(said(last(provider))).toContain('Tides, in short.');
});

for (const colorScheme of ['dark', 'light'] as const)
	test.describe(`${colorScheme} theme`, () => {
		test.use({ colorScheme });

		test('the notice of a turn that waits has no accessibility violation', async ({
			app,
			page,
			provider
		}) => {
			await fill(app, provider);
			const { until, release } = held();
			provider.summary = { text: ['Slow'], hold: until };
			await app.ask(textOf(2));
			await expect(page.getByRole('button', { name: 'Send without' })).toBeVisible();
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
			release();
			await app.settled();
		});

		test('the line and its text have no accessibility violation', async ({
			app,
			page,
			provider
		}) => {
			await fill(app, provider);
			await app.turn(textOf(2));
			await line(page).getByRole('button', { name: 'Show the summary' }).click();
			await line(page).locator('[data-part="summary"]').waitFor();
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
			await line(page).getByRole('button', { name: 'Edit', exact: true }).click();
			const editing = await new AxeBuilder({ page }).analyze();
			expect(editing.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
		});
	});
