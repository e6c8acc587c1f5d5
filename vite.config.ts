import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/**
 * Libraries of some weight that few pages need. Their chunks lie in a folder of their own, which the
 * service worker leaves to the first use.
 */
const lazyLibraries = /\/node_modules\/(?:katex|highlight\.js\/(?:es|lib)\/languages)\//;

/**
 * What the first screen shows, with all it imports, is one chunk: the start of the app fetches it
 * with its first requests, and it compresses better than its parts.
 */
const firstScreen =
	/\/src\/routes\/(?:\+layout|\+error|\(chat\)\/\+layout|\(chat\)\/\+page)\.svelte$/;

/** After Kit, which names the chunks otherwise. */
const lazyChunks: Plugin = {
	name: 'lazy-chunks',
	enforce: 'post',
	apply: 'build',
	// Kit builds twice, and says here which build this is.
	config: ({ build }) =>
		build?.ssr === true
			? {}
			: {
					build: {
						rolldownOptions: {
							output: {
								codeSplitting: {
									groups: [{ name: 'first-screen', test: firstScreen }]
								},
								chunkFileNames: ({ moduleIds }) =>
									moduleIds.some((id) => lazyLibraries.test(id))
										? '_app/immutable/lazy/[hash].js'
										: '_app/immutable/chunks/[hash].js'
							}
						}
					}
				}
};

export default defineConfig({
	plugins: [sveltekit(), lazyChunks],
	// The build for browsers of today; the package's own entry picks the one for those of yesterday.
	resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
	worker: {
		format: 'es',
		// As in pages, where Vite sees to it itself: hints for bundlers are of no use to a browser.
		rolldownOptions: { output: { comments: { annotation: false, jsdoc: false } } }
	},
	build: { rolldownOptions: { checks: { bundlerTimings: false } } },
	// What only workers import would be found late, and then the dev server reloads the page.
	optimizeDeps: { entries: ['src/**/*.worker.ts'] }
});
