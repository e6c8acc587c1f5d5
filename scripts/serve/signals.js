/** @type {readonly NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Passes the signals that ask us to stop on to what runs; a second one kills it. Under npm, which
 * does not pass SIGTERM on, the end of npm counts as one.
 * @param {(signal: NodeJS.Signals) => void} stop
 * @returns {{ readonly asked: boolean, release(): void }} `asked`: whether one has come
 */
export function forwardSignals(stop) {
	let asked = false;
	/** @param {NodeJS.Signals} signal */
	const forward = (signal) => {
		stop(asked ? 'SIGKILL' : signal);
		asked = true;
	};
	for (const signal of signals) process.on(signal, forward);

	const parent = process.ppid;
	const watch =
		process.env['npm_lifecycle_event'] === undefined
			? undefined
			: setInterval(() => {
					if (process.ppid !== parent && !asked) forward('SIGTERM');
				}, 1000).unref();
	return {
		get asked() {
			return asked;
		},
		release() {
			clearInterval(watch);
			for (const signal of signals) process.off(signal, forward);
		}
	};
}
