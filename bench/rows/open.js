import { heapBytes, median, spread } from '../measure.js';
import { idOf, seedLongConversation } from '../seed.js';
import { seededPage, settled } from './page.js';

/** Click on a long conversation until its last message is painted. @type {import('../run.js').Row} */
export async function open(bench) {
	/** @type {import('../run.js').Figure[]} */
	const figures = [];
	for (const [count, budget] of /** @type {const} */ ([
		[1_000, 100],
		[10_000, 150]
	])) {
		const page = await seededPage(bench, (seeding) => seedLongConversation(seeding, count));
		/** @type {number[]} */
		const times = [];
		let elements = 0;
		let heap = 0;
		for (let run = 0; run < bench.runs; run += 1) {
			await page.goto(bench.app);
			const link = page.locator(`nav a[href="/c/${idOf('conversation', 0)}"]`);
			await link.waitFor();
			await settled(page);
			const before = await heapBytes(page);
			const time = await page.evaluate(
				({ wanted, href }) =>
					new Promise((resolve) => {
						const start = performance.now();
						new MutationObserver((_, observer) => {
							const parts = [...document.querySelectorAll('article [data-part="text"]')];
							if (!parts.some((part) => part.textContent.includes(wanted))) return;
							observer.disconnect();
							requestAnimationFrame(() => {
								const channel = new MessageChannel();
								channel.port1.onmessage = () => resolve(performance.now() - start);
								channel.port2.postMessage(undefined);
							});
						}).observe(document, { childList: true, subtree: true, characterData: true });
						document
							.querySelector(`nav a[href="${href}"]`)
							?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
					}),
				{ wanted: `${count - 1}:`, href: `/c/${idOf('conversation', 0)}` }
			);
			times.push(Number(time));
			await settled(page);
			elements = await page.evaluate(() => document.querySelectorAll('*').length);
			heap = ((await heapBytes(page)) - before) / 1_000_000;
		}
		await page.context().close();
		figures.push(
			{
				what: `open ${count} messages, ms`,
				value: spread(times),
				budget: `≤ ${budget}`,
				met: median(times) <= budget
			},
			{
				what: `open ${count} messages: elements; heap it adds, MB`,
				value: `${elements}; ${heap.toFixed(1)}`,
				budget: '≤ 2500; ≤ 20',
				met: elements <= 2500 && heap <= 20
			}
		);
	}
	return figures;
}
