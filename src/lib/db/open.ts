import Dexie from 'dexie';
import { toDatabaseError } from './errors.ts';
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
 * Dexie opens a database of a higher native version by adopting it; we must not half-understand it,
 * so we look first and touch nothing.
 */
async function refuseNewer(name: string, verno: number): Promise<void> {
	const known = (await Dexie.getDatabaseNames()).includes(name);
	if (!known) return;
	const stored = await new Promise<number>((resolve, reject) => {
		const request = indexedDB.open(name);
		request.onsuccess = () => {
			const { version } = request.result;
			request.result.close();
			resolve(version);
		};
		request.onupgradeneeded = () => request.transaction?.abort();
		request.onerror = () => {
			reject(request.error ?? new Error('The database could not be opened.'));
		};
	});
	if (stored > Math.round(verno * 10))
		throw new DOMException('The database was written by a newer version.', 'VersionError');
}
