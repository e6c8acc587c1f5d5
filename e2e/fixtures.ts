import { test as base, type BrowserContextOptions, type LaunchOptions } from '@playwright/test';
import { AppPage } from './app-page.ts';
import { ConsoleWatch } from './console.ts';
import { PersistentBrowser } from './persistent.ts';
import { FakeProvider } from './provider.ts';
import { AppServer, type AppServerOptions } from './server.ts';

export { expect } from '@playwright/test';

interface TestFixtures {
	/** Console messages that this test expects; any other error or warning fails it. */
	allowedMessages: RegExp[];
	/** The console of all pages of `context`; checked at the end of each test. */
	consoleWatch: ConsoleWatch;
	/** A browser with a profile on disk (Chromium), not started yet. */
	persistentBrowser: PersistentBrowser;
	/** The app in `page`, by roles and names. */
	app: AppPage;
	/** An OpenAI-compatible provider of this test alone. */
	provider: FakeProvider;
}

interface WorkerFixtures {
	serverOptions: AppServerOptions;
	/** The app, served to this worker alone. Whoever stops it starts it again. */
	server: AppServer;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
	serverOptions: [{}, { option: true, scope: 'worker' }],
	server: [
		async ({ serverOptions }, use) => {
			const server = await AppServer.start(serverOptions);
			await use(server);
			await server.dispose();
		},
		{ scope: 'worker' }
	],
	baseURL: async ({ server }, use) => {
		await use(server.url);
	},
	allowedMessages: [[], { option: true }],
	consoleWatch: [
		async ({ context, allowedMessages }, use, info) => {
			const watch = new ConsoleWatch(context, allowedMessages);
			await use(watch);
			if (info.status === info.expectedStatus) base.expect(watch.complaints).toEqual([]);
		},
		{ auto: true }
	],
	app: async ({ page }, use) => {
		await use(new AppPage(page));
	},
	provider: async ({ server }, use) => {
		const provider = await FakeProvider.start(server.url);
		await use(provider);
		await provider.close();
	},
	persistentBrowser: async ({ launchOptions, viewport, baseURL }, use) => {
		const options: LaunchOptions & BrowserContextOptions = { ...launchOptions, viewport };
		const browser = new PersistentBrowser({
			...options,
			...(baseURL !== undefined && { baseURL })
		});
		await use(browser);
		await browser.dispose();
	}
});
