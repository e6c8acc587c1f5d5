import { onWrites } from './changes.ts';
import type { Database } from './schema.ts';

/**
 * Readings that are kept until something is written to their table, in whatever tab: what Enter
 * needs is there, and waits for no storage.
 */
export class Memory<Key, T> {
	readonly #readings = new Map<Key, Promise<T>>();
	readonly #read: (key: Key) => PromiseLike<T>;
	readonly #capacity: number;
	readonly #stopListening: readonly (() => void)[];

	/** @param read its failures are not kept @param capacity readings; the oldest one goes first */
	constructor(
		db: Database,
		tables: readonly Parameters<typeof onWrites>[1][],
		read: (key: Key) => PromiseLike<T>,
		capacity = 100
	) {
		this.#read = read;
		this.#capacity = capacity;
		const forget = (): void => {
			this.#readings.clear();
		};
		this.#stopListening = tables.map((table) => onWrites(db, table, forget));
	}

	get(key: Key): Promise<T> {
		const known = this.#readings.get(key);
		if (known !== undefined) return known;
		const [oldest] = this.#readings.keys();
		if (this.#readings.size >= this.#capacity && oldest !== undefined)
			this.#readings.delete(oldest);
		const reading: Promise<T> = Promise.resolve(this.#read(key)).catch((error: unknown) => {
			if (this.#readings.get(key) === reading) this.#readings.delete(key);
			throw error;
		});
		this.#readings.set(key, reading);
		return reading;
	}

	close(): void {
		for (const stop of this.#stopListening) stop();
	}
}
