import type { Database } from '#lib/db/engine';
import type { VaultStore } from '#lib/vault/engine';

/** The vault's rows in the database: each change is one strict transaction. */
export function createVaultStore(db: Database): VaultStore {
	return {
		load: () => db.vault.toArray(),
		update: (change) =>
			db.transaction('rw', db.vault, async () => {
				const rows = change(await db.vault.toArray());
				if (rows === undefined) return;
				await db.vault.clear();
				await db.vault.bulkPut(rows.map((row) => ({ ...row })));
			})
	};
}
