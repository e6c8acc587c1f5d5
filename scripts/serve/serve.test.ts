import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPocketBase } from './pocketbase.js';

const folder = mkdtempSync(join(tmpdir(), 'parlance-serve-'));
const buildDir = join(folder, 'build');
const start = join(import.meta.dirname, '../start.js');
const hasPocketBase = findPocketBase(process.env).binary !== undefined;
const children: ChildProcess[] = [];
const ends: Promise<unknown>[] = [];

const files: Record<string, string> = {
	'index.html': '<!doctype html><title>the app</title>',
	'shell.html': '<!doctype html><title>any page</title>',
	'c/open.html': '<!doctype html><title>a conversation</title>',
	'notes.js': '// notes',
	'robots.txt': 'User-agent: *',
	'manifest.webmanifest': '{}',
	'service-worker.js': '// service worker',
	_headers: '/*',
	'.secret': 'secret',
	'icons/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
	'icons/icon.png': 'png',
	'_app/version.json': '{"version":"1"}',
	'_app/immutable/entry/start.js': 'export {}',
	'_app/immutable/assets/a.css': 'a{}',
	'_app/immutable/workers/engine-1.js': '// engine'
};

beforeAll(() => {
	for (const [name, text] of Object.entries(files)) {
		const file = join(buildDir, name);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
		if (!/\.(html|js|css|svg|json|webmanifest)$/.test(name)) continue;
		writeFileSync(`${file}.br`, brotliCompressSync(text));
		writeFileSync(`${file}.gz`, gzipSync(text));
	}
	writeFileSync(join(folder, 'outside.txt'), 'outside');
});

afterAll(async () => {
	// Not SIGKILL, which would leave PocketBase behind.
	for (const child of children) child.kill('SIGTERM');
	await Promise.all(ends);
	rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** Runs start.js until it has said `until`, or to its end. */
function run(args: string[], env: Record<string, string> = {}, until?: string) {
	const child = spawn(process.execPath, [start, '--no-build', ...args], {
		env: { ...process.env, npm_lifecycle_event: undefined, HOST: '', PORT: '', ...env }
	});
	children.push(child);
	let said = '';
	const code = new Promise<number | null>((resolve) => child.once('close', resolve));
	ends.push(code);
	const ready = new Promise<string>((resolve) => {
		const listen = (chunk: Buffer) => {
			said += chunk.toString();
			if (until !== undefined && said.includes(until)) resolve(said);
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		void code.then(() => {
			resolve(said);
		});
	});
	return { child, code, ready };
}

interface Answer {
	status: number | undefined;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

function ask(
	port: number,
	path: string,
	headers: Record<string, string> = {},
	method = 'GET'
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () => {
				resolve({
					status: response.statusCode,
					headers: response.headers,
					body: Buffer.concat(chunks)
				});
			});
		})
			.on('error', reject)
			.end();
	});
}

/** How a server frames its messages is its own affair, and so is the last digit of a file's time. */
function comparable(headers: IncomingHttpHeaders) {
	const framing =
		/^(accept-ranges|connection|content-length|date|keep-alive|transfer-encoding)$|^vary,Origin$/;
	return Object.fromEntries(
		Object.entries(headers)
			.filter(([name, value]) => !framing.test(name) && !framing.test(`${name},${String(value)}`))
			.map(([name, value]) => [
				name,
				name === 'etag' ? String(value).replace(/-\d+"$/, '-time"') : value
			])
	);
}

async function serving(name: string, args: string[]) {
	const port = await freePort();
	const server = run(
		[...args, '--port', `${port}`, '--build-dir', buildDir, '--data-dir', join(folder, name)],
		{},
		'ready at'
	);
	const said = await server.ready;
	return { ...server, port, said };
}

describe.each([
	{ name: 'static', args: ['--no-sync'], enabled: true },
	{ name: 'pocketbase', args: [], enabled: hasPocketBase }
])('npm start, served by $name', ({ name, args, enabled }) => {
	it.runIf(enabled)('prints one address, serves the app, stops cleanly', async () => {
		const server = await serving(name, args);
		const local = `localhost:${server.port}`;
		expect(server.said.match(/https?:\/\/\S+/g)).toEqual([`http://${local}`]);

		const get = (path: string, headers: Record<string, string> = {}, method?: string) =>
			ask(server.port, path, { host: local, ...headers }, method);

		const page = await get('/c/0192?x=1', { 'accept-encoding': 'gzip, br' });
		expect(page).toMatchObject({
			status: 200,
			body: brotliCompressSync(files['c/open.html'] ?? ''),
			headers: {
				'content-encoding': 'br',
				'content-type': 'text/html; charset=utf-8',
				'cache-control': 'no-cache',
				'content-security-policy': "frame-ancestors 'none'",
				'x-content-type-options': 'nosniff',
				'x-frame-options': 'DENY',
				'referrer-policy': 'no-referrer',
				vary: 'Accept-Encoding'
			}
		});
		for (const [path, file] of [
			['/', 'index.html'],
			['/settings/data', 'shell.html']
		] as const)
			expect((await get(path)).body.toString()).toBe(files[file]);
		const again = await get('/c/other', {
			'accept-encoding': 'gzip, br',
			'if-none-match': page.headers.etag ?? ''
		});
		expect(again.status).toBe(304);

		const engine = await get('/_app/immutable/workers/engine-1.js');
		expect(engine.headers['content-security-policy']).toContain('connect-src');
		expect(engine.headers['content-security-policy']).toContain("trusted-types 'none'");
		expect(engine.headers['cache-control']).toBe('public, max-age=31536000, immutable');
		const serviceWorker = await get('/service-worker.js');
		expect(serviceWorker.headers).toMatchObject({
			'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'",
			'cache-control': 'no-cache'
		});
		const manifest = await get('/manifest.webmanifest');
		expect(manifest.headers['content-type']).toBe('application/manifest+json');

		for (const path of ['/_app/immutable/entry/old.js', '/favicon.ico', '/api/nothing']) {
			expect(await get(path)).toMatchObject({
				status: 404,
				headers: { 'cache-control': 'no-store' },
				body: Buffer.from('Not found\n')
			});
		}
		for (const path of ['/.secret', '/_headers', '/%2e%2e%2foutside.txt', '/..%5coutside.txt']) {
			const body = (await get(path)).body.toString();
			expect(body).not.toMatch(/secret|outside|\/\*/);
		}
		const head = await get('/', {}, 'HEAD');
		expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });

		expect(await get('/c/1?a=%20b', { host: `127.0.0.1:${server.port}` })).toMatchObject({
			status: 307,
			headers: { location: `http://${local}/c/1?a=%20b` }
		});
		expect(
			await get('/', { host: `127.0.0.1:${server.port}`, 'x-forwarded-for': '192.0.2.1' })
		).toMatchObject({ status: 200 });
		expect(await get('/', { host: 'chat.example' })).toMatchObject({ status: 200 });

		const rebuilt = 'export const longer = true';
		writeFileSync(join(buildDir, '_app/version.json'), rebuilt);
		expect((await get('/_app/version.json')).body.toString()).toBe(rebuilt);

		server.child.kill('SIGTERM');
		expect(await server.code).toBe(0);
		await expect(get('/')).rejects.toThrow('ECONNREFUSED');
	});
});

