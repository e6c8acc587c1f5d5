/** How long a key says “Copied” (ms). */
const SHOWN = 1500;

/** A copy key's state: says for a moment that it worked. */
export class Copied {
	#isNow = $state(false);
	#timer: ReturnType<typeof setTimeout> | undefined;

	get isNow(): boolean {
		return this.#isNow;
	}

	/** Rejects when the browser refuses, or the text does not come. */
	async copy(text: string | Promise<string>): Promise<void> {
		if (typeof text === 'string') await navigator.clipboard.writeText(text);
		// Safari lets a page write only what it promised within the click.
		else await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text })]);
		this.#isNow = true;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.#isNow = false;
		}, SHOWN);
	}
}
