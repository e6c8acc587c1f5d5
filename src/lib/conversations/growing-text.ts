/**
 * The text of one part of a running answer as a tab sees it: flushed rows and deltas, which may
 * come in any order, late, twice, or not at all. What is shown never shrinks and never has a hole.
 */
export class GrowingText {
	#text = '';
	/** Deltas from beyond the end, until a flush fills the gap. */
	readonly #ahead = new Map<number, string>();

	get text(): string {
		return this.#text;
	}

	/** A row was flushed. @returns whether the text grew */
	flush(text: string): boolean {
		const before = this.#text.length;
		if (text.length > before) this.#text = text;
		this.#drain();
		return this.#text.length > before;
	}

	/** A delta arrived; `offset` in UTF-16 units. @returns whether the text grew */
	push(offset: number, text: string): boolean {
		const before = this.#text.length;
		if (offset > before) {
			this.#ahead.set(offset, text);
			return false;
		}
		const known = before - offset;
		if (known < text.length) this.#text += known === 0 ? text : text.slice(known);
		this.#drain();
		return this.#text.length > before;
	}

	#drain(): void {
		if (this.#ahead.size === 0) return;
		const offsets = [...this.#ahead.keys()].sort((a, b) => a - b);
		for (const offset of offsets) {
			if (offset > this.#text.length) return;
			const text = this.#ahead.get(offset) ?? '';
			this.#ahead.delete(offset);
			const known = this.#text.length - offset;
			if (known < text.length) this.#text += text.slice(known);
		}
	}
}
