/** Settings as the page knows them. */
export {
	defaultSettings,
	settingSchemas,
	settingsFromRows,
	textSizes,
	type SettingKey,
	type Settings
} from './schema.ts';
