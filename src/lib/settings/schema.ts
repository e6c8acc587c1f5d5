/**
 * What can be set, as data: one row per setting in `settings`, so that two devices that change two
 * settings both win. A row that is missing or does not fit counts as unset.
 */
import { strategySchema } from '#lib/context-window';
import * as v from 'valibot';

/** Reading size in CSS px. */
export const textSizes = { least: 14, most: 20 } as const;

/** The model a new conversation starts with. */
const Choice = v.object({ connectionId: v.string(), modelId: v.string() });

/** A currency to show money in: ISO 4217 code, how much of it 1 USD is, and the day of that rate. */
const Currency = v.object({
	code: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
	perUsd: v.pipe(v.number(), v.finite(), v.minValue(1e-9), v.maxValue(1e12)),
	asOf: v.pipe(v.string(), v.isoDate())
});

/** An ordered list of models: the next one takes the turn when one cannot. */
const Route = v.object({
	id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
	name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)),
	steps: v.pipe(v.array(Choice), v.minLength(1), v.maxLength(10))
});

/** What each setting may be. */
export const settingSchemas = {
	theme: v.picklist(['system', 'dark', 'light']),
	textSize: v.pipe(
		v.number(),
		v.integer(),
		v.minValue(textSizes.least),
		v.maxValue(textSizes.most)
	),
	/** `auto`: Enter sends with a keyboard and makes a new line on touch screens. */
	sendWithEnter: v.picklist(['auto', 'enter', 'mod-enter']),
	/** Whether a model is asked for titles. */
	modelTitles: v.boolean(),
	lastChoice: v.nullable(Choice),
	/** null: US dollars. */
	currency: v.nullable(Currency),
	/** How requests are cut to the context window, where neither model nor conversation says. */
	contextStrategy: strategySchema,
	routes: v.pipe(v.array(Route), v.maxLength(50))
} as const;

export type SettingKey = keyof typeof settingSchemas;

export type Settings = {
	readonly [Key in SettingKey]: v.InferOutput<(typeof settingSchemas)[Key]>;
};

/** What holds where a person has set nothing. */
export const defaultSettings: Settings = {
	theme: 'system',
	textSize: 15,
	sendWithEnter: 'auto',
	modelTitles: true,
	lastChoice: null,
	currency: null,
	contextStrategy: { kind: 'newest' },
	routes: []
};

export const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(settingSchemas, key);

/**
 * A value as its setting holds it.
 * @throws v.ValiError when it does not fit
 */
export function parseSetting<Key extends SettingKey>(key: Key, value: unknown): Settings[Key] {
	return v.parse<(typeof settingSchemas)[SettingKey]>(settingSchemas[key], value) as Settings[Key];
}

/** All settings from their rows; defaults where a row is missing or does not fit. */
export function settingsFromRows(
	rows: readonly { readonly key: string; readonly value: unknown }[]
): Settings {
	const known: Record<string, unknown> = { ...defaultSettings };
	for (const { key, value } of rows)
		if (isSettingKey(key) && v.is(settingSchemas[key], value)) known[key] = value;
	return known as Settings;
}
