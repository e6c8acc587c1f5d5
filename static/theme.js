// Runs before the first paint: the theme is right in the first frame.
(() => {
	let theme = 'system';
	try {
		theme = localStorage.getItem('theme') ?? 'system';
	} catch {
		// Storage refused: the system's theme it is.
	}
	document.documentElement.dataset.theme = theme;
})();
