import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/**
 * Libraries of some weight that few pages need. Their chunks lie in a folder of their own, which the
 * service worker leaves to the first use.
 */
const lazyLibraries = /\/node_modules\/(?:katex|highlight\.js\/(?:es|lib)\/languages)\//;

/** After Kit, which names the chunks otherwise. */
const lazyChunks: Plugin = {
	name: 'lazy-chunks',
	enforce: 'post',
	apply: 'build',
	config: (_, { isSsrBuild }) =>
		isSsrBuild === true
			? {}
			: {
					build: {
						rolldownOptions: {
							output: {
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
	worker: { format: 'es' },
	build: { rolldownOptions: { checks: { bundlerTimings: false } } },
	// What only workers import would be found late, and then the dev server reloads the page.
	optimizeDeps: { entries: ['src/**/*.worker.ts'] }
});
