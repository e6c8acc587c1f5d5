import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import rules from '../../sync-server/pb_hooks/rules.cjs';
import { codeOf, inUse, isLoopback, listenAddress } from './address.js';
import { forwardSignals } from './signals.js';

/** @param {string} url */
function pathOf(url) {
	try {
		return decodeURIComponent(url.replace(/[?#].*$/s, ''));
	} catch {
		return undefined;
	}
}

/**
 * Serves the app alone, as PocketBase with our hook would.
 * @param {import('./options.js').Options} options
 * @returns {Promise<{ ended: Promise<number> }>} `ended`: the exit code
 */
export async function startStaticServer(options) {
	const { default: sirv } = await import('sirv');
	// dev: looks at the disk for each request, so that a new build may take the place of the old one.
	const files = sirv(options.buildDir, {
		dev: true,
		brotli: true,
		gzip: true,
		etag: true,
		extensions: []
	});
	/** @param {string} path */
	const exists = (path) => {
		const file = join(options.buildDir, path);
		return existsSync(file) && statSync(file).isFile();
	};

	const server = createServer((request, response) => {
		const uri = request.url ?? '/';
		const path = pathOf(uri);
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
			return;
		}
		if (path?.startsWith('/') !== true) {
			response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Bad request\n');
			return;
		}
		const asked = request.headers;
		const result = rules.answer({
			path,
			uri,
			host: asked.host ?? '',
			forwarded: ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host'].some(
				(name) => asked[name] !== undefined
			),
			localhost: isLoopback(options.host),
			exists
		});
		for (const [name, value] of Object.entries(result.headers)) response.setHeader(name, value);
		if (result.status === 307) {
			response.writeHead(307, { Location: result.location }).end();
			return;
		}
		const notFound = () => {
			response.writeHead(404).end('Not found\n');
		};
		if (result.status === 404) {
			notFound();
			return;
		}
		request.url = encodeURI(result.file);
		files(request, response, notFound);
	});

	await new Promise((resolve, reject) => {
		server.once('error', (error) => {
			reject(codeOf(error) === 'EADDRINUSE' ? inUse(options.port) : error);
		});
		server.listen(options.port, listenAddress(options.host), () => {
			resolve(undefined);
		});
	});
	forwardSignals(() => {
		server.close();
		server.closeAllConnections();
	});
	return {
		ended: new Promise((resolve) => {
			server.once('close', () => {
				resolve(0);
			});
		})
	};
}
