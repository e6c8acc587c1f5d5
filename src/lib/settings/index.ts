/**
 * Settings as the page knows them. Screens are loaded on demand: none belongs to the first screen.
 */
export { defaultSettings, settingSchemas, settingsFromRows, type Settings } from './schema.ts';
export { keyName, shortcutGroups, type ShortcutId } from './shortcuts.ts';
export { isSectionId } from './sections.ts';

/** One section in its frame: `{ section }`. */
export const loadSettingsPage = async () => (await import('./SettingsPage.svelte')).default;
/** The list of sections, for narrow screens. */
export const loadSettingsList = async () => (await import('./SettingsList.svelte')).default;
