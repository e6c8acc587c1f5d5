/** Settings as the engine writes them. */
import { bookkeeping, markForSync, newRid, nextStamp, type Database } from '#lib/db/engine';
import type { SettingsVerbs } from '#lib/engine/engine';
import { isSettingKey, parseSetting } from './schema.ts';

export { readSetting } from './queries.ts';
export { settingSchemas } from './schema.ts';

/**
 * `now` in ms since the epoch.
 * @throws TypeError for an unknown setting, v.ValiError for a value that does not fit
 */
export function createSettingsVerbs({
	db,
	now
}: {
	readonly db: Database;
	readonly now: () => number;
}): SettingsVerbs {
	return {
		async set(key, value) {
			if (!isSettingKey(key)) throw new TypeError(`There is no setting “${key}”.`);
			const fitting = parseSetting(key, value);
			await db.transaction('rw', [db.settings, ...bookkeeping(db)], async () => {
				const at = now();
				const rid = (await db.settings.get(key))?.rid ?? newRid();
				await db.settings.put({ key, rid, value: fitting, stamp: await nextStamp(db, at) });
				await markForSync(db, 'settings', { rid }, key, at);
			});
		}
	};
}
