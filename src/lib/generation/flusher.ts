/** The first write comes early: a crash right after the first words keeps them (ms). */
const FIRST_FLUSH = 250;
/** With the time of the write itself, what a crash can take stays below a second (ms). */
const FLUSH_EVERY = 800;

export interface FlusherOptions {
	readonly now: () => number;
	/** Writes what is in memory. When it throws, it is tried again. */
	readonly write: () => Promise<void>;
	/** Nothing more will come: a failed write is left to who settles. */
	readonly isOver: () => boolean;
}

/** Writes what changes in memory: soon after the first change, then at least once a second. */
export class Flusher {
	readonly #options: FlusherOptions;
	#isDirty = false;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#flushedAt: number | undefined;
	#writes: Promise<void> = Promise.resolve();

	constructor(options: FlusherOptions) {
		this.#options = options;
	}

	/** Something has changed. */
	touch(): void {
		this.#isDirty = true;
		this.#schedule();
	}

	/** Something has changed that is to be seen at once. */
	touchNow(): void {
		this.#isDirty = true;
		void this.flush();
	}

	/** Writes what has changed. Never rejects: what could not be written is tried again. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#writes = this.#writes.then(() => this.#write());
		return this.#writes;
	}

	/** No write begins any more; resolves after the last one. */
	async close(): Promise<void> {
		clearTimeout(this.#timer);
		await this.#writes;
	}

	#schedule(): void {
		if (this.#timer !== undefined) return;
		const since = this.#flushedAt === undefined ? 0 : this.#options.now() - this.#flushedAt;
		const ms = this.#flushedAt === undefined ? FIRST_FLUSH : Math.max(0, FLUSH_EVERY - since);
		this.#timer = setTimeout(() => {
			void this.flush();
		}, ms);
	}

	async #write(): Promise<void> {
		if (!this.#isDirty) return;
		this.#isDirty = false;
		this.#flushedAt = this.#options.now();
		try {
			await this.#options.write();
		} catch {
			// No room, or the database was closed for an upgrade: it all stays in memory.
			this.#isDirty = true;
			if (!this.#options.isOver()) this.#schedule();
		}
	}
}
