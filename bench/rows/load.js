import { median, spread } from '../measure.js';

/**
 * Cold load, with nothing cached: until the composer can be written in, and until the app answers to
 * what was pressed in it (ms).
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
		addEventListener('app-hears', () => {
			console.debug('answers', performance.now());
		});
	});
	// Told, not asked for: asking runs scripts in the page while it loads.
	const told = async (/** @type {string} */ what) => {
		const message = await page.waitForEvent('console', (said) => said.text().startsWith(what));
		return Number(message.text().split(' ')[1]);
	};
	const usable = told('usable');
	const answers = address.endsWith('/floor') ? usable : told('answers');
	await page.goto(address, { waitUntil: 'commit' });
	const times = { usable: await usable, answers: await answers };
	await page.waitForLoadState();
	await context.close();
	return times;
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
		const answers = [];
		/** @type {number[]} */
		const floor = [];
		for (let run = 0; run < bench.runs; run += 1) {
			floor.push((await coldLoad(bench, `${bench.provider.origin}/floor`, slowdown)).usable);
			const app = await coldLoad(bench, bench.app, slowdown);
			times.push(app.usable);
			answers.push(app.answers);
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
		figures.push({
			what: `cold load → the app answers, ${slowdown}× slower processor, ms`,
			value: spread(answers),
			budget: '',
			met: undefined
		});
	}
	return figures;
}
