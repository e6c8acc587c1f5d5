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
	 * Holds events until the app says that it takes them: one for each element, the last.
	 * @template {Event} T
	 * @param {string} type @param {string} until
	 * @param {(event: T) => { element: Element, later: () => void } | undefined} find what the event is
	 * about, and what to do about it later; undefined: it is none of ours
	 */
	function hold(type, until, find) {
		/** @type {Map<Element, () => void>} */
		const held = new Map();
		const holding = new AbortController();
		addEventListener(
			type,
			(event) => {
				const found = event.isTrusted ? find(/** @type {T} */ (event)) : undefined;
				if (found === undefined) return;
				event.stopImmediatePropagation();
				held.set(found.element, found.later);
			},
			{ capture: true, signal: holding.signal }
		);
		addEventListener(
			until,
			() => {
				holding.abort();
				for (const later of held.values()) later();
			},
			{ once: true }
		);
		setTimeout(() => {
			holding.abort();
		}, PATIENCE);
	}

	/** @param {MouseEvent} event */
	function findKey(event) {
		if (!(event.target instanceof Element) || event.button !== 0) return undefined;
		if (event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
		/** @type {HTMLElement | null} */
		const element = event.target.closest('a, button');
		if (element === null) return undefined;
		event.preventDefault();
		return {
			element,
			later() {
				element.click();
			}
		};
	}

	/**
	 * Enter makes its new line, since it may be meant so. Where it sends, the line is taken back and
	 * the text sent, unless one has written on: then it is for the person to say.
	 * @param {KeyboardEvent} event
	 */
	function findEnter(event) {
		const element = field();
		if (event.key !== 'Enter' || element === null || event.target !== element) return undefined;
		/** @type {{ readonly keyCode: number }} */
		const { keyCode } = event;
		if (event.isComposing || keyCode === TAKEN_BY_IME || event.shiftKey || isTouch)
			return undefined;
		/** @param {string} text */
		const write = (text) => {
			element.value = text;
			element.dispatchEvent(new Event('input', { bubbles: true }));
		};
		return {
			element,
			later() {
				const text = element.value;
				if (!text.endsWith('\n')) return;
				write(text.slice(0, -1));
				if (element.dispatchEvent(new KeyboardEvent('keydown', event))) write(text);
			}
		};
	}

	hold('click', 'app-hears', findKey);
	// How Enter is meant stands in the settings.
	hold('keydown', 'app-knows', findEnter);

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
