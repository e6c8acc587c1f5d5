/** Why the database cannot be used, or a write was refused. */
export type DatabaseErrorKind =
	/** A newer app version wrote it. */
	| 'newer-version'
	/** IndexedDB is refused: site data blocked, or no secure context. */
	| 'unavailable'
	/** No room left on this device. */
	| 'quota'
	| 'unknown';

/** What went wrong with the database, as a kind that the page has a sentence for. */
export class DatabaseError extends Error {
	override readonly name = 'DatabaseError';
	readonly kind: DatabaseErrorKind;

	constructor(kind: DatabaseErrorKind, message: string, options?: ErrorOptions) {
		super(message, options);
		this.kind = kind;
	}
}

function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : '';
}

/** Sorts whatever Dexie or IndexedDB threw into one of our kinds. */
export function toDatabaseError(error: unknown): DatabaseError {
	if (error instanceof DatabaseError) return error;
	const inner: unknown =
		typeof error === 'object' && error !== null && 'inner' in error ? error.inner : undefined;
	const names = [nameOf(error), nameOf(inner)];
	const message = error instanceof Error ? error.message : String(error);
	const has = (name: string): boolean => names.includes(name) || message.includes(name);
	const options = { cause: error };
	if (has('VersionError')) return new DatabaseError('newer-version', message, options);
	if (has('QuotaExceededError')) return new DatabaseError('quota', message, options);
	if (
		has('MissingAPIError') ||
		has('SecurityError') ||
		has('InvalidStateError') ||
		has('OpenFailedError')
	)
		return new DatabaseError('unavailable', message, options);
	return new DatabaseError('unknown', message, options);
}
