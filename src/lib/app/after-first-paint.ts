/** When the page has nothing to do, or has had enough to do for so long (ms). Safari cannot tell. */
export function whenIdle(timeout: number): Promise<void> {
	return new Promise((resolve) => {
		if ('requestIdleCallback' in window)
			requestIdleCallback(
				() => {
					resolve();
				},
				{ timeout }
			);
		else setTimeout(resolve, Math.min(timeout, 500));
	});
}

/** For what can wait until the page is there and has nothing to do. */
export async function afterFirstPaint(): Promise<void> {
	if (document.readyState !== 'complete')
		await new Promise((resolve) => {
			addEventListener('load', resolve, { once: true });
		});
	await whenIdle(3000);
}

/** Frames are not made in the background: by then it is late enough (ms). */
const NO_FRAME = 300;

/** After the next frame is made, or soon where none is. */
export function afterNextFrame(): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, NO_FRAME);
		requestAnimationFrame(() => {
			clearTimeout(timer);
			setTimeout(resolve);
		});
	});
}
