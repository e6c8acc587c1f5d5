import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import adapter from '@sveltejs/adapter-static';

/** Every file below a folder, in a stable order. @param {string} folder @returns {string[]} */
function filesBelow(folder) {
	return readdirSync(folder, { withFileTypes: true })
		.toSorted((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => {
			const path = join(folder, entry.name);
			return entry.isDirectory() ? filesBelow(path) : [path];
		});
}

/**
 * The app version is a hash of everything that goes into the build. `/` is precached under it, so
 * it must change with every change and must not change without one.
 */
function contentHash() {
	const hash = createHash('sha256');
	const roots = ['package-lock.json', 'svelte.config.js', 'vite.config.ts', 'tsconfig.json'];
	for (const path of [...roots, ...filesBelow('src'), ...filesBelow('static')]) {
		hash.update(path).update('\0').update(readFileSync(path)).update('\0');
	}
	return hash.digest('hex').slice(0, 16);
}

/** What src/hooks.server.ts writes into each page. */
const early = createHash('sha256').update(readFileSync('src/early.js')).digest('base64');

/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	kit: {
		adapter: adapter({
			pages: 'build',
			assets: 'build',
			// For every address but those of conversations, which are rendered at build time.
			fallback: 'shell.html',
			precompress: true
		}),
		// workbox-window registers it: see src/lib/app
		serviceWorker: { register: false },
		paths: { relative: false },
		prerender: { crawl: false, entries: ['/', '/c/open'] },
		version: { name: process.env['APP_VERSION'] ?? contentHash() },
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['none'],
				'script-src': ['self', `sha256-${early}`],
				'style-src': ['self'],
				// Kit's route announcer carries a style attribute; this is its hash.
				'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
				'img-src': ['self', 'data:', 'blob:'],
				'font-src': ['self'],
				'worker-src': ['self'],
				'manifest-src': ['self'],
				// Loopback only, for the browser's local-network permission prompt; providers are
				// reached from the engine worker, which has a policy of its own.
				'connect-src': ['self', 'http://localhost:*', 'http://127.0.0.1:*'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['none'],
				'require-trusted-types-for': ['script'],
				'trusted-types': ['svelte-trusted-html', 'dompurify', 'app-url']
			}
		}
	}
};
