/// <reference types="@sveltejs/kit" />
// Keeps the shell of the app, so that every page opens without a network. It answers for files of
// this origin alone: what the engine says to providers, and the sync server's own addresses, pass by.
import { ExpirationPlugin } from 'workbox-expiration';
import {
	cleanupOutdatedCaches,
	createHandlerBoundToURL,
	precacheAndRoute
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
import { build, files, prerendered, version } from '$service-worker';
import { isShell } from './shell.ts';

/** The page of every address that was not rendered at build time. */
const SHELL = '/shell.html';

const worker = self as unknown as ServiceWorkerGlobalScope;

precacheAndRoute([
	...build.filter(isShell).map((url) => ({ url, revision: null })),
	...[...files.filter(isShell), ...prerendered, SHELL].map((url) => ({ url, revision: version }))
]);
cleanupOutdatedCaches();

for (const [page, allowlist] of [
	['/', [/^\/(?:\?|$)/]],
	['/c/open', [/^\/c\//]],
	[SHELL, [/./]]
] as const)
	registerRoute(
		new NavigationRoute(createHandlerBoundToURL(page), {
			allowlist: [...allowlist],
			denylist: [/^\/api\//, /^\/_\//, /\.[^/]*$/]
		})
	);

// Languages, fonts and what workers import lazily: named by their content, kept once they were used.
registerRoute(
	({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/_app/immutable/'),
	new CacheFirst({
		cacheName: 'lazy',
		plugins: [new ExpirationPlugin({ maxEntries: 120, purgeOnQuotaError: true })]
	})
);

worker.addEventListener('message', (event) => {
	const data: unknown = event.data;
	if (typeof data !== 'object' || data === null || !('type' in data)) return;
	if (data.type === 'SKIP_WAITING') void worker.skipWaiting();
});
worker.addEventListener('activate', (event) => {
	event.waitUntil(worker.clients.claim());
});