it.runIf(hasPocketBase)('both servers answer alike', async () => {
	const [plain, pocketbase] = await Promise.all([
		serving('alike-static', ['--no-sync']),
		serving('alike-pocketbase', [])
	]);
	const paths = [...Object.keys(files).map((file) => `/${file}`), '/', '/c/1', '/settings/data'];
	paths.push('/_app/immutable/gone.js', '/_app/', '/api/x', '/gone.png', '/icons', '/a%20b');
	for (const path of paths) {
		for (const encoding of ['', 'gzip', 'br, gzip']) {
			for (const method of ['GET', 'HEAD']) {
				const [a, b] = await Promise.all(
					[plain, pocketbase].map(async ({ port }) => {
						const host = `localhost:${port}`;
						const answer = await ask(port, path, { host, 'accept-encoding': encoding }, method);
						return { ...answer, headers: comparable(answer.headers) };
					})
				);
				expect(a, `${method} ${path} (${encoding})`).toEqual(b);
			}
		}
	}
	plain.child.kill();
	pocketbase.child.kill();
	expect(await Promise.all([plain.code, pocketbase.code])).toEqual([0, 0]);
});

describe('npm start says what is wrong and exits with 1', () => {
	const cases: [string, string[], Record<string, string>, RegExp][] = [
		['a missing build', ['--build-dir', join(folder, 'none')], {}, /no build in .*npm run build/],
		[
			'a broken binary',
			['--build-dir', buildDir],
			{ POCKETBASE_BIN: join(folder, 'outside.txt') },
			/outside\.txt does not run/
		],
		[
			'a data folder that cannot be',
			['--build-dir', buildDir, '--data-dir', join(folder, 'outside.txt')],
			{},
			/PocketBase ended before it answered/
		],
		['a port that is none', [], { PORT: '80a' }, /“80a” is no port/],
		['an unknown option', ['--prot', '1'], {}, /--prot/],
		['an address that is not here', [], { HOST: '192.0.2.1' }, /no address “192\.0\.2\.1”/]
	];
	it.each(cases)('%s', async (name, args, env, message) => {
		if (name.startsWith('a data') && !hasPocketBase) return;
		const port = `${await freePort()}`;
		const { code, ready } = run(args, { PORT: port, ...env });
		expect(await ready).toMatch(message);
		expect(await code).toBe(1);
	});

	it('a port in use', async () => {
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const { port } = other.address() as AddressInfo;
		const { code, ready } = run(['--build-dir', buildDir, '--port', `${port}`]);
		expect(await ready).toMatch(new RegExp(`^Port ${port} is already in use`));
		expect(await code).toBe(1);
		other.close();
	});
});

describe('PocketBase is found', () => {
	const bin = join(folder, 'bin');
	const say = (name: string, text: string) => {
		mkdirSync(bin, { recursive: true });
		const file = join(bin, name);
		writeFileSync(file, `#!/bin/sh\necho ${text}\n`, { mode: 0o755 });
		return file;
	};

	it('by POCKETBASE_BIN, then as installed, then on the PATH where new enough', () => {
		const named = say('mine', 'pocketbase version 0.30.0');
		const installed = say('installed', 'pocketbase version 0.39.1');
		const onPath = say('pocketbase', 'pocketbase version 0.40.4');
		expect(findPocketBase({ POCKETBASE_BIN: named, PATH: bin }, installed).binary).toBe(named);
		expect(findPocketBase({ PATH: bin }, installed).binary).toBe(installed);
		expect(findPocketBase({ PATH: bin }, '').binary).toBe(onPath);
	});

	it('nowhere: says why', () => {
		say('pocketbase', 'pocketbase version 0.39.0');
		expect(findPocketBase({ PATH: bin }, '')).toMatchObject({
			why: expect.stringContaining('is version 0.39.0') as string
		});
		expect(findPocketBase({ PATH: folder }, '')).toMatchObject({
			why: 'No PocketBase was found'
		});
	});
});
