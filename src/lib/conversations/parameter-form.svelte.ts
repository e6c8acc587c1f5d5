/** What is set in the dialog of parameters, and what its fields show meanwhile. */
import type { GenerationParameters, ParameterName, ParameterSpec } from '#lib/providers';
import { readStops, textOf } from './parameter-text.ts';

type SpecOf<Kind extends ParameterSpec['kind']> = Extract<ParameterSpec, { kind: Kind }>;

export class ParameterForm {
	#parameters = $state.raw<GenerationParameters>({});
	/** As typed: a field that shows its value instead takes back what is not yet one. */
	#texts = $state.raw<Partial<Record<ParameterName, string>>>({});

	constructor(parameters: GenerationParameters) {
		this.#parameters = parameters;
	}

	get parameters(): GenerationParameters {
		return this.#parameters;
	}

	/** What the field of a parameter shows. */
	textOf(name: ParameterName): string {
		return this.#texts[name] ?? textOf(this.#parameters[name]);
	}

	/** Whether there is something to unset. */
	isSet(name: ParameterName): boolean {
		return this.#parameters[name] !== undefined || this.textOf(name) !== '';
	}

	set<Name extends ParameterName>(name: Name, value: GenerationParameters[Name]): void {
		this.#parameters = changed(this.#parameters, name, value);
		this.#texts = changed(this.#texts, name, undefined);
	}

	typeStops(spec: SpecOf<'strings'>, text: string): void {
		this.set('stop', readStops(spec, text));
		this.#texts = changed(this.#texts, 'stop', text);
	}
}

function changed<T extends object>(all: T, name: ParameterName, value: unknown): T {
	const rest = Object.entries(all).filter(([own]) => own !== name);
	return Object.fromEntries(value === undefined ? rest : [...rest, [name, value]]) as T;
}
