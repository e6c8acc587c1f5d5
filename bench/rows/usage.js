import { median, spread } from '../measure.js';
import { seedUsage } from '../seed.js';
import { seededPage, settled } from './page.js';

/**
 * Settings → Usage over many requests: from the click on its link until the chart is painted, with
 * its code loaded by an earlier visit.
 * @type {import('../run.js').Row}
 */
export async function usage(bench) {
	const count = 100_000;
	const budget = 200;
	const page = await seededPage(bench, (seeding) => seedUsage(seeding, count));
	await page.goto(`${bench.app}/settings/usage`);
	/** @type {number[]} */
	const times = [];
	for (let run = 0; run < bench.runs; run += 1) {
		await page.getByRole('slider').waitFor();
		await page.getByRole('link', { name: 'Shortcuts' }).click();
		await page.getByRole('heading', { name: 'Shortcuts' }).waitFor();
		await settled(page);
		const time = await page.evaluate(
			() =>
				new Promise((resolve) => {
					const start = performance.now();
					new MutationObserver((_, observer) => {
						if (document.querySelector('figure svg rect') === null) return;
						observer.disconnect();
						requestAnimationFrame(() => {
							const channel = new MessageChannel();
							channel.port1.onmessage = () => resolve(performance.now() - start);
							channel.port2.postMessage(undefined);
						});
					}).observe(document, { childList: true, subtree: true });
					document
						.querySelector('a[href="/settings/usage"]')
						?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
				})
		);
		times.push(Number(time));
	}
	await page.context().close();
	return [
		{
			what: `usage of ${count} requests: click → chart painted, ms`,
			value: spread(times),
			budget: `≤ ${budget}`,
			met: median(times) <= budget
		}
	];
}
