import { expect, test } from './fixtures.ts';

test('connections are put in another order by dragging, and by keys', async ({
	app,
	page,
	provider
}) => {
	for (const label of ['One', 'Two', 'Three'])
		await app.addConnection({ baseUrl: provider.baseUrl, label });
	const headings = page.getByRole('list', { name: 'Connections' }).getByRole('heading');
	const labels = () => headings.allTextContents();
	const grip = (label: string) => page.getByRole('button', { name: `Move ${label}` });
	const middle = async (label: string) => {
		const box = await grip(label).boundingBox();
		if (box === null) throw new Error(`“${label}” has no grip.`);
		return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
	};
	await expect(headings).toHaveCount(4);

	const from = await middle('One');
	const to = await middle('Three');
	await page.mouse.move(from.x, from.y);
	await page.mouse.down();
	await page.mouse.move(from.x, to.y + 20, { steps: 8 });
	expect((await labels())[0]).toBe('One');
	await page.mouse.up();
	await expect.poll(labels).toEqual(['Two', 'Three', 'One', 'Demo']);
	await expect(page.getByText('“One” is 3 of 3.')).toBeAttached();

	const held = await middle('Two');
	await page.mouse.move(held.x, held.y);
	await page.mouse.down();
	await page.mouse.move(held.x, held.y + 300, { steps: 4 });
	await page.keyboard.press('Escape');
	await page.mouse.up();
	await expect.poll(labels).toEqual(['Two', 'Three', 'One', 'Demo']);

	await grip('One').focus();
	await page.keyboard.press('ArrowUp');
	await expect.poll(labels).toEqual(['Two', 'One', 'Three', 'Demo']);
	await expect(grip('One')).toBeFocused();
	await page.keyboard.press('ArrowUp');
	await expect.poll(labels).toEqual(['One', 'Two', 'Three', 'Demo']);
	await expect(page.getByText('“One” is 1 of 3.')).toBeAttached();
	await page.reload();
	await expect.poll(labels).toEqual(['One', 'Two', 'Three', 'Demo']);
});

test.describe('with a finger', () => {
	test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

	test('a grip is dragged, and the page does not scroll under it', async ({
		app,
		context,
		page,
		provider
	}) => {
		for (const label of ['One', 'Two'])
			await app.addConnection({ baseUrl: provider.baseUrl, label });
		const headings = page.getByRole('list', { name: 'Connections' }).getByRole('heading');
		const box = await page.getByRole('button', { name: 'Move Two' }).boundingBox();
		if (box === null) throw new Error('There is no grip.');
		const touch = await context.newCDPSession(page);
		const at = (y: number) => [{ x: box.x + box.width / 2, y: box.y + box.height / 2 + y }];
		await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
		for (let y = -10; y >= -120; y -= 10)
			await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(y) });
		await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
		await expect.poll(() => headings.allTextContents()).toEqual(['Two', 'One', 'Demo']);
	});
});
