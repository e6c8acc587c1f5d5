import { toDatabaseError } from './errors.ts';
import { DATABASE_NAME, Database } from './schema.ts';

/**
 * A database that is being opened: queries made meanwhile wait for it.
 * @param hold what queries wait for beside the opening itself; it may read through its argument
 * @returns the database, and when it is open. `opened` rejects with a DatabaseError
 */
export function startDatabase(
	name: string = DATABASE_NAME,
	hold?: (db: Database) => Promise<void>
): { readonly db: Database; readonly opened: Promise<void> } {
	const db = new Database(name);
	// Another tab upgrades or deletes the database: let go, so that neither waits for ever.
	db.on('versionchange', () => {
		db.close({ disableAutoOpen: false });
	});
	if (hold !== undefined) db.on('ready', () => hold(db));
	const opened = Promise.resolve(db.open()).then(
		() => undefined,
		(error: unknown) => {
			db.close();
			throw toDatabaseError(error);
		}
	);
	return { db, opened };
}

/**
 * Opens the database, or says why it cannot be used.
 * @throws DatabaseError `newer-version` when a newer app wrote it: nothing has been changed then
 */
export async function openDatabase(name?: string): Promise<Database> {
	const { db, opened } = startDatabase(name);
	await opened;
	return db;
}
