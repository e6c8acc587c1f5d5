import { median, spread } from '../measure.js';

/**
 * Cold load until the composer can be used, with nothing cached.
 * @param {import('../run.js').Bench} bench @param {string} address
 * @param {number} slowdown of the processor
 */
async function coldLoad({ browser }, address, slowdown) {
	const context = await browser.newContext({ serviceWorkers: 'block' });
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
	await page.addInitScript(() => {
		new MutationObserver((_, observer) => {
			const message = document.querySelector('textarea, #message');
			if (message === null || message.matches(':disabled')) return;
			observer.disconnect();
			requestAnimationFrame(() => {
				console.debug('usable', performance.now());
			});
		}).observe(document, { childList: true, subtree: true });
	});
	// Told, not asked for: asking runs scripts in the page while it loads.
	const usable = page.waitForEvent('console', (message) => message.text().startsWith('usable'));
	await page.goto(address, { waitUntil: 'commit' });
	const value = (await usable).text().split(' ')[1];
	await page.waitForLoadState();
	await context.close();
	return Number(value);
}

/** @type {import('../run.js').Row} */
export async function load(bench) {
	/** @type {import('../run.js').Figure[]} */
	const figures = [];
	for (const [slowdown, budget] of /** @type {const} */ ([
		[1, 200],
		[4, 700]
	])) {
		/** @type {number[]} */
		const times = [];
		/** @type {number[]} */
		const floor = [];
		for (let run = 0; run < bench.runs; run += 1) {
			floor.push(await coldLoad(bench, `${bench.provider.origin}/floor`, slowdown));
			times.push(await coldLoad(bench, bench.app, slowdown));
		}
		figures.push({
			what: `floor: cold load, ${slowdown}× slower processor, ms`,
			value: spread(floor),
			budget: '',
			met: undefined
		});
		figures.push({
			what: `cold load → composer usable, ${slowdown}× slower processor, ms`,
			value: spread(times),
			budget: `≤ ${budget}`,
			met: median(times) <= budget
		});
	}
	return figures;
}
