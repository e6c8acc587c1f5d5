import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Trouble } from './trouble.js';

/** The folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const help = `Usage: npm start -- [options]

Builds Parlance and serves it on http://localhost:8090.

  --host NAME       listen at this address (or HOST; default localhost)
  --port NUMBER     listen at this port (or PORT; default 8090)
  --no-build        serve the build that is there
  --build-dir DIR   the build to serve, with --no-build (default build)
  --data-dir DIR    data of the sync server (default sync-server/pb_data)
  --no-sync         serve the app alone, without PocketBase

POCKETBASE_BIN names a PocketBase to use in place of the installed one.
`;

/**
 * @typedef {object} Options
 * @property {string} host where to listen: a name or an address
 * @property {number} port
 * @property {boolean} build whether to build first
 * @property {string} buildDir absolute
 * @property {string} dataDir absolute
 * @property {boolean} sync whether to look for PocketBase
 * @property {boolean} help
 */

/**
 * Reads the command line and the environment; the command line wins.
 * @param {string[]} args
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Options}
 * @throws {Trouble} for what cannot be meant
 */
export function readOptions(args, env) {
	const values = parse(args);
	const given = values.port ?? (env['PORT'] === '' ? undefined : env['PORT']) ?? '8090';
	const port = /^\d{1,5}$/.test(given) ? Number(given) : 0;
	if (port < 1 || port > 65_535) {
		throw new Trouble(`“${given}” is no port: choose a number from 1 to 65535.`);
	}
	const build = values['no-build'] !== true;
	if (build && values['build-dir'] !== undefined) {
		throw new Trouble('--build-dir names a build that is there: use it with --no-build.');
	}
	const host = values.host ?? env['HOST'] ?? '';
	return {
		host: host === '' ? 'localhost' : host,
		port,
		build,
		buildDir: resolve(root, values['build-dir'] ?? 'build'),
		dataDir: resolve(root, values['data-dir'] ?? 'sync-server/pb_data'),
		sync: values['no-sync'] !== true,
		help: values.help === true
	};
}

/** @param {string[]} args */
function parse(args) {
	try {
		return parseArgs({
			args,
			options: {
				host: { type: 'string' },
				port: { type: 'string' },
				'no-build': { type: 'boolean' },
				'build-dir': { type: 'string' },
				'data-dir': { type: 'string' },
				'no-sync': { type: 'boolean' },
				help: { type: 'boolean' }
			}
		}).values;
	} catch (cause) {
		const message = cause instanceof Error ? cause.message : String(cause);
		throw new Trouble(`${message}\n\n${help}`, { cause });
	}
}
