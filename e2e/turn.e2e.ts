import { expect, test } from './fixtures.ts';
import { held } from './provider.ts';

test.beforeEach(async ({ app, provider }) => {
	await app.addConnection({
		baseUrl: provider.baseUrl,
		label: 'Journey',
		key: 'sk-journey-0123456789'
	});
	await app.open();
	await app.chooseModel('alpha-large');
});

test('a question is answered token by token, with its figures', async ({ app, page, provider }) => {
	const wait = held();
	provider.reply({
		reasoning: ['Let me', ' think.'],
		text: ['The answer', ' is **forty-two**'],
		hold: wait.until,
		usage: { input: 1842, output: 612 }
	});
	await expect(app.send).toHaveAttribute('aria-disabled', 'true');
	await app.ask('What is the answer?');

	await expect(app.answerText).toContainText('The answer is forty-two');
	await expect(app.answer).toHaveAttribute('aria-busy', 'true');
	await expect(page).toHaveURL(/\/c\/[0-9a-f-]{36}$/);
	wait.release();
	await app.settled();

	await expect(app.answerText.locator('strong')).toHaveText('forty-two');
	await expect(app.answer).toContainText('1,842 in');
	await expect(app.answer).toContainText('612 out');
	await expect(app.articles).toHaveCount(2);
	await expect(app.articles.first()).toHaveAccessibleName('You');
	await expect(app.answer).toHaveAccessibleName(/alpha-large/);
	await expect(app.message).toBeFocused();
	await expect(app.answer.getByRole('button', { name: /Reasoned for/ })).toBeVisible();
	expect(provider.chats[0]).toMatchObject({
		model: 'alpha-large',
		messages: [{ role: 'user', content: 'What is the answer?' }]
	});
});

test('a provider that lets its answer to a preflight be kept is not asked again', async ({
	app,
	provider
}) => {
	await app.turn('One');
	const before = provider.preflights.length;
	expect(before).toBeGreaterThan(0);
	await app.turn('Two');
	expect(provider.chats).toHaveLength(2);
	expect(provider.preflights).toHaveLength(before);
});

test('Stop keeps the partial answer, and Continue goes on from it', async ({ app, provider }) => {
	const wait = held();
	provider.reply(
		{ text: ['Once upon', ' a time'], hold: wait.until },
		{ text: [' there was a key.'] }
	);
	await app.ask('Tell me a story');
	await expect(app.answerText).toContainText('Once upon a time');
	await app.stop.click();
	await app.settled();
	await expect(app.answerText).toContainText('Once upon a time');
	wait.release();

	await app.key('Continue').click();
	await expect(app.answerText).toContainText('Once upon a time there was a key.');
	await app.settled();
	await expect(app.answer).toContainText('2 / 2');
	expect(JSON.stringify(provider.chats[1]?.messages)).toContain('Once upon a time');
});

test('Regenerate makes a sibling, and the pager turns between them', async ({ app, provider }) => {
	provider.reply({ text: ['First try.'] }, { text: ['Second try.'] });
	await app.ask('Try');
	await app.settled();
	await app.key('Regenerate').click();
	await expect(app.answerText).toContainText('Second try.');
	await app.settled();
	await expect(app.answer).toContainText('2 / 2');
	await app.answer.getByRole('button', { name: /previous/i }).click();
	await expect(app.answerText).toContainText('First try.');
	await expect(app.answer).toContainText('1 / 2');
	expect(provider.chats[1]?.messages).toEqual(provider.chats[0]?.messages);
});

test('an edited question starts a branch; the old one stays', async ({ app, page, provider }) => {
	provider.reply({ text: ['About cats.'] }, { text: ['About dogs.'] });
	await app.ask('Tell me about cats');
	await app.settled();
	const question = app.articles.first();
	await question.hover();
	await question.getByRole('button', { name: 'Edit', exact: true }).click();
	const editor = page.getByRole('textbox', { name: 'Edit text' });
	await expect(editor).toHaveValue('Tell me about cats');
	await editor.fill('Tell me about dogs');
	await page
		.getByRole('button', { name: /^(Send|Save)/ })
		.first()
		.click();
	await expect(app.answerText).toContainText('About dogs.');
	await app.settled();
	await expect(app.articles.first()).toContainText('2 / 2');
	expect(provider.chats[1]?.messages).toEqual([{ role: 'user', content: 'Tell me about dogs' }]);
	await app.articles
		.first()
		.getByRole('button', { name: /previous/i })
		.click();
	await expect(app.answerText).toContainText('About cats.');
});

