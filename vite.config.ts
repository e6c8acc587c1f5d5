import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	build: { rolldownOptions: { checks: { bundlerTimings: false } } },
	// Imported only inside workers: found late, they would make the dev server reload the page.
	optimizeDeps: {
		include: [
			'libsodium-wrappers-sumo',
			'openai',
			'@anthropic-ai/sdk',
			'@google/genai/web',
			'ollama/browser'
		]
	}
});
