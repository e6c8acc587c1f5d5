/**
 * Transactions past Dexie's layers, for the write that a request waits for: no promise and no event
 * handler per row. Live queries and other tabs hear of it as of every other write.
 */
import { RangeSet, type IndexableType, type ObservabilitySet, type Table } from 'dexie';
import { tellWrites } from './changes.ts';
import type { Database } from './schema.ts';

/** One transaction. Its rows are plain: no hook sees them. */
export interface DirectTransaction {
	get<Row, Key extends IDBValidKey, Insert>(
		table: Table<Row, Key, Insert>,
		key: Key
	): Promise<Row | undefined>;
	/** The primary key of the row that has this value in an index. */
	keyOf<Row, Key extends IDBValidKey, Insert>(
		table: Table<Row, Key, Insert>,
		index: string,
		value: IDBValidKey
	): Promise<Key | undefined>;
	/** Fails the transaction when there is a row with this key. */
	add<Row, Key, Insert>(table: Table<Row, Key, Insert>, row: NoInfer<Row>): void;
	put<Row, Key, Insert>(table: Table<Row, Key, Insert>, row: NoInfer<Row>): void;
}

/**
 * Runs `work` in one readwrite transaction, which stays open until `work` settles, whatever it waits
 * for: it commits when `work` resolves, and takes all back when it rejects. Reads and writes belong
 * to its beginning, or right after a read; having waited for something else it is past them.
 * @returns when all is on disk. Rejects with the error of `work`, else with that of the database
 */
export async function transactDirectly(
	db: Database,
	tables: readonly Table[],
	work: (transaction: DirectTransaction) => Promise<unknown>
): Promise<void> {
	// A query opens it, unless it was closed for good.
	if (!db.isOpen()) await db.local.get('');
	const names = tables.map(({ name }) => name);
	const options = { durability: 'strict' } as const;
	const native = db.backendDB().transaction(names, 'readwrite', options);
	const written: ObservabilitySet = {};
	let last: IDBRequest | undefined;
	const ask = <T>(request: IDBRequest<T>): IDBRequest<T> => (last = request);
	/** Never settles when the transaction fails: that is told by the transaction. */
	const read = <T>(request: IDBRequest<T>): Promise<T> =>
		new Promise((resolve) => {
			ask(request).onsuccess = () => {
				resolve(request.result);
			};
		});
	const storeOf = ({ name }: { readonly name: string }): IDBObjectStore => native.objectStore(name);

	await new Promise<void>((resolve, reject) => {
		let isDecided = false;
		let failure: unknown;
		native.oncomplete = () => {
			tellWrites(written);
			resolve();
		};
		native.onabort = () => {
			isDecided = true;
			reject(toError(failure ?? native.error));
		};
		const keepOpen = (): void => {
			if (isDecided) return;
			const [table] = names;
			if (table !== undefined) native.objectStore(table).count().onsuccess = keepOpen;
		};
		work({
			get: (table, key) => read(storeOf(table).get(key)),
			keyOf: (table, index, value) => read(storeOf(table).index(index).getKey(value)) as never,
			add(table, row) {
				ask(storeOf(table).add(row));
				note(written, db, table, row);
			},
			put(table, row) {
				ask(storeOf(table).put(row));
				note(written, db, table, row);
			}
		}).then(
			() => {
				if (isDecided) return;
				isDecided = true;
				try {
					native.commit();
				} catch {
					// Decided outside of its events: it ends by itself, being asked for nothing more.
				}
			},
			(error: unknown) => {
				if (isDecided) return;
				isDecided = true;
				failure = error;
				native.abort();
			}
		);
		if (last === undefined) keepOpen();
		else last.addEventListener('success', keepOpen);
	});
}

/** Notes what Dexie would note of a written row: its keys, in the table and in every index. */
function note<Row, Key, Insert>(
	written: ObservabilitySet,
	db: Database,
	{ name, core }: Table<Row, Key, Insert>,
	row: Row
): void {
	const add = (index: string, key: unknown): void => {
		if (key === undefined) return;
		const part = (written[`idb://${db.name}/${name}/${index}`] ??= new RangeSet());
		(part as RangeSet).addKey(key as IndexableType);
	};
	const { primaryKey, indexes } = core.schema;
	const key: unknown = primaryKey.extractKey?.(row);
	add('', key);
	add(':dels', key);
	for (const index of indexes) add(index.name ?? '', index.extractKey?.(row));
}

const toError = (error: unknown): Error =>
	error instanceof Error ? error : new Error('The transaction failed.', { cause: error });
