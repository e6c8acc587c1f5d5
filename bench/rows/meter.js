import { median, measureWork, spread } from '../measure.js';
import { idOf, seedLongConversation } from '../seed.js';
import { seededPage, settled } from './page.js';

/** How many keys are pressed for one figure. */
const keys = 40;

/**
 * What each of some key presses in the middle of the draft costs in script: its handlers and all
 * that the page changes because of it, ms. The browser's own work on the field is not in it.
 * @param {import('playwright').Page} page @returns {Promise<number[]>}
 */
const pressKeys = (page) =>
	page.evaluate(async (count) => {
		const field = document.querySelector('textarea');
		if (field === null) throw new Error('There is no field.');
		/** @type {number[]} */
		const times = [];
		for (let key = 0; key < count; key += 1) {
			await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
			const at = Math.floor(field.value.length / 2);
			field.setRangeText('x', at, at, 'end');
			const start = performance.now();
			field.dispatchEvent(new InputEvent('input', { bubbles: true, data: 'x' }));
			// Changes of the page are made in microtasks, which may queue others.
			for (let round = 0; round < 5; round += 1) await Promise.resolve();
			times.push(performance.now() - start);
		}
		return times;
	}, keys);

/** Typing with the meter on, over a megabyte of history, and in a draft of a megabyte. @type {import('../run.js').Row} */
export async function meter(bench) {
	/** @type {import('../run.js').Figure[]} */
	const figures = [];
	const page = await seededPage(bench, (seeding) => seedLongConversation(seeding, 5_000));
	for (const [what, size] of /** @type {const} */ ([
		['1 MB of history', 0],
		['1 MB of history and a 1 MB draft', 1_000_000]
	])) {
		/** @type {number[]} */
		const script = [];
		/** @type {number[]} */
		const busy = [];
		for (let run = 0; run < bench.runs; run += 1) {
			await page.goto(`${bench.app}/c/${idOf('conversation', 0)}`);
			const message = page.getByRole('textbox', { name: 'Message' });
			await message.waitFor();
			await page.locator('[data-key="context"]').waitFor();
			await message.fill('A draft. '.repeat(Math.ceil(size / 9) + 10));
			await settled(page);
			const work = await measureWork(page, async () => {
				script.push(median(await pressKeys(page)));
			});
			busy.push(work.busy / keys);
		}
		figures.push(
			{
				what: `a key press with ${what}: script, ms`,
				value: spread(script, 1),
				budget: '≤ 5',
				met: median(script) <= 5
			},
			{
				what: `a key press with ${what}: main thread in all, ms`,
				value: spread(busy, 1),
				budget: '',
				met: undefined
			}
		);
	}
	await page.context().close();
	return figures;
}
