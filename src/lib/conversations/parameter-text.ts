/** Parameters as a person types them. Pure. */
import type { GenerationParameters, ParameterName, ParameterSpec } from '#lib/providers';

/** How a field shows a value; `''` for none. */
export function textOf(value: GenerationParameters[ParameterName]): string {
	return typeof value === 'object' ? value.join('\n') : String(value ?? '');
}

/** Stop sequences, one per line. */
export function readStops(
	{ maxItems }: Extract<ParameterSpec, { kind: 'strings' }>,
	text: string
): readonly string[] | undefined {
	const stops = text
		.split('\n')
		.filter((line) => line !== '')
		.slice(0, maxItems);
	return stops.length === 0 ? undefined : stops;
}
