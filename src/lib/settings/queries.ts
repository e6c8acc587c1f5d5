import type { Database } from '#lib/db';
import * as v from 'valibot';
import { defaultSettings, settingSchemas, type SettingKey, type Settings } from './schema.ts';

/** One setting as it is stored; its default when it is missing or does not fit. */
export async function readSetting<Key extends SettingKey>(
	db: Database,
	key: Key
): Promise<Settings[Key]> {
	const row = await db.settings.get(key);
	const parsed = v.safeParse<(typeof settingSchemas)[SettingKey]>(settingSchemas[key], row?.value);
	return parsed.success ? (parsed.output as Settings[Key]) : defaultSettings[key];
}
