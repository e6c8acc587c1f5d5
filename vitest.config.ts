import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import { chromiumArgs, findChromium } from './scripts/browser.js';
import viteConfig from './vite.config.ts';

const chromiumPath = findChromium();

export default mergeConfig(
	viteConfig,
	defineConfig({
		test: {
			// A busy machine is not a failure.
			testTimeout: 20_000,
			hookTimeout: 20_000,
			projects: [
				{
					extends: true,
					test: {
						name: 'node',
						environment: 'node',
						include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'sync-server/**/*.test.ts'],
						exclude: ['src/**/*.svelte.test.ts']
					}
				},
				{
					extends: true,
					test: {
						name: 'browser',
						include: ['src/**/*.svelte.test.ts'],
						globalSetup: ['src/lib/providers/testing/browser-setup.ts'],
						browser: {
							enabled: true,
							headless: true,
							screenshotFailures: false,
							provider: playwright({
								launchOptions: {
									...(chromiumPath !== undefined && { executablePath: chromiumPath }),
									args: chromiumArgs
								}
							}),
							instances: [{ browser: 'chromium' }]
						}
					}
				}
			]
		}
	})
);
