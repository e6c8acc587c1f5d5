// `npm start`: builds the app and serves it, with the sync server where PocketBase is to be had.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalOrigin, expectFree, isPublicHost } from './serve/address.js';
import { help, readOptions, root } from './serve/options.js';
import { serve } from './serve/server.js';
import { forwardSignals } from './serve/signals.js';
import { Trouble } from './serve/trouble.js';

/** @throws {Trouble} when there is no build afterwards */
async function build() {
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	if (!existsSync(vite))
		throw new Trouble('The tools to build with are missing. Run “npm ci” first.');
	// A process of its own: its memory is given back before the server runs.
	const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
		cwd: root,
		env: { ...process.env, NODE_ENV: 'production' },
		stdio: ['ignore', 'pipe', 'inherit']
	});
	let said = '';
	child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
		said += text;
	});
	const signals = forwardSignals((signal) => child.kill(signal));
	/** @type {number | null} */
	const code = await new Promise((resolve) => child.once('close', resolve));
	signals.release();
	if (signals.asked) process.exit(0);
	if (code !== 0) {
		process.stderr.write(said);
		throw new Trouble('The build failed, for the reason above. Nothing was started.');
	}
}

async function main() {
	const options = readOptions(process.argv.slice(2), process.env);
	if (options.help) {
		process.stdout.write(help);
		return 0;
	}
	await expectFree(options.host, options.port);
	if (options.build) {
		console.log('Building Parlance …');
		await build();
	}
	const origin = canonicalOrigin(options.host, options.port);
	const { ended, syncOff } = await serve(options, process.env);
	if (syncOff !== undefined) console.log(syncOff);
	console.log(`Parlance is ready at ${origin}`);
	if (isPublicHost(options.host)) {
		console.log(
			'Other devices need https, by a proxy in front: see sync-server/README.md. ' +
				'Over plain http browsers refuse them storage for keys.'
		);
	}
	return ended;
}

try {
	process.exitCode = await main();
} catch (error) {
	if (!(error instanceof Trouble)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}
