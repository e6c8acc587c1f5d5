/** Parameters as a person types them. Pure. */
import type { GenerationParameters, ParameterName, ParameterSpec } from '#lib/providers';
import { parameterWords } from './parameter-words.ts';

/** A parameter with a field that is written in. */
export type TypedSpec = Extract<ParameterSpec, { kind: 'number' | 'strings' }>;

export type Reading =
	| { readonly ok: true; readonly value: number | readonly string[] | undefined }
	| {
			readonly ok: false;
			/** What is wrong, one sentence. */
			readonly problem: string;
	  };

/** The longest stop sequence that is stored. */
const longestStop = 1000;

/** How a field shows a value; `''` for none. */
export function textOf(value: GenerationParameters[ParameterName]): string {
	return typeof value === 'object' ? value.join('\n') : String(value ?? '');
}

/** What a field says; an empty one unsets its parameter. */
export function readText(spec: TypedSpec, text: string): Reading {
	if (spec.kind === 'strings') return readStops(spec.maxItems, text);
	if (text.trim() === '') return { ok: true, value: undefined };
	const value = wholeNumber(text);
	return value !== undefined && value >= spec.min && value <= spec.max
		? { ok: true, value }
		: { ok: false, problem: parameterWords.number(spec.min, spec.max) };
}

/**
 * A whole number, its thousands separated or not. One kind of separator, three digits after each:
 * nothing else can be meant by that, as long as the number has no decimals.
 */
function wholeNumber(text: string): number | undefined {
	// Full-width digits of an input method, and the narrow spaces that some languages separate with.
	const typed = text.normalize('NFKC').trim();
	const isNumber = /^(?:-?\d+|[1-9]\d{0,2}([ ,.'’_])\d{3}(?:\1\d{3})*)$/.test(typed);
	return isNumber ? Number(typed.replace(/[^\d-]/g, '')) : undefined;
}

/** Stop sequences, one per line; spaces are part of them. */
function readStops(maxItems: number, text: string): Reading {
	const stops = text.split('\n').filter((line) => line !== '');
	if (stops.length > maxItems) return { ok: false, problem: parameterWords.stops(maxItems) };
	if (stops.some((stop) => stop.length > longestStop))
		return { ok: false, problem: parameterWords.longStop(longestStop) };
	return { ok: true, value: stops.length === 0 ? undefined : stops };
}
