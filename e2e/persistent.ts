import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	chromium,
	type BrowserContext,
	type BrowserContextOptions,
	type LaunchOptions
} from '@playwright/test';

/** A browser with a profile on disk, which can be killed as by `kill -9` and started again. */
export class PersistentBrowser {
	readonly #folder = mkdtempSync(join(tmpdir(), 'parlance-profile-'));
	readonly #options: LaunchOptions & BrowserContextOptions;
	#context: BrowserContext | undefined;

	constructor(options: LaunchOptions & BrowserContextOptions) {
		this.#options = options;
	}

	/** Starts the browser, with what its profile holds from before. */
	async launch(): Promise<BrowserContext> {
		this.#context = await chromium.launchPersistentContext(this.#folder, this.#options);
		return this.#context;
	}

	/** Ends all its processes at once, without a chance to save anything. */
	async kill(): Promise<void> {
		const context = this.#context;
		const browser = context?.browser();
		if (context === undefined || browser === null || browser === undefined) {
			throw new Error('There is no browser to kill.');
		}
		this.#context = undefined;
		const session = await browser.newBrowserCDPSession();
		const { processInfo } = await session.send('SystemInfo.getProcessInfo');
		const gone = new Promise((resolve) => browser.once('disconnected', resolve));
		// The browser first: it would start what it misses again.
		const ids = processInfo.toSorted((a, b) => rank(a.type) - rank(b.type)).map(({ id }) => id);
		for (const id of ids) killNow(id);
		await gone;
	}

	/** Closes the browser as a person does. The profile stays. */
	async close(): Promise<void> {
		await this.#context?.close();
		this.#context = undefined;
	}

	/** Closes it for good and removes its profile. */
	async dispose(): Promise<void> {
		await this.close();
		rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	}
}

const rank = (type: string): number => (type === 'browser' ? 0 : 1);

function killNow(id: number): void {
	try {
		process.kill(id, 'SIGKILL');
	} catch {
		// Gone with its parent.
	}
}
