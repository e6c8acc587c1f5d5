/** Height of a message before any was measured (CSS px). */
const GUESS = 220;
/** An average of fewer says little. */
const ENOUGH = 4;

/** The heights of messages in the page, and what the others are reckoned to have. CSS px. */
export class MessageHeights {
	readonly #heights = new Map<Element, number>();
	#total = 0;
	#count = 0;

	/** Of all that were ever measured. */
	get average(): number {
		return this.#count < ENOUGH ? GUESS : this.#total / this.#count;
	}

	/** Notes a height. @returns the one before, undefined for the first */
	note(element: Element, height: number): number | undefined {
		const before = this.#heights.get(element);
		this.#heights.set(element, height);
		if (before === undefined) {
			this.#total += height;
			this.#count += 1;
		}
		return before;
	}

	/** It has left the page; what it told of the average stays. */
	forget(element: Element): void {
		this.#heights.delete(element);
	}
}
