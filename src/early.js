// Stands in the page itself and runs before its first paint, long before the app: the theme is right
// in the first frame, and what is pressed in a page that was rendered at build time is not lost.
(() => {
	const root = document.documentElement;
	/** @param {string} key */
	const stored = (key) => {
		try {
			return localStorage.getItem(key);
		} catch {
			// Storage refused: as on a first visit.
			return null;
		}
	};
	root.dataset['theme'] = stored('theme') ?? 'system';
	root.dataset['sidebar'] = stored('sidebar') ?? 'open';
	// Whoever locked it sees nothing before the lock.
	if (stored('lock') !== null) root.dataset['locked'] = '';

	/** How long presses wait for an app that does not come (ms). */
	const PATIENCE = 10_000;
	/** Some browsers say in this way alone that an input method has taken a key. */
	const TAKEN_BY_IME = 229;
	const field = () =>
		/** @type {HTMLTextAreaElement | null} */ (document.querySelector('[data-key="message"]'));
	const isTouch = matchMedia('(pointer: coarse)').matches;
	/** @type {(() => void)[]} */
	const held = [];
	const holding = new AbortController();
	const options = { capture: true, signal: holding.signal };

	/** @param {Event} event @param {() => void} again */
	function hold(event, again) {
		event.preventDefault();
		event.stopImmediatePropagation();
		held.push(again);
	}

	addEventListener(
		'click',
		(event) => {
			if (!event.isTrusted || !(event.target instanceof Element)) return;
			/** @type {HTMLElement | null} */
			const key = event.target.closest('a, button');
			if (key !== null && event.button === 0 && !event.ctrlKey && !event.metaKey)
				hold(event, () => {
					key.click();
				});
		},
		options
	);
	addEventListener(
		'keydown',
		(event) => {
			const text = field();
			if (event.key !== 'Enter' || event.target !== text || text === null) return;
			/** @type {{ readonly keyCode: number }} */
			const { keyCode } = event;
			if (event.isComposing || keyCode === TAKEN_BY_IME || event.shiftKey || isTouch) return;
			hold(event, () => {
				if (!text.dispatchEvent(new KeyboardEvent('keydown', event))) return;
				text.setRangeText('\n', text.selectionStart, text.selectionEnd, 'end');
				text.dispatchEvent(new Event('input', { bubbles: true }));
			});
		},
		options
	);
	setTimeout(() => {
		holding.abort();
	}, PATIENCE);
	// The app hears, and knows how Enter is meant here.
	addEventListener(
		'app-ready',
		() => {
			holding.abort();
			for (const again of held) again();
		},
		{ once: true, signal: holding.signal }
	);

	document.addEventListener('DOMContentLoaded', () => {
		if (!isTouch && location.pathname === '/') field()?.focus();
	});
})();
