/** Boxes that scroll sideways can be reached by keyboard, but only those that do scroll. */
const boxes = new WeakMap<Element, { readonly box: HTMLElement; readonly name: string }>();

/** Sizes change with every update of a growing text; a look now and then is enough. */
const quiet = 200;

const changed = new Set<Element>();
let timer = 0;

function look(): void {
	timer = 0;
	const scrolling = new Map<HTMLElement, { readonly name: string; readonly scrolls: boolean }>();
	for (const target of changed) {
		const watched = boxes.get(target);
		if (watched === undefined) continue;
		const { box, name } = watched;
		scrolling.set(box, { name, scrolls: box.scrollWidth > box.clientWidth + 1 });
	}
	changed.clear();
	for (const [box, { name, scrolls }] of scrolling) {
		if (scrolls === box.hasAttribute('tabindex')) continue;
		if (scrolls) {
			box.tabIndex = 0;
			// a group, not a region: a landmark for every table would drown the page's own
			box.setAttribute('role', 'group');
			box.setAttribute('aria-label', name);
		} else
			for (const attribute of ['tabindex', 'role', 'aria-label']) box.removeAttribute(attribute);
	}
}

const observer = new ResizeObserver((entries) => {
	for (const { target } of entries) changed.add(target);
	if (timer === 0) timer = window.setTimeout(look, quiet);
});

/** Keeps `box` focusable and named while `content` is wider than it. */
export function watchOverflow(box: HTMLElement, content: HTMLElement, name: string): void {
	for (const element of new Set([box, content])) {
		boxes.set(element, { box, name });
		observer.observe(element);
	}
}
