import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { expect, test as base } from './fixtures.ts';
import { deploy, ProjectCopy, versionOf } from './rebuild.ts';
import { AppServer } from './server.ts';
import { controlled } from './service-worker.ts';

const current = join(import.meta.dirname, '../build');

const test = base.extend<
	{ site: { url: string; update: () => void } },
	{ builds: { next: string } }
>({
	builds: [
		async ({ browserName }, use) => {
			const copy = new ProjectCopy();
			copy.edit('src/app.html', '<html lang="en">', `<html lang="en" data-edition="next">`);
			const next = await copy.build();
			expect(versionOf(next), browserName).not.toBe(versionOf(current));
			await use({ next });
			copy.remove();
		},
		{ scope: 'worker', timeout: 120_000 }
	],
	site: async ({ builds }, use) => {
		const folder = mkdtempSync(join(tmpdir(), 'parlance-site-'));
		deploy(current, folder);
		const server = await AppServer.start({ buildDir: folder });
		await use({
			url: server.url,
			update: () => {
				deploy(builds.next, folder);
			}
		});
		await server.dispose();
		rmSync(folder, { recursive: true, force: true });
	}
});

// One worker: the second build is made once.
test.describe.configure({ mode: 'default' });

const prompt = (page: Page) => page.getByRole('status', { name: 'Update' });
const isNext = (page: Page) => expect(page.locator('html[data-edition="next"]')).toBeAttached();
const isFirst = (page: Page) => expect(page.locator('html[data-edition]')).not.toBeAttached();

/** Has the browser look for a new version, as it does at each visit. */
const look = (page: Page) =>
	page.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		await registration.update();
	});

/** Plays a running answer in a page; the result ends it. */
async function generate(page: Page): Promise<() => Promise<void>> {
	await page.evaluate(
		() =>
			new Promise<void>((begun) => {
				void navigator.locks.request('generation:test', () => {
					begun();
					return new Promise<void>((resolve) => {
						addEventListener('test-answer-ends', () => {
							resolve();
						});
					});
				});
			})
	);
	return () =>
		page.evaluate(() => {
			dispatchEvent(new Event('test-answer-ends'));
		});
}

test('a new version is offered at the next visit, and comes by “Reload”', async ({
	page,
	site
}) => {
	await page.goto(site.url);
	await controlled(page);
	site.update();
	await page.reload();
	// Still the old one, whole, from what was kept.
	await isFirst(page);
	await expect(prompt(page).getByText('A new version')).toBeVisible();
	await prompt(page).getByRole('button', { name: 'Reload' }).click();
	await isNext(page);
	await expect(page.locator('.app')).not.toBeEmpty();
	await expect(prompt(page)).toBeEmpty();
});

test('“Later” leaves it for the next visit', async ({ page, site }) => {
	await page.goto(site.url);
	await controlled(page);
	site.update();
	await look(page);
	await prompt(page).getByRole('button', { name: 'Later' }).click();
	await expect(prompt(page)).toBeEmpty();
	await page.reload();
	await isFirst(page);
	await expect(prompt(page).getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('no tab is reloaded or asked while one receives an answer', async ({ context, site }) => {
	const one = await context.newPage();
	await one.goto(site.url);
	await controlled(one);
	const two = await context.newPage();
	await two.goto(`${site.url}/c/x`);
	const end = await generate(two);
	site.update();
	await look(one);
	await one.evaluate(async () => {
		// The new version stands ready; it is the answer that holds it back.
		const registration = await navigator.serviceWorker.ready;
		const worker = registration.installing ?? registration.waiting;
		if (worker?.state !== 'installing') return;
		await new Promise((resolve) => {
			worker.addEventListener('statechange', resolve, { once: true });
		});
	});
	await expect(prompt(one)).toBeEmpty();
	await expect(prompt(two)).toBeEmpty();

	await end();
	await expect(prompt(one).getByRole('button', { name: 'Reload' })).toBeVisible();
	await expect(prompt(two).getByRole('button', { name: 'Reload' })).toBeVisible();
});

test('an answer that begins while another tab changes keeps its tab', async ({ context, site }) => {
	const one = await context.newPage();
	await one.goto(site.url);
	await controlled(one);
	const two = await context.newPage();
	await two.goto(`${site.url}/c/x`);
	site.update();
	await look(one);
	await expect(prompt(two).getByRole('button', { name: 'Reload' })).toBeVisible();
	const end = await generate(two);
	// As if “Reload” had been pressed in the same instant.
	await one.evaluate(async () => {
		const registration = await navigator.serviceWorker.ready;
		const taken = new Promise((resolve) => {
			navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true });
		});
		registration.waiting?.postMessage({ type: 'SKIP_WAITING' });
		await taken;
	});
	await isFirst(two);
	await expect(prompt(two)).toBeEmpty();
	await end();
	await expect(prompt(two).getByText('updated in another tab')).toBeVisible();
	await isFirst(two);
	await prompt(two).getByRole('button', { name: 'Reload' }).click();
	await isNext(two);
});

test('all tabs change when nothing stands against it', async ({ context, site }) => {
	const one = await context.newPage();
	await one.goto(site.url);
	await controlled(one);
	const two = await context.newPage();
	await two.goto(`${site.url}/settings/data`);
	await expect(two.locator('.app')).not.toBeEmpty();
	site.update();
	await look(one);
	await prompt(one).getByRole('button', { name: 'Reload' }).click();
	await isNext(one);
	await isNext(two);
});

test('a tab with an open editor or form offers the reload and keeps what is typed', async ({
	context,
	site
}) => {
	const writing = await context.newPage();
	await writing.goto(site.url);
	await controlled(writing);
	await writing.getByRole('button', { name: 'Try the demo' }).click();
	const app = new AppPage(writing);
	await app.settled();
	await app.articles.first().getByRole('button', { name: 'Edit', exact: true }).press('Enter');
	const editor = writing.getByRole('textbox', { name: 'Edit text' });
	await editor.fill('Another question');

	const form = await context.newPage();
	await form.goto(`${site.url}/settings/connections`);
	await form.getByRole('button', { name: 'Add connection' }).first().click();
	await form.getByRole('textbox', { name: 'API key' }).fill('sk-not-saved-yet-0123');

	const dialog = await context.newPage();
	await dialog.goto(`${site.url}/settings/security`);
	await dialog.getByRole('button', { name: 'Set passphrase' }).click();
	await dialog.getByRole('dialog').waitFor();

	const idle = await context.newPage();
	await idle.goto(`${site.url}/settings/data`);
	await expect(idle.locator('.app')).not.toBeEmpty();
	site.update();
	await look(idle);
	await prompt(idle).getByRole('button', { name: 'Reload' }).click();
	await isNext(idle);

	for (const tab of [writing, form, dialog]) {
		await expect(prompt(tab).getByText('updated in another tab')).toBeAttached();
		await isFirst(tab);
	}
	await expect(editor).toHaveValue('Another question');
	await expect(form.getByRole('textbox', { name: 'API key' })).toHaveValue('sk-not-saved-yet-0123');
	await expect(dialog.getByRole('dialog')).toBeVisible();
});
