import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const KIB = 1024;

/**
 * What the first screen makes a page load: scripts before the app answers, and the engine's own
 * file. gzip, as a server would send it.
 * @type {import('../run.js').Row}
 */
export async function size({ browser, app }) {
	const context = await browser.newContext({ serviceWorkers: 'block' });
	const page = await context.newPage();
	/** @type {Set<string>} */
	const scripts = new Set();
	page.on('response', (response) => {
		const { pathname } = new URL(response.url());
		if (pathname.endsWith('.js')) scripts.add(pathname);
	});
	await page.addInitScript(() => {
		addEventListener('app-hears', () => {
			Object.assign(globalThis, {
				beforeUse: performance.getEntriesByType('resource').map(({ name }) => name)
			});
		});
	});
	await page.goto(app);
	await page.getByRole('textbox', { name: 'Message' }).waitFor();
	await page.waitForLoadState('networkidle');
	/** @type {string[]} */
	const addresses = await page.evaluate(() => Reflect.get(globalThis, 'beforeUse'));
	const beforeUse = addresses
		.map((address) => new URL(address).pathname)
		.filter((path) => path.endsWith('.js'));
	await context.close();

	const gzipped = (/** @type {string} */ path) => gzipSync(readFileSync(`build${path}`)).length;
	const sum = (/** @type {string[]} */ paths) =>
		paths.reduce((total, path) => total + gzipped(path), 0) / KIB;
	const isWorker = (/** @type {string} */ path) => path.includes('/workers/');
	const first = sum(beforeUse.filter((path) => !isWorker(path)));
	const whole = sum([...scripts].filter((path) => !isWorker(path)));
	const engine = sum([...scripts].filter(isWorker));
	return [
		{
			what: 'page script of the first screen, gzip KiB',
			value: first.toFixed(1),
			budget: '≤ 100',
			met: first <= 100
		},
		{
			what: 'page script loaded later, when idle, gzip KiB',
			value: (whole - first).toFixed(1),
			budget: '',
			met: undefined
		},
		{
			what: 'engine, gzip KiB',
			value: engine.toFixed(1),
			budget: '≤ 260',
			met: engine <= 260
		}
	];
}
