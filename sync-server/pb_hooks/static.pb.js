// Serves the built app. Bound to the static route alone: a routerUse would hold one of PocketBase's
// JavaScript runtimes for as long as each realtime connection is open.
//
// PARLANCE_BUILD_DIR  where the build lies (default: build/ beside sync-server/)
// PARLANCE_LOCALHOST  1: pages asked for at 127.0.0.1 are sent to localhost
routerAdd('GET', '/{path...}', (e) => {
	// Runs in a runtime of its own: nothing outside the function is visible.
	const { answer } = require(`${__hooks}/rules.cjs`);
	const root = $os.getenv('PARLANCE_BUILD_DIR') || `${__hooks}/../../build`;
	const stat = (path) => {
		try {
			const info = $os.stat(root + path);
			return info.isDir() ? undefined : info;
		} catch {
			return undefined;
		}
	};

	const asked = e.request.header;
	const result = answer({
		path: e.request.url.path,
		uri: e.request.url.requestURI(),
		host: e.request.host,
		forwarded: ['Forwarded', 'Via', 'X-Forwarded-For', 'X-Forwarded-Host'].some(
			(name) => asked.get(name) !== ''
		),
		localhost: $os.getenv('PARLANCE_LOCALHOST') === '1',
		exists: (path) => stat(path) !== undefined
	});
	const headers = e.response.header();
	headers.del('X-XSS-Protection');
	for (const name of Object.keys(result.headers)) headers.set(name, result.headers[name]);
	if (result.status === 307) return e.redirect(307, result.location);
	if (result.status === 404) return e.string(404, 'Not found\n');

	let file = result.file;
	const accepted = asked.get('Accept-Encoding');
	for (const [encoding, extension] of [
		['br', '.br'],
		['gzip', '.gz']
	]) {
		if (!accepted.includes(encoding) || stat(result.file + extension) === undefined) continue;
		file = result.file + extension;
		headers.set('Content-Encoding', encoding);
		break;
	}
	const info = stat(file);
	if (info === undefined) return e.string(404, 'There is no build to serve.\n');
	headers.set('ETag', `W/"${info.size()}-${info.modTime().unixMilli()}"`);
	return e.fileFS($os.dirFS(root), file.slice(1));
});
