/**
 * Loads once and remembers, unless it fails. `import()` alone comes back with a later task even for a
 * module that is there, and an answer is waited for meanwhile.
 */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
	let loading: Promise<T> | undefined;
	return () => {
		loading ??= load().catch((error: unknown) => {
			loading = undefined;
			throw error;
		});
		return loading;
	};
}
