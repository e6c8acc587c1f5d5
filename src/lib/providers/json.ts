/** Careful readers for JSON whose shape nobody promised. */
export type Json = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The record, or an empty one. */
export const record = (value: unknown): Json => (isRecord(value) ? value : {});

/** The list, or an empty one. */
export const list = (value: unknown): readonly unknown[] =>
	Array.isArray(value) ? (value as readonly unknown[]) : [];

/** A string that is not empty. */
export const text = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** A finite number that is not negative: a count, a limit, a price. */
export const count = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** The parsed value, or undefined where the text is no JSON. */
export function parseJson(body: string): unknown {
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return undefined;
	}
}

/** Leaves out what is undefined, so that unset stays unset. */
export function known<T extends Readonly<Record<string, unknown>>>(
	values: T
): { [K in keyof T]?: Exclude<T[K], undefined> } {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
		[K in keyof T]?: Exclude<T[K], undefined>;
	};
}

/** Arguments as JSON, or the text itself where a model wrote something else. */
export function toolInput(input: string): unknown {
	if (input.trim() === '') return {};
	return parseJson(input) ?? input;
}
