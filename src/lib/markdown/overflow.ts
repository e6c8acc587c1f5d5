/** Boxes that scroll sideways can be reached by keyboard, but only those that do scroll. */
const boxes = new WeakMap<Element, { readonly box: HTMLElement; readonly name: string }>();

const observer = new ResizeObserver((entries) => {
	for (const { target } of entries) {
		const watched = boxes.get(target);
		if (watched === undefined) continue;
		const { box, name } = watched;
		const scrolls = box.scrollWidth > box.clientWidth + 1;
		if (scrolls === box.hasAttribute('tabindex')) continue;
		if (scrolls) {
			box.tabIndex = 0;
			// a group, not a region: a landmark for every table would drown the page's own
			box.setAttribute('role', 'group');
			box.setAttribute('aria-label', name);
		} else
			for (const attribute of ['tabindex', 'role', 'aria-label']) box.removeAttribute(attribute);
	}
});

/** Keeps `box` focusable and named while `content` is wider than it. */
export function watchOverflow(box: HTMLElement, content: HTMLElement, name: string): void {
	for (const element of new Set([box, content])) {
		boxes.set(element, { box, name });
		observer.observe(element);
	}
}
