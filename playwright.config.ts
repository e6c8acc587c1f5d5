import { defineConfig, devices } from '@playwright/test';
import { chromiumArgs, findChromium, findFirefox } from './scripts/browser.js';

const chromiumPath = findChromium();
const firefoxPath = findFirefox();

const chromium = {
	name: 'chromium',
	use: {
		...devices['Desktop Chrome'],
		launchOptions: {
			...(chromiumPath !== undefined && { executablePath: chromiumPath }),
			args: chromiumArgs
		}
	}
};
const firefox = {
	name: 'firefox',
	testMatch: /(?:smoke|private)\.e2e\.ts/,
	use: {
		...devices['Desktop Firefox'],
		channel: 'moz-firefox',
		launchOptions: { ...(firefoxPath !== undefined && { executablePath: firefoxPath }) }
	}
};

// Serves the build that is there: run `npm run build` first, or `npm test`.
export default defineConfig({
	testDir: 'e2e',
	testMatch: '**/*.e2e.ts',
	fullyParallel: true,
	workers: 2,
	forbidOnly: process.env['CI'] !== undefined,
	// Journeys of several pages take a slow machine a while; a hang is a hang at any limit.
	timeout: 120_000,
	globalTimeout: 2_600_000,
	expect: { timeout: 20_000 },
	reporter: 'list',
	use: { screenshot: 'only-on-failure', trace: 'retain-on-failure' },
	projects: firefoxPath === undefined ? [chromium] : [chromium, firefox]
});
