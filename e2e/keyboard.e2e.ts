import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { held } from './provider.ts';

/** Goes to something with Tab alone, as a person without a mouse does. */
async function tabTo(page: Page, target: Locator, most = 60): Promise<void> {
	await target.waitFor();
	const isThere = () => target.evaluate((element) => element === document.activeElement);
	for (let step = 0; step < most; step += 1) {
		if (await isThere()) return;
		await page.keyboard.press('Tab');
	}
	expect(await isThere(), `Tab reaches ${target.toString()}`).toBe(true);
}

/** Chooses in an open menu. */
async function choose(page: Page, name: string): Promise<void> {
	const item = page.getByRole('menuitem', { name });
	await item.waitFor();
	for (let step = 0; step < 20; step += 1) {
		if (await item.evaluate((element) => element === document.activeElement)) break;
		await page.keyboard.press('ArrowDown');
	}
	await expect(item).toBeFocused();
	await page.keyboard.press('Enter');
}

test('the main story without a mouse', async ({ app, context, page, provider }) => {
	test.slow();
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const { keyboard } = page;
	const press = async (target: Locator): Promise<void> => {
		await tabTo(page, target);
		await keyboard.press('Enter');
	};
	const rest = held();
	provider.key = 'sk-keyboard-0123456789';
	provider.reply(
		{ text: ['Once upon', ' a time'], hold: rest.until },
		{ text: ['A second', ' try.'] },
		{ text: ['About dogs.'] }
	);

	// First visit: a connection.
	await app.open();
	await press(page.getByRole('link', { name: 'Add connection' }));
	const providerField = page.getByLabel('Provider', { exact: true });
	await expect(providerField).toBeFocused();
	await keyboard.type('Custom');
	await expect(providerField).toHaveValue('custom');
	const type = async (field: Locator, text: string): Promise<void> => {
		await tabTo(page, field);
		await keyboard.press('ControlOrMeta+A');
		await keyboard.type(text);
	};
	await type(page.getByLabel('Label'), 'By hand');
	await type(page.getByRole('textbox', { name: 'API key' }), provider.key);
	await type(page.getByLabel('Base URL'), provider.baseUrl);
	await press(page.getByRole('button', { name: 'Test', exact: true }));
	await expect(page.getByText('The key works.')).toBeVisible();
	await press(page.getByRole('button', { name: 'Save', exact: true }));
	await expect(page.getByRole('heading', { name: 'By hand' })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Add connection' })).toBeFocused();

	// A model, by shortcuts.
	await keyboard.press('ControlOrMeta+Shift+O');
	await expect(app.message).toBeFocused();
	await keyboard.press('ControlOrMeta+Shift+M');
	await expect(page.getByLabel('Search models')).toBeFocused();
	await keyboard.type('alpha');
	await expect(page.getByRole('option', { name: 'alpha-large' })).toBeVisible();
	await keyboard.press('Enter');
	await expect(app.modelKey).toContainText('alpha-large');
	await expect(app.modelKey).toBeFocused();

	// Send and stop.
	await keyboard.press('/');
	await expect(app.message).toBeFocused();
	await keyboard.type('Tell me a story');
	await keyboard.press('Enter');
	await expect(app.answerText).toContainText('Once upon a time');
	await expect(app.message).toBeFocused();
	await keyboard.press('Escape');
	await app.settled();
	rest.release();
	await expect(app.answer).toContainText('Stopped');

	// Regenerate, and turn the pages.
	await press(app.key('Regenerate'));
	await expect(app.answerText).toContainText('A second try.');
	await app.settled();
	const previous = app.answer.getByRole('button', { name: /previous/i });
	await expect(previous).toBeFocused();
	await keyboard.press('Enter');
	await expect(app.answerText).toContainText('Once upon a time');
	await expect(app.answer.getByRole('button', { name: /next/i })).toBeFocused();
	await keyboard.press('Enter');
	await expect(app.answerText).toContainText('A second try.');
	await expect(previous).toBeFocused();

	// Copy, and edit the question.
	await press(app.key('Copy'));
	await expect
		.poll(() => page.evaluate(() => navigator.clipboard.readText()))
		.toBe('A second try.');
	await press(app.articles.first().getByRole('button', { name: 'Edit', exact: true }));
	const editor = page.getByRole('textbox', { name: 'Edit text' });
	await expect(editor).toBeFocused();
	await keyboard.press('Escape');
	await expect(editor).toBeHidden();
	const edit = app.articles.first().getByRole('button', { name: 'Edit', exact: true });
	await expect(edit).toBeFocused();
	await keyboard.press('Enter');
	await expect(editor).toBeFocused();
	await keyboard.press('ControlOrMeta+A');
	await keyboard.type('Tell me about dogs');
	await keyboard.press('Enter');
	await expect(app.answerText).toContainText('About dogs.');
	await expect(app.message).toBeFocused();
	await app.settled();
	await expect(app.articles.first()).toContainText('2 / 2');

	// The conversation in the list: another name, away, and back.
	const link = app.conversations.getByRole('link').first();
	await tabTo(page, link);
	await keyboard.press('F2');
	await keyboard.type('A tale of dogs');
	await keyboard.press('Enter');
	await expect(link).toHaveText('A tale of dogs');
	await expect(link).toBeFocused();
	await keyboard.press('Shift+F10');
	await choose(page, 'Delete');
	await expect(app.conversations.getByRole('link')).toHaveCount(0);
	await expect(page).toHaveURL(/\/$/);
	await press(page.getByRole('button', { name: 'Undo' }));
	await expect(link).toHaveText('A tale of dogs');
	// It was open, and is again.
	await expect(page).toHaveURL(/\/c\//);
	await expect(app.answerText).toContainText('About dogs.');
	await expect(app.message).toBeFocused();

	// Settings and back.
	await keyboard.press('ControlOrMeta+,');
	await expect(page.getByRole('heading', { name: 'Connections', exact: true })).toBeVisible();
	await press(page.getByRole('link', { name: 'Shortcuts' }));
	await expect(page.getByRole('heading', { name: 'Shortcuts', exact: true })).toBeVisible();
	await press(
		page.getByRole('link', { name: 'Back' }).or(page.getByRole('button', { name: 'Back' }))
	);
	await expect(app.message).toBeVisible();
	await keyboard.press('ControlOrMeta+,');
	await expect(page).toHaveURL(/\/settings\//);
	await keyboard.press('ControlOrMeta+K');
	await expect(page.getByRole('searchbox', { name: /search/i })).toBeFocused();
});

test('after a retry the focus is in the new answer', async ({ app, page, provider }) => {
	provider.reply({
		status: 404,
		body: ['{"error":{"code":"model_not_found","message":"No such model"}}']
	});
	await app.addConnection({ baseUrl: provider.baseUrl });
	await app.open();
	await app.chooseModel('alpha-large');
	await app.turn('Who are you?');
	const retry = app.key('Retry with another model');
	provider.reply({ text: ['The other one.'] });
	await retry.focus();
	await page.keyboard.press('Enter');
	await page.getByLabel('Search models').fill('beta');
	await expect(page.getByRole('option', { name: 'beta-mini' })).toBeVisible();
	await page.keyboard.press('Enter');
	await expect(app.answerText).toContainText('The other one.');
	await expect(app.answer.getByRole('button', { name: 'Previous answer' })).toBeFocused();
});
