/**
 * `npm run bench` measures the budgets; `npm run bench -- stream open` only those rows. Ratios are
 * to the floor page (plain text, one element per paragraph), measured in the same run, because
 * machines differ and drift. `--no-build` measures the build that is there, `--runs N` sets how
 * often each figure is taken (default 5). Prints a table; exits 1 when a budget is missed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from '../scripts/browser.js';
import { startProvider } from './provider.js';
import { rows } from './rows/index.js';

/**
 * @typedef {object} Figure
 * @property {string} what
 * @property {string} value with its spread
 * @property {string} budget
 * @property {boolean | undefined} met undefined: for information
 */

/**
 * @typedef {object} Bench what a row gets to measure with
 * @property {import('playwright').Browser} browser
 * @property {import('./provider.js').Provider} provider
 * @property {string} app origin of the app
 * @property {number} runs
 */

/** @typedef {(bench: Bench) => Promise<Figure[]>} Row */

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		build: { type: 'boolean', default: true },
		runs: { type: 'string', default: '5' }
	},
	allowNegative: true
});

const wanted = positionals.length > 0 ? positionals : Object.keys(rows);
for (const name of wanted) {
	if (name in rows) continue;
	console.error(`There is no row “${name}”. Rows: ${Object.keys(rows).join(', ')}`);
	process.exit(1);
}

if (values.build) {
	console.log('Building …');
	const built = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], {
		stdio: ['ignore', 'ignore', 'inherit']
	});
	if (built.status !== 0) process.exit(1);
}

/** The app's own server on a port of its own. @param {string} dataFolder */
async function startApp(dataFolder) {
	const port = 8400 + Math.floor(Math.random() * 500);
	const child = spawn(
		process.execPath,
		['scripts/start.js', '--no-build', '--port', String(port), '--data-dir', dataFolder],
		{ stdio: ['ignore', 'pipe', 'inherit'] }
	);
	await new Promise((resolve, reject) => {
		child.stdout.on('data', (/** @type {Buffer} */ data) => {
			if (data.toString().includes('ready')) resolve(undefined);
		});
		child.on('exit', () => {
			reject(new Error('The app server ended before it was ready.'));
		});
	});
	return { origin: `http://localhost:${port}`, child };
}

const dataFolder = mkdtempSync(join(tmpdir(), 'parlance-bench-'));
const provider = await startProvider();
const app = await startApp(dataFolder);
const executablePath = findChromium();
const browser = await chromium.launch({
	...(executablePath !== undefined && { executablePath }),
	args: chromiumArgs
});

let missed = 0;
try {
	for (const name of wanted) {
		const load = loadavg()[0]?.toFixed(1) ?? '?';
		console.log(`\n${name} (load ${load} on ${availableParallelism()} processors)`);
		const figures = await rows[name]?.({
			browser,
			provider,
			app: app.origin,
			runs: Number(values.runs)
		});
		for (const { what, value, budget, met } of figures ?? []) {
			if (met === false) missed += 1;
			const mark = met === undefined ? ' ' : met ? '✓' : '✗';
			console.log(`  ${mark} ${what.padEnd(76)} ${value.padEnd(28)} ${budget}`);
		}
	}
} finally {
	await browser.close();
	await provider.stop();
	app.child.kill('SIGTERM');
	await new Promise((resolve) => app.child.once('exit', resolve));
	rmSync(dataFolder, { recursive: true, force: true });
}
console.log(missed === 0 ? '\nEvery budget is met.' : `\n${missed} budgets are missed.`);
process.exitCode = missed === 0 ? 0 : 1;