test('a failure keeps the partial text, says why, and Retry asks again', async ({
	app,
	provider
}) => {
	provider.reply(
		{ text: ['Half an ans'], pause: 200, end: 'reset' },
		{ text: ['A whole answer.'] }
	);
	await app.ask('Go');
	await app.settled();
	await expect(app.answerText).toContainText('Half an ans');
	await expect(app.key('Continue')).toBeVisible();
	await app.key('Retry').click();
	await expect(app.answerText).toContainText('A whole answer.');
});

test('the rest of a conversation is sent with the next question', async ({ app, provider }) => {
	provider.reply({ text: ['One.'] }, { text: ['Two.'] });
	await app.ask('First');
	await app.settled();
	await app.ask('Second');
	await expect(app.articles).toHaveCount(4);
	await app.settled();
	expect(provider.chats[1]?.messages).toEqual([
		{ role: 'user', content: 'First' },
		{ role: 'assistant', content: 'One.' },
		{ role: 'user', content: 'Second' }
	]);
});

test('answers run on while the person goes elsewhere', async ({ app, page, provider }) => {
	const [first, second] = [held(), held()];
	provider.reply(
		{ text: ['Alpha begins'], hold: first.until },
		{ text: ['Beta begins'], hold: second.until }
	);
	await app.ask('Alpha question');
	await expect(app.answerText).toContainText('Alpha begins');
	await page.getByRole('button', { name: 'New chat' }).first().click();
	await app.ask('Beta question');
	await expect(app.answerText).toContainText('Beta begins');
	await page.goto('/settings/appearance').catch(() => undefined);
	await page.goBack();
	first.release();
	second.release();
	await app.conversations.getByRole('link', { name: /Alpha question/ }).click();
	await app.settled();
	await expect(app.answerText).toContainText('Alpha begins');
});

test('whoever leaves a conversation that has just begun stays where they went', async ({
	app,
	page,
	provider
}) => {
	const [first, second] = [held(), held()];
	provider.reply({ text: ['Alpha'], hold: first.until }, { text: ['Beta'], hold: second.until });
	// As fast as keys can be pressed: no address has changed yet.
	await app.message.fill('Alpha question');
	await app.message.press('Enter');
	await page.keyboard.press('ControlOrMeta+Shift+O');
	await expect(page.getByRole('heading', { name: 'What is on your mind?' })).toBeVisible();
	await app.message.fill('Beta question');
	await app.message.press('Enter');
	await page.keyboard.press('ControlOrMeta+,');
	await expect(page).toHaveURL(/\/settings\//);
	await expect.poll(() => provider.chats.length).toBe(2);
	await expect(page).toHaveURL(/\/settings\//);
	first.release();
	second.release();
	await page.goBack();
	for (const name of ['Alpha', 'Beta']) {
		await app.conversations.getByRole('link', { name: new RegExp(`${name} question`) }).click();
		await app.settled();
		await expect(app.answerText).toHaveText(name);
	}
});

test('the model can be changed in the middle of a conversation', async ({ app, provider }) => {
	await app.ask('First');
	await app.settled();
	await app.chooseModel('beta-mini');
	await app.ask('Second');
	await expect(app.articles).toHaveCount(4);
	await app.settled();
	await expect(app.answer).toHaveAccessibleName(/beta-mini/);
	expect(provider.chats[1]?.model).toBe('beta-mini');
});

test('votes and copying', async ({ app, context, page, provider }) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	provider.reply({ text: ['Some **bold** text.'] });
	await app.ask('Go');
	await app.settled();
	await app.key('Copy').click();
	await expect
		.poll(() => page.evaluate(() => navigator.clipboard.readText()))
		.toBe('Some **bold** text.');
	await app.key('Good answer').click();
	await expect(app.key('Good answer')).toHaveAttribute('aria-pressed', 'true');
	await page.reload();
	await expect(app.key('Good answer')).toHaveAttribute('aria-pressed', 'true');
});
