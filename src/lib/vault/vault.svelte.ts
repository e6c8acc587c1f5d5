/**
 * The vault as the page sees it: its status as runes state, and its verbs. No key ever comes here;
 * passphrases go through to the engine and are not kept.
 */
import type { PassphraseResult, UnlockResult, VaultStatus, VaultVerbs } from './types.ts';

/** Signs of activity are passed on at most this often. */
const activityStepMs = 5_000;

/** Made once for the page; its status is undefined until the engine has told it. */
export class VaultView {
	readonly #verbs: VaultVerbs;
	readonly #now: () => number;
	#status = $state.raw<VaultStatus>();
	#toldActivity = -Infinity;

	constructor(verbs: VaultVerbs, now: () => number = () => performance.now()) {
		this.#verbs = verbs;
		this.#now = now;
	}

	/** Resolves with the first status; from then on the state follows. Call once. */
	async connect(): Promise<void> {
		await this.#verbs.subscribe((status) => {
			this.#status = status;
		});
		this.#status ??= await this.#verbs.status();
	}

	/** `undefined` until connected. */
	get status(): VaultStatus | undefined {
		return this.#status;
	}

	/** Whether the app has to be hidden behind the lock screen. */
	get isLocked(): boolean {
		return this.#status?.state === 'locked';
	}

	unlock(passphrase: string): Promise<UnlockResult> {
		return this.#verbs.unlock(passphrase);
	}

	lock(): Promise<void> {
		return this.#verbs.lock();
	}

	setPassphrase(passphrase: string): Promise<PassphraseResult> {
		return this.#verbs.setPassphrase(passphrase);
	}

	changePassphrase(current: string, next: string): Promise<PassphraseResult> {
		return this.#verbs.changePassphrase(current, next);
	}

	removePassphrase(current: string): Promise<PassphraseResult> {
		return this.#verbs.removePassphrase(current);
	}

	setAutoLock(ms: number | null): Promise<void> {
		return this.#verbs.setAutoLock(ms);
	}

	reset(): Promise<void> {
		return this.#verbs.reset();
	}

	/**
	 * Tells the engine about signs of a person in this window, and makes it look at the clock when
	 * the window is shown again: timers may have been frozen. Returns a function that ends it.
	 */
	watch(window: Window): () => void {
		const ending = new AbortController();
		const active = () => {
			const now = this.#now();
			if (this.#status?.state !== 'unlocked' || now - this.#toldActivity < activityStepMs) return;
			this.#toldActivity = now;
			// A failure shows at the next order; the engine has dropped its keys then.
			this.#verbs.activity().catch(() => undefined);
		};
		const shown = () => {
			if (window.document.visibilityState === 'visible')
				this.#verbs.status().catch(() => undefined);
		};
		const options = { signal: ending.signal, capture: true, passive: true };
		for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove']) {
			window.addEventListener(type, active, options);
		}
		window.document.addEventListener('visibilitychange', shown, options);
		window.addEventListener('pageshow', shown, options);
		return () => {
			ending.abort();
		};
	}
}
