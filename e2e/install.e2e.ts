import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleWatch } from './console.ts';
import { expect, test } from './fixtures.ts';
import { versionOf } from './rebuild.ts';
import { controlled } from './service-worker.ts';

const buildDir = join(import.meta.dirname, '../build');

test('page, engine and service worker have each their policy', async ({ page, request }) => {
	const response = await page.goto('/');
	expect(response?.headers()['content-security-policy']).toBe("frame-ancestors 'none'");
	const meta = page.locator('meta[http-equiv="content-security-policy"]');
	const policy = (await meta.getAttribute('content')) ?? '';
	for (const part of [
		"default-src 'none'",
		"require-trusted-types-for 'script'",
		"connect-src 'self' http://localhost:* http://127.0.0.1:*",
		"base-uri 'none'"
	]) {
		expect(policy).toContain(part);
	}
	expect(policy).not.toMatch(/unsafe-inline|unsafe-eval/);
	// Whatever stands above it would escape it.
	const first = await page.evaluate(() =>
		[...document.head.children].slice(0, 2).map((element) => element.outerHTML.slice(0, 60))
	);
	expect(first[0]).toContain('charset');
	expect(first[1]).toContain('content-security-policy');

	const workers = readdirSync(join(buildDir, '_app/immutable/workers'));
	const engine = workers.find((name) => /^engine.*\.js$/.test(name)) ?? 'none';
	const worker = await request.get(`/_app/immutable/workers/${engine}`);
	expect(worker.headers()['content-security-policy']).toBe(
		"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https: http:; " +
			"require-trusted-types-for 'script'; trusted-types 'none'"
	);
	const serviceWorker = await request.get('/service-worker.js');
	expect(serviceWorker.headers()['content-security-policy']).toBe(
		"default-src 'none'; script-src 'self'; connect-src 'self'"
	);
});

test('a hashed file of an older build is missing, not HTML', async ({ request }) => {
	const response = await request.get('/_app/immutable/entry/start.gone.js');
	expect(response.status()).toBe(404);
	expect(response.headers()['cache-control']).toBe('no-store');
	expect(await response.text()).not.toContain('<');
});

test('the version is a hash of the contents', () => {
	expect(versionOf(buildDir)).toMatch(/^[0-9a-f]{16}$/);
	expect(readFileSync(join(buildDir, 'service-worker.js'), 'utf8')).toContain(versionOf(buildDir));
});

test('the app can be installed', async ({ persistentBrowser }) => {
	const context = await persistentBrowser.launch();
	const page = await context.newPage();
	await page.goto('/');
	await controlled(page);
	const session = await context.newCDPSession(page);
	const manifest = await session.send('Page.getAppManifest');
	expect(manifest.errors).toEqual([]);
	await expect(async () => {
		const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
		expect(installabilityErrors).toEqual([]);
	}).toPass();

	const { id, icons, shortcuts, screenshots } = JSON.parse(manifest.data ?? '{}') as {
		id: string;
		icons: { src: string; purpose?: string }[];
		shortcuts: { name: string; url: string }[];
		screenshots?: { src: string }[];
	};
	expect(id).toBe('/');
	expect(icons.map(({ purpose }) => purpose)).toEqual(
		expect.arrayContaining(['maskable', 'monochrome'])
	);
	expect(shortcuts.map(({ name }) => name)).toEqual(['New chat', 'Settings']);
	for (const { src } of [...icons, ...(screenshots ?? [])]) {
		expect((await page.request.get(src)).status(), src).toBe(200);
	}
});

test('every page opens without a server, after a cold start', async ({
	persistentBrowser,
	server
}) => {
	const context = await persistentBrowser.launch();
	const page = await context.newPage();
	await page.goto('/');
	await controlled(page);
	await persistentBrowser.close();
	await server.stop();
	try {
		const again = await persistentBrowser.launch();
		const watch = new ConsoleWatch(again);
		for (const path of ['/', '/c/x', '/settings/data']) {
			const offline = await again.newPage();
			const response = await offline.goto(path);
			expect(response?.fromServiceWorker(), path).toBe(true);
			await expect(offline.locator('.app')).not.toBeEmpty();
			await offline.close();
		}
		expect(watch.complaints).toEqual([]);
	} finally {
		await server.restart();
	}
});

test('the service worker keeps nothing but the shell', async ({ page }) => {
	await page.goto('/');
	await controlled(page);
	const kept = await page.evaluate(async () => {
		const urls: string[] = [];
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			urls.push(...(await cache.keys()).map(({ url }) => new URL(url).pathname));
		}
		return urls;
	});
	for (const page of ['/', '/c/open', '/shell.html']) expect(kept).toContain(page);
	expect(kept.some((path) => path.startsWith('/_app/immutable/workers/engine'))).toBe(true);
	expect(
		kept.filter((path) => /^\/(_headers|_redirects|screenshots|api|_\/)|lazy/.test(path))
	).toEqual([]);
});

test.describe('without JavaScript', () => {
	test.use({ javaScriptEnabled: false });

	test('a sentence says what is needed', async ({ page }) => {
		await page.goto('/');
		const sentence = page.locator('noscript p');
		await expect(sentence).toBeVisible();
		await expect(sentence).toHaveText(/Parlance needs JavaScript/);
		await expect(sentence).toHaveCSS('text-align', 'center');
		await expect(page.getByRole('textbox')).toHaveCount(0);
	});
});
