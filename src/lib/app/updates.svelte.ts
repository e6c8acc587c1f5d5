import { dev } from '$app/env';
import { afterFirstPaint } from './after-first-paint.ts';
import type { UpdateSource } from './update-source.ts';

/** What a part of the page says before the page is reloaded. */
export interface ReloadGuard {
	/** False while a reload would take something away: an open editor, a running answer. */
	readonly mayReload?: () => boolean | Promise<boolean>;
	/** Saves what can be saved, such as the draft. */
	readonly beforeReload?: () => void | Promise<void>;
}

/** What `Updates` needs from outside. */
export interface UpdatesEnvironment {
	/** Undefined where there is no service worker to ask. */
	readonly openSource: () => Promise<UpdateSource | undefined>;
	readonly locks: Pick<LockManager, 'query'>;
	readonly reload: () => void;
	/** How often running answers are looked for while a new version waits, in ms. */
	readonly lookMs: number;
}

/** How often the server is asked for a new version, in ms. */
const CHECK_MS = 60 * 60 * 1000;

/**
 * New versions of the app. One is offered only while no tab is receiving an answer, and takes over
 * when a person says so. Then every tab reloads by itself if nothing stands against it; one in which
 * something does offers the reload again, for when it suits.
 */
export class Updates {
	/** waiting: a new version stands ready. replaced: it has taken over, and this page is the old one. */
	#step = $state.raw<'none' | 'waiting' | 'replaced'>('none');
	#isBusy = $state.raw(false);
	#isPutOff = $state.raw(false);
	#isChosen = false;
	#source: UpdateSource | undefined;
	#looking: ReturnType<typeof setInterval> | undefined;
	#guards: readonly ReloadGuard[] = [];
	readonly #environment: UpdatesEnvironment;

	constructor(environment: UpdatesEnvironment = browserEnvironment) {
		this.#environment = environment;
	}

	/** Whether to offer a reload now. */
	get available(): boolean {
		return this.#step !== 'none' && !this.#isBusy && !this.#isPutOff;
	}

	/** Whether another tab has already changed to the new version, which this page then lacks. */
	get isBehind(): boolean {
		return this.#step === 'replaced';
	}

	/**
	 * Registers the service worker, and looks for a new version then, hourly, and when the page is
	 * shown again after an hour. Stops with the signal.
	 */
	async start(signal: AbortSignal): Promise<void> {
		const source = await this.#environment.openSource();
		if (source === undefined || signal.aborted) return;
		this.#source = source;
		try {
			await source.start({
				waiting: () => void this.#onWaiting(),
				replaced: () => void this.#onReplaced()
			});
		} catch {
			// Refused by the browser, or no network at the first visit: the app works without it.
			return;
		}
		let checkedAt = performance.now();
		const check = () => {
			if (document.hidden || performance.now() - checkedAt < CHECK_MS) return;
			checkedAt = performance.now();
			source.check().catch(() => undefined);
		};
		const timer = setInterval(check, CHECK_MS / 4);
		document.addEventListener('visibilitychange', check, { signal });
		signal.addEventListener('abort', () => {
			clearInterval(timer);
			clearInterval(this.#looking);
		});
	}

	/** Asks a part of the page before each reload; the result takes it off again. */
	guard(guard: ReloadGuard): () => void {
		this.#guards = [...this.#guards, guard];
		return () => {
			this.#guards = this.#guards.filter((other) => other !== guard);
		};
	}

	/** “Reload”: changes to the new version, unless an answer has begun to arrive in some tab. */
	async apply(): Promise<void> {
		await this.#look();
		if (this.#isBusy) return;
		if (this.#step === 'replaced') {
			await this.#reload();
			return;
		}
		this.#isChosen = true;
		this.#source?.activate();
	}

	/** “Later”: says nothing more of this version. */
	putOff(): void {
		this.#isPutOff = true;
		clearInterval(this.#looking);
	}

	async #onWaiting(): Promise<void> {
		this.#step = 'waiting';
		await this.#offer();
	}

	async #onReplaced(): Promise<void> {
		this.#step = 'replaced';
		await this.#look();
		if (!this.#isBusy && (this.#isChosen || (await this.#mayReload()))) await this.#reload();
		else await this.#offer();
	}

	async #offer(): Promise<void> {
		this.#isPutOff = false;
		await this.#look();
		clearInterval(this.#looking);
		this.#looking = setInterval(() => void this.#look(), this.#environment.lookMs);
	}

	/** Locks tell no one when they are taken or let go, so they have to be looked at. */
	async #look(): Promise<void> {
		const { held = [] } = await this.#environment.locks.query();
		this.#isBusy = held.some(({ name }) => name?.startsWith('generation:') === true);
	}

	async #mayReload(): Promise<boolean> {
		for (const guard of this.#guards) {
			if (guard.mayReload !== undefined && !(await guard.mayReload())) return false;
		}
		return true;
	}

	async #reload(): Promise<void> {
		clearInterval(this.#looking);
		for (const guard of this.#guards) await guard.beforeReload?.();
		this.#environment.reload();
	}
}

const browserEnvironment: UpdatesEnvironment = {
	async openSource() {
		if (dev || !('serviceWorker' in navigator)) return undefined;
		await afterFirstPaint();
		const { serviceWorkerUpdates } = await import('./update-source.ts');
		return serviceWorkerUpdates();
	},
	get locks() {
		return navigator.locks;
	},
	reload() {
		location.reload();
	},
	lookMs: 2000
};
