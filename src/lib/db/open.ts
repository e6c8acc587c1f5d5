import { DatabaseError, toDatabaseError } from './errors.ts';
import { DATABASE_NAME, Database } from './schema.ts';

/**
 * Opens the database, or says why it cannot be used.
 * @throws DatabaseError `newer-version` when a newer app wrote it: nothing has been changed then
 */
export async function openDatabase(name: string = DATABASE_NAME): Promise<Database> {
	const db = new Database(name);
	// Another tab upgrades or deletes the database: let go, so that neither waits for ever.
	db.on('versionchange', () => {
		db.close({ disableAutoOpen: false });
	});
	try {
		await refuseNewer(name, db.verno);
		await db.open();
	} catch (error) {
		db.close();
		throw toDatabaseError(error);
	}
	return db;
}

/**
 * Dexie adopts a database of a higher native version and may even extend it; we must not
 * half-understand one, so we look first and touch nothing.
 */
async function refuseNewer(name: string, verno: number): Promise<void> {
	const stored = (await indexedDB.databases()).find((database) => database.name === name);
	// Dexie multiplies its versions by ten.
	if ((stored?.version ?? 0) > Math.round(verno * 10))
		throw new DatabaseError('newer-version', 'The database was written by a newer version.');
}
