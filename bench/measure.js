/** Ways of measuring a page that every row shares. Times are ms unless said. */

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('playwright').CDPSession} Session */

/** @param {readonly number[]} values */
export function median(values) {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** `median (min–max)` @param {readonly number[]} values @param {number} [digits] */
export function spread(values, digits = 0) {
	const text = (/** @type {number} */ value) => value.toFixed(digits);
	return `${text(median(values))} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** Seconds of main-thread work so far. @param {Session} session */
async function busySeconds(session) {
	const { metrics } = await session.send('Performance.getMetrics');
	return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

/**
 * @typedef {object} Work
 * @property {number} busy main-thread time
 * @property {number} fps
 * @property {number} longTasks tasks over 50 ms
 */

/**
 * What the main thread does while `action` runs.
 * @param {Page} page @param {() => Promise<void>} action @returns {Promise<Work>}
 */
export async function measureWork(page, action) {
	const session = await page.context().newCDPSession(page);
	await session.send('Performance.enable');
	await page.evaluate(() => {
		const state = { frames: 0, longTasks: 0, start: performance.now(), running: true };
		Object.assign(globalThis, { benchState: state });
		new PerformanceObserver((list) => {
			state.longTasks += list.getEntries().length;
		}).observe({ entryTypes: ['longtask'] });
		const frame = () => {
			state.frames += 1;
			if (state.running) requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	});
	const before = await busySeconds(session);
	await action();
	const after = await busySeconds(session);
	const { fps, longTasks } = await page.evaluate(() => {
		/** @type {{ frames: number, longTasks: number, start: number, running: boolean }} */
		const state = Reflect.get(globalThis, 'benchState');
		state.running = false;
		const seconds = (performance.now() - state.start) / 1000;
		return { fps: state.frames / seconds, longTasks: state.longTasks };
	});
	await session.detach();
	return { busy: (after - before) * 1000, fps, longTasks };
}

/**
 * When (ms since the epoch) the frame after `text` first stood in the last answer was painted.
 * Start it before the text can arrive.
 * @param {Page} page @param {string} text @returns {Promise<number>}
 */
export function paintedAt(page, text) {
	return page.evaluate(
		(wanted) =>
			new Promise((resolve) => {
				const look = () => {
					const parts = document.querySelectorAll('[data-part="text"]');
					const last = parts[parts.length - 1];
					if (last?.textContent.includes(wanted) !== true) return;
					observer.disconnect();
					requestAnimationFrame(() => {
						const channel = new MessageChannel();
						channel.port1.onmessage = () => {
							resolve(performance.timeOrigin + performance.now());
						};
						channel.port2.postMessage(undefined);
					});
				};
				const observer = new MutationObserver(look);
				observer.observe(document.documentElement, {
					childList: true,
					subtree: true,
					characterData: true
				});
				look();
			}),
		text
	);
}

/** Bytes of live JavaScript objects. @param {Page} page */
export async function heapBytes(page) {
	const session = await page.context().newCDPSession(page);
	await session.send('HeapProfiler.enable');
	await session.send('HeapProfiler.collectGarbage');
	const { usedSize } = await session.send('Runtime.getHeapUsage');
	await session.detach();
	return usedSize;
}
