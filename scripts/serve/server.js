import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findPocketBase, oldestVersion, startPocketBase } from './pocketbase.js';
import { startStaticServer } from './static-server.js';
import { Trouble } from './trouble.js';

/**
 * Serves a build: with PocketBase where there is one, else alone.
 * @param {import('./options.js').Options} options
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Promise<{ ended: Promise<number>, syncOff: string | undefined }>} once it answers: `ended`,
 *   the exit code once it has stopped; `syncOff`, why there is no sync
 * @throws {Trouble}
 */
export async function serve(options, env) {
	if (!existsSync(join(options.buildDir, 'index.html'))) {
		throw new Trouble(`There is no build in ${options.buildDir}. Run “npm run build” first.`);
	}
	if (!options.sync) {
		return { ...(await startStaticServer(options)), syncOff: 'Sync is off, as asked.' };
	}
	const found = findPocketBase(env);
	if (found.binary !== undefined) {
		return { ...(await startPocketBase(found.binary, options)), syncOff: undefined };
	}
	return {
		...(await startStaticServer(options)),
		syncOff:
			`${found.why}, so sync between devices is off; everything else works.\n` +
			`To add it, put PocketBase ${oldestVersion} or newer on the PATH or name it in POCKETBASE_BIN ` +
			'(https://pocketbase.io/docs), then start again.'
	};
}
