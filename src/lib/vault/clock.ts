export interface VaultClock {
	/** ms since epoch; must go on while the machine sleeps. */
	now(): number;
	/** Calls back once after `ms`, or later; returns a cancel function. */
	after(ms: number, callback: () => void): () => void;
}

export const systemClock: VaultClock = {
	now: () => Date.now(),
	after(ms, callback) {
		const timer = setTimeout(callback, ms);
		return () => {
			clearTimeout(timer);
		};
	}
};
