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

	/**
	 * Holds events until the app says that it takes them.
	 * @template {Event} T
	 * @param {string} type @param {string} until
	 * @param {(event: T) => (() => void) | undefined} again does later what the event is about; undefined: is none of ours
	 */
	function hold(type, until, again) {
		/** @type {(() => void)[]} */
		const held = [];
		const holding = new AbortController();
		const { signal } = holding;
		addEventListener(
			type,
			(event) => {
				const later = event.isTrusted ? again(/** @type {T} */ (event)) : undefined;
				if (later === undefined) return;
				event.preventDefault();
				event.stopImmediatePropagation();
				held.push(later);
			},
			{ capture: true, signal }
		);
		addEventListener(
			until,
			() => {
				holding.abort();
				for (const later of held) later();
			},
			{ signal }
		);
		setTimeout(() => {
			holding.abort();
		}, PATIENCE);
	}

	/** @param {MouseEvent} event */
	function clickLater(event) {
		if (!(event.target instanceof Element) || event.button !== 0) return undefined;
		if (event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
		/** @type {HTMLElement | null} */
		const key = event.target.closest('a, button');
		return key === null
			? undefined
			: () => {
					key.click();
				};
	}

	/** @param {KeyboardEvent} event */
	function enterLater(event) {
		const text = field();
		if (event.key !== 'Enter' || event.target !== text || text === null) return undefined;
		/** @type {{ readonly keyCode: number }} */
		const { keyCode } = event;
		if (event.isComposing || keyCode === TAKEN_BY_IME || event.shiftKey || isTouch)
			return undefined;
		return () => {
			if (!text.dispatchEvent(new KeyboardEvent('keydown', event))) return;
			text.setRangeText('\n', text.selectionStart, text.selectionEnd, 'end');
			text.dispatchEvent(new Event('input', { bubbles: true }));
		};
	}

	hold('click', 'app-hears', clickLater);
	// How Enter is meant stands in the settings.
	hold('keydown', 'app-knows', enterLater);

	/** What would hold the first frame up. */
	function afterFirstFrame() {
		/** @type {HTMLTemplateElement | null} */
		const scripts = document.querySelector('#scripts');
		if (scripts !== null) document.head.append(scripts.content);
		const isNew = location.pathname === '/' && document.activeElement === document.body;
		if (isNew && !isTouch) field()?.focus();
	}
	document.addEventListener('DOMContentLoaded', () => {
		requestAnimationFrame(() => {
			setTimeout(afterFirstFrame);
		});
	});
})();
