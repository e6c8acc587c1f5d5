/** How long a key says “Copied” (ms). */
const SHOWN = 1500;

/** A copy key's state: says for a moment that it worked. */
export class Copied {
	#isNow = $state(false);
	#timer: ReturnType<typeof setTimeout> | undefined;

	get isNow(): boolean {
		return this.#isNow;
	}

	async copy(text: string): Promise<void> {
		await navigator.clipboard.writeText(text);
		this.#isNow = true;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.#isNow = false;
		}, SHOWN);
	}
}
