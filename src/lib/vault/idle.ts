import type { VaultClock } from './clock.ts';
import { isExpired } from './state.ts';
import type { StateRow } from './store.ts';

/** A sign of activity is ignored this soon after the last one. */
const stepMs = 5_000;

/**
 * How long nobody has used the app, as far as this tab knows: the later of what is stored and the
 * signs that it saw or heard of. Times are ms since the epoch.
 */
export class Idle {
	readonly #clock: VaultClock;
	readonly #ondue: () => void;
	#lastSign = 0;
	#cancelTimer: (() => void) | undefined;

	/** `ondue` is a convenience, and may come late: whoever needs to know asks `isOver`. */
	constructor(clock: VaultClock, ondue: () => void) {
		this.#clock = clock;
		this.#ondue = ondue;
	}

	/** A sign came so lately that another one would say nothing new. */
	get isFresh(): boolean {
		const passed = this.#clock.now() - this.#lastSign;
		return passed >= 0 && passed < stepMs;
	}

	/** Takes this moment as a sign of a person, also when the clock was set back; returns it. */
	mark(): number {
		this.#lastSign = this.#clock.now();
		return this.#lastSign;
	}

	/** Another tab saw a sign. It cannot be later than now. */
	heard(at: number): void {
		this.#lastSign = Math.max(this.#lastSign, Math.min(at, this.#clock.now()));
	}

	/** Whether the idle time that is set is over. */
	isOver(state: StateRow): boolean {
		return isExpired(state, { lastSign: this.#lastSignOf(state), now: this.#clock.now() });
	}

	/** Calls `ondue` once when the idle time that is set ends; `undefined` calls it off. */
	watch(state: StateRow | undefined): void {
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		if (!state || state.autoLockMs === null) return;
		const due = this.#lastSignOf(state) + state.autoLockMs - this.#clock.now();
		this.#cancelTimer = this.#clock.after(Math.max(0, due), this.#ondue);
	}

	#lastSignOf({ lastActivity }: StateRow): number {
		return Math.max(lastActivity, this.#lastSign);
	}
}
