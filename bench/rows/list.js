import { median, spread } from '../measure.js';
import { seedConversations } from '../seed.js';
import { seededPage } from './page.js';

/** Load with many conversations stored, until their links are there. @type {import('../run.js').Row} */
export async function list(bench) {
	/** @type {import('../run.js').Figure[]} */
	const figures = [];
	for (const [count, budget] of /** @type {const} */ ([
		[1_000, 200],
		[10_000, 250]
	])) {
		const page = await seededPage(bench, (seeding) => seedConversations(seeding, count));
		await page.addInitScript(() => {
			new MutationObserver((_, observer) => {
				if (document.querySelectorAll('nav a[href^="/c/"]').length < 10) return;
				observer.disconnect();
				requestAnimationFrame(() => {
					Object.assign(globalThis, { listAt: performance.now() });
				});
			}).observe(document, { childList: true, subtree: true });
		});
		/** @type {number[]} */
		const times = [];
		for (let run = 0; run < bench.runs; run += 1) {
			await page.goto(bench.app);
			const time = await page.waitForFunction(() => Reflect.get(globalThis, 'listAt'));
			times.push(Number(await time.jsonValue()));
		}
		await page.context().close();
		figures.push({
			what: `${count} conversations: load → list usable, ms`,
			value: spread(times),
			budget: `≤ ${budget}`,
			met: median(times) <= budget
		});
	}
	return figures;
}
