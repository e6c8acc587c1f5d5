import { offsetsOf, scrollTo, sliceOf, type Slice } from './slice.ts';

/** Which of many lines are near the view of what scrolls them. All lengths in CSS px. */
export class SlicedView<Line> {
	#scroller: HTMLElement | undefined;
	#top = $state(0);
	#height = $state(480);
	readonly #lines: () => readonly Line[];
	readonly #offsets: readonly number[];
	readonly #slice: Slice;

	constructor(lines: () => readonly Line[], heightOf: (line: Line) => number) {
		this.#lines = lines;
		this.#offsets = $derived(offsetsOf(lines().map(heightOf)));
		this.#slice = $derived(sliceOf(this.#offsets, { top: this.#top, height: this.#height }));
	}

	/** The lines that have to be in the page. */
	get lines(): readonly Line[] {
		return this.#lines().slice(this.#slice.from, this.#slice.to);
	}

	/** Where the first of them stands. */
	get top(): number {
		return this.#slice.top;
	}

	/** The height of all lines. */
	get total(): number {
		return this.#slice.total;
	}

	/** The height of the view. */
	get height(): number {
		return this.#height;
	}

	/** Scrolls no further than it takes to show the whole line. */
	reveal(line: number): void {
		if (this.#scroller === undefined) return;
		const top = scrollTo(this.#offsets, line, { top: this.#top, height: this.#height });
		this.#scroller.scrollTop = top;
		this.#top = top;
	}

	/** An attachment for the element that scrolls. */
	readonly scroller = (element: HTMLElement) => {
		this.#scroller = element;
		const follow = () => {
			this.#top = element.scrollTop;
		};
		const measure = () => {
			this.#height = element.clientHeight;
		};
		const sizes = new ResizeObserver(measure);
		measure();
		element.addEventListener('scroll', follow, { passive: true });
		sizes.observe(element);
		return () => {
			element.removeEventListener('scroll', follow);
			sizes.disconnect();
			this.#scroller = undefined;
		};
	};
}
