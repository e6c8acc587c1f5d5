/** Shared by all features: a full disk can stop every write. */
const noRoom =
	'This device has no room left. Free some space on its disk, then try again. Settings → Data says how much Parlance takes.';

/**
 * What a person reads of an order that failed.
 * @param otherwise what its feature says, unless there was no room
 */
export const failureText = (error: unknown, otherwise: string): string =>
	typeof error === 'object' && error !== null && 'kind' in error && error.kind === 'quota'
		? noRoom
		: otherwise;
