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
