/** For what can wait until the page is there and has nothing to do; Safari has no idle callback. */
export function afterFirstPaint(): Promise<void> {
	return new Promise((resolve) => {
		const idle = () => {
			if ('requestIdleCallback' in window) {
				requestIdleCallback(
					() => {
						resolve();
					},
					{ timeout: 3000 }
				);
			} else setTimeout(resolve, 500);
		};
		if (document.readyState === 'complete') idle();
		else addEventListener('load', idle, { once: true });
	});
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
