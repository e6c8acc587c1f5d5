// `npm test`: everything in one run, with one count at its end. `npm test -- lint unit` runs a part.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countPlaywright, countVitest } from './counts.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'parlance-test-'));
/** A step that takes longer hangs: even a slow machine needs less. */
const stepMinutes = 45;

/** @typedef {import('./counts.js').Count} Count */

/**
 * Runs tools one after the other, until one fails.
 * @param {string[][]} commands scripts below node_modules with their arguments
 * @param {{ quiet?: boolean, env?: Record<string, string> }} [options] quiet: show output only on failure
 * @returns {Promise<number>} the exit code
 */
async function run(commands, { quiet = false, env = {} } = {}) {
	for (const [script = '', ...args] of commands) {
		const child = spawn(process.execPath, [join('node_modules', script), ...args], {
			cwd: root,
			env: { ...process.env, CI: '1', ...env },
			stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit']
		});
		/** @type {Buffer[]} */
		const said = [];
		/** @param {Buffer} chunk */
		const listen = (chunk) => said.push(chunk);
		child.stdout?.on('data', listen);
		child.stderr?.on('data', listen);
		const timer = setTimeout(() => {
			console.error(`${script} has not ended after ${stepMinutes} minutes: stopped.`);
			child.kill('SIGKILL');
		}, stepMinutes * 60_000);
		/** @type {number} */
		const code = await new Promise((resolve) => {
			child.once('close', (code) => {
				resolve(code ?? 1);
			});
		});
		clearTimeout(timer);
		if (code !== 0) {
			process.stdout.write(Buffer.concat(said));
			return code;
		}
	}
	return 0;
}

/** @param {string[][]} commands @returns {Promise<Count>} */
async function single(commands) {
	const code = await run(commands, { quiet: true });
	return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** @param {string} name @returns {unknown} undefined when the tool wrote none */
function report(name) {
	try {
		return JSON.parse(readFileSync(join(reports, name), 'utf8'));
	} catch {
		return undefined;
	}
}

/** @type {Readonly<Record<string, () => Promise<Count>>>} */
const steps = {
	lint: () =>
		single([
			['eslint/bin/eslint.js', '.'],
			['prettier/bin/prettier.cjs', '--check', '.']
		]),
	check: () =>
		single([
			['svelte-check/bin/svelte-check', '--tsconfig', './tsconfig.json'],
			['typescript/bin/tsc', '-p', 'src/service-worker', '--noEmit']
		]),
	unit: async () => {
		const file = join(reports, 'vitest.json');
		const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
		const code = await run([['vitest/vitest.mjs', 'run', ...reporters]]);
		return countVitest(report('vitest.json'), code);
	},
	build: () => single([['vite/bin/vite.js', 'build', '--logLevel', 'warn']]),
	e2e: async () => {
		const code = await run([['@playwright/test/cli.js', 'test', '--reporter=list,json']], {
			env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(reports, 'playwright.json') }
		});
		return countPlaywright(report('playwright.json'), code);
	}
};

/** Steps of one group run side by side: two cores are what a small machine has. */
const groups = [['lint', 'check'], ['unit'], ['build'], ['e2e']];

/** @param {string} name @param {() => Promise<Count>} step */
async function timed(name, step) {
	const start = performance.now();
	console.log(`── ${name} …`);
	const count = await step();
	const seconds = ((performance.now() - start) / 1000).toFixed(0);
	const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
	console.log(
		`── ${name}: ${count.passed} passed, ${count.failed} failed${skipped} (${seconds} s)`
	);
	return count;
}

/** @param {string[]} wanted names of steps, or none for all */
async function main(wanted) {
	const unknown = wanted.filter((name) => !(name in steps));
	if (unknown.length > 0) {
		console.error(
			`No such step: ${unknown.join(', ')}. There are ${Object.keys(steps).join(', ')}.`
		);
		return 1;
	}
	await run([['@sveltejs/kit/svelte-kit.js', 'sync']], { quiet: true });
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const group of groups) {
		const counts = await Promise.all(
			group
				.filter((name) => wanted.length === 0 || wanted.includes(name))
				.map((name) => timed(name, steps[name] ?? (() => single([]))))
		);
		for (const count of counts) {
			total.passed += count.passed;
			total.failed += count.failed;
			total.skipped += count.skipped;
		}
	}
	if (total.skipped > 0) console.log(`${total.skipped} skipped`);
	console.log(`${total.passed} passed, ${total.failed} failed`);
	return total.failed === 0 ? 0 : 1;
}

try {
	process.exitCode = await main(process.argv.slice(2));
} finally {
	rmSync(reports, { recursive: true, force: true });
}
