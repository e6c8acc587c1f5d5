import { liveQuery } from 'dexie';
import { createSubscriber } from 'svelte/reactivity';

/**
 * A Dexie query as reactive state: `current` is undefined until the first answer (loading is not
 * empty) and then follows every change that touches what the query read, in any tab. Active only
 * while something reads it. Keep queries narrow: they run again after each such change.
 */
export class Live<T> {
	#value: T | undefined;
	#failure: unknown;
	readonly #track: () => void;

	constructor(query: () => Promise<T>) {
		this.#track = createSubscriber((update) => {
			const subscription = liveQuery(query).subscribe({
				next: (value) => {
					this.#value = value;
					this.#failure = undefined;
					update();
				},
				error: (error: unknown) => {
					this.#failure = error;
					update();
				}
			});
			return () => {
				subscription.unsubscribe();
			};
		});
	}

	/** The latest answer. @throws what the query threw: reaches the nearest boundary. */
	get current(): T | undefined {
		this.#track();
		if (this.#failure !== undefined) throw toError(this.#failure);
		return this.#value;
	}
}

function toError(failure: unknown): Error {
	return failure instanceof Error ? failure : new Error(String(failure));
}
