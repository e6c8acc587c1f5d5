// What is served for which address, and with which headers. One set of rules for PocketBase
// (static.pb.js), for the static server of `npm start` and for the header files of other web hosts,
// which `scripts/headers.js` writes. Plain ES2015 and CommonJS: PocketBase's own runtime loads it.

/**
 * Later rules win, header by header. The policy of a page stands in its own <meta>, since it holds a
 * hash that changes with each build; its header adds what a <meta> cannot say. Workers obey nothing
 * but the header of their own file: it is what lets the engine, and only it, reach the providers.
 * @type {readonly { match: string, headers: Readonly<Record<string, string>> }[]}
 */
const rules = [
	{
		match: '/*',
		headers: {
			'Content-Security-Policy': "frame-ancestors 'none'",
			'Cross-Origin-Opener-Policy': 'same-origin',
			'Cross-Origin-Resource-Policy': 'same-origin',
			'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
			'Referrer-Policy': 'no-referrer',
			'X-Content-Type-Options': 'nosniff',
			'X-Frame-Options': 'DENY',
			'Cache-Control': 'no-cache'
		}
	},
	{
		match: '/_app/immutable/*',
		headers: { 'Cache-Control': 'public, max-age=31536000, immutable' }
	},
	{
		match: '/_app/immutable/workers/*',
		headers: {
			'Content-Security-Policy':
				"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https: http:; " +
				"require-trusted-types-for 'script'; trusted-types 'none'"
		}
	},
	{
		match: '/service-worker.js',
		headers: {
			'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'"
		}
	}
];

/** @satisfies {Record<string, string>} */
const types = {
	css: 'text/css; charset=utf-8',
	html: 'text/html; charset=utf-8',
	ico: 'image/x-icon',
	js: 'text/javascript; charset=utf-8',
	json: 'application/json',
	png: 'image/png',
	svg: 'image/svg+xml',
	txt: 'text/plain; charset=utf-8',
	wasm: 'application/wasm',
	webmanifest: 'application/manifest+json',
	webp: 'image/webp',
	woff2: 'font/woff2'
};

/** @param {string} file */
function typeOf(file) {
	const entry = Object.entries(types).find(([extension]) => file.endsWith(`.${extension}`));
	return entry === undefined ? 'application/octet-stream' : entry[1];
}

const numericLoopback = /^(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])(:\d+)?$/;

/** The same page at localhost: a second name would be a second, empty history. @param {Request} request */
function otherName({ path, uri, host, forwarded, localhost }) {
	if (!localhost || forwarded || /^\/(_app|api|_)\//.test(path)) return undefined;
	const match = numericLoopback.exec(host);
	return match === null ? undefined : `http://localhost${match[1] || ''}${uri}`;
}

/**
 * The documents of the build, by the beginning of the addresses that they answer; the first that
 * fits. The first two show their page before its scripts are there, and no other one; the last would
 * do at every address.
 */
const pages = [
	{ match: '/', file: '/index.html' },
	{ match: '/c/*', file: '/c/open.html' },
	{ match: '/*', file: '/shell.html' }
];

/** @param {string} match a path, or its beginning and a star @param {string} path */
const fits = (match, path) =>
	match.endsWith('*') ? path.startsWith(match.slice(0, -1)) : path === match;

/** @param {string} path */
function pageFor(path) {
	const page = pages.find(({ match }) => fits(match, path));
	return page === undefined ? '/shell.html' : page.file;
}

/** @param {string} path */
function headersFor(path) {
	/** @type {Record<string, string>} */
	const headers = {};
	for (const rule of rules) {
		if (fits(rule.match, path)) Object.assign(headers, rule.headers);
	}
	return headers;
}

/** Only plain names below the root: no way up, no hidden files, no header files of other hosts. @param {string} path */
function isPublic(path) {
	if (path.includes('\\') || path.includes('\0') || path.includes('//')) return false;
	if (path === '/_headers' || path === '/_redirects') return false;
	return !path.split('/').some((name) => name.startsWith('.') && name !== '.well-known');
}

/**
 * @typedef {object} Request a GET or HEAD
 * @property {string} path decoded, beginning with a slash
 * @property {string} uri as asked for, with its query
 * @property {string} host the Host header
 * @property {boolean} forwarded whether a proxy stands in between
 * @property {boolean} localhost whether pages asked for at 127.0.0.1 go to localhost
 * @property {(path: string) => boolean} exists whether the build has this file
 */

/**
 * Decides what answers a request.
 * @param {Request} request
 * @returns {{ status: 200, file: string, headers: Record<string, string> }
 *   | { status: 307, location: string, headers: Record<string, string> }
 *   | { status: 404, headers: Record<string, string> }}
 */
function answer(request) {
	const { path } = request;
	const headers = headersFor(path);
	if (path !== '/index.html' && isPublic(path) && request.exists(path)) {
		headers['Content-Type'] = typeOf(path);
		headers['Vary'] = 'Accept-Encoding';
		return { status: 200, file: path, headers };
	}
	const location = path === '/index.html' ? '/' : otherName(request);
	if (location !== undefined) {
		headers['Cache-Control'] = 'no-store';
		return { status: 307, location, headers };
	}
	// What can only have been a file: HTML in its place would be kept as a script.
	if (/^\/(_app|api|_)\/|\.[^/]*$/.test(path)) {
		headers['Cache-Control'] = 'no-store';
		headers['Content-Type'] = types.txt;
		return { status: 404, headers };
	}
	headers['Content-Type'] = types.html;
	headers['Vary'] = 'Accept-Encoding';
	return { status: 200, file: pageFor(path), headers };
}

module.exports = { rules, pages, answer };
