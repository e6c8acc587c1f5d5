/** Counts the tokens of a text, exactly. */
export type Tokenizer = (text: string) => number;

/** Families that use o200k, whoever serves them: a gateway puts its own name before a slash. */
const O200K = /(?:^|\/)(?:gpt-4o|gpt-4\.[1-9]|gpt-[5-9]|gpt-oss|chatgpt-4o|o[1-9](?:-|$))/i;

/** How long nothing must have been asked before a megabyte is parsed (ms). */
const QUIET = 1500;

export interface TokenizersOptions {
	readonly load: () => Promise<Tokenizer>;
	/** Nobody waits for this thread: no answer runs. */
	readonly isIdle: () => boolean;
}

/**
 * Exact tokenizers, where there are any. Loading one keeps the thread busy for a while, so it waits
 * for a quiet moment; until then, and where it cannot be loaded, there is none.
 */
export class Tokenizers {
	readonly #options: TokenizersOptions;
	#o200k: Tokenizer | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isOver = false;
	readonly #waiting: ((isThere: boolean) => void)[] = [];

	constructor(options: TokenizersOptions) {
		this.#options = options;
	}

	/** The tokenizer of a model, if it is there; else it is fetched in the next quiet moment. */
	of(modelId: string): Tokenizer | undefined {
		if (!O200K.test(modelId)) return undefined;
		if (this.#o200k === undefined) this.#wait();
		return this.#o200k;
	}

	/** Resolves once a model's tokenizer is there; false where there is none, or it cannot be had now. */
	async whenThere(modelId: string): Promise<boolean> {
		if (!O200K.test(modelId) || this.#isOver) return false;
		if (this.of(modelId) !== undefined) return true;
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	close(): void {
		this.#isOver = true;
		clearTimeout(this.#timer);
		this.#settle();
	}

	#wait(): void {
		if (this.#isOver) return;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			if (this.#options.isIdle()) void this.#load();
			else this.#wait();
		}, QUIET);
	}

	async #load(): Promise<void> {
		// What cannot be fetched now is asked for again with the next request that could use it.
		this.#o200k ??= await this.#options.load().catch(() => undefined);
		this.#settle();
	}

	#settle(): void {
		for (const resolve of this.#waiting.splice(0)) resolve(this.#o200k !== undefined);
	}
}
