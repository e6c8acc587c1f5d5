import { expect, test } from 'vitest';
import { defaultSettings, isSettingKey, parseSetting, settingsFromRows } from './schema.ts';

test('rows that are missing or do not fit leave the default', () => {
	expect(settingsFromRows([])).toEqual(defaultSettings);
	expect(
		settingsFromRows([
			{ key: 'theme', value: 'neon' },
			{ key: 'textSize', value: 18 },
			{ key: 'from-a-newer-version', value: 1 },
			{ key: '__proto__', value: { polluted: true } }
		])
	).toEqual({ ...defaultSettings, textSize: 18 });
});

test('a value that does not fit is refused', () => {
	expect(parseSetting('theme', 'dark')).toBe('dark');
	expect(() => parseSetting('textSize', 40)).toThrow();
	expect(() => parseSetting('sendWithEnter', true)).toThrow();
	expect(parseSetting('lastChoice', null)).toBeNull();
});

test('only own names are settings', () => {
	expect(isSettingKey('theme')).toBe(true);
	expect(isSettingKey('toString')).toBe(false);
});
