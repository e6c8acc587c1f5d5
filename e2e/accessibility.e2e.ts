import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

const pages = [
	'/',
	'/settings/connections',
	'/settings/models',
	'/settings/appearance',
	'/settings/data',
	'/settings/security',
	'/settings/account',
	'/settings/usage',
	'/settings/shortcuts'
];

for (const colorScheme of ['dark', 'light'] as const) {
	test.describe(`${colorScheme} theme`, () => {
		test.use({ colorScheme });

		test('no page has an accessibility violation', async ({ page }) => {
			test.slow();
			for (const path of pages) {
				await page.goto(path);
				await page.locator('main, [role="main"]').first().waitFor();
				await page.waitForLoadState('networkidle');
				const { violations } = await new AxeBuilder({ page }).analyze();
				expect(violations.map(({ id, nodes }) => [path, id, nodes[0]?.html])).toEqual([]);
			}
		});

		test('nor has a conversation', async ({ app, page, provider }) => {
			provider.reply({
				reasoning: ['Thinking.'],
				text: [
					'# Title\n\n- one\n- two\n\n| a | b |\n|---|--:|\n| c | 1 |\n\n```ts\nlet x = 1;\n```\n\n[link](https://example.com) and $x^2$'
				]
			});
			await app.addConnection({ baseUrl: provider.baseUrl });
			await app.open();
			await app.chooseModel('alpha-large');
			await app.ask('Show everything');
			await app.settled();
			await page.waitForLoadState('networkidle');
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);

			await app.modelKey.click();
			await page.getByLabel('Search models').waitFor();
			// An option is named by its model alone; its columns are in its description.
			const picker = await new AxeBuilder({ page })
				.disableRules('label-content-name-mismatch')
				.analyze();
			expect(picker.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
		});
	});
}

test('what is said for a moment belongs to a landmark', async ({ app, page, provider }) => {
	await app.addConnection({ label: 'Port', baseUrl: provider.baseUrl });
	const said = page.getByRole('region', { name: 'Notifications' });
	await said.getByText('Port').hover();
	const { violations } = await new AxeBuilder({ page }).analyze();
	expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
	await expect(said).toBeVisible();
});
