/** What is set in the dialog of parameters, and what its fields show meanwhile. */
import type { GenerationParameters, ParameterName } from '#lib/providers';
import { readText, textOf, type TypedSpec } from './parameter-text.ts';

export class ParameterForm {
	readonly #before: GenerationParameters;
	#parameters = $state.raw<GenerationParameters>({});
	/** As typed: a field that shows its value instead takes back what is not yet one. */
	#texts = $state.raw<Partial<Record<ParameterName, string>>>({});
	/** What is wrong with the texts as they are. */
	#problems = $state.raw<Partial<Record<ParameterName, string>>>({});
	/** Fields that are said to be wrong: those that were left so, until they are mended. */
	#told = $state.raw<readonly ParameterName[]>([]);

	constructor(parameters: GenerationParameters) {
		this.#before = parameters;
		this.#parameters = parameters;
	}

	/** What the fields show; where one makes no sense, what was set before it was written in. */
	get parameters(): GenerationParameters {
		return this.#parameters;
	}

	/** Whether a field shows what cannot be taken. */
	get hasProblems(): boolean {
		return Object.keys(this.#problems).length > 0;
	}

	/** What is wrong with a field, once it was left. */
	problemOf(name: ParameterName): string | undefined {
		return this.#told.includes(name) ? this.#problems[name] : undefined;
	}

	/** What the field of a parameter shows. */
	textOf(name: ParameterName): string {
		return this.#texts[name] ?? textOf(this.#parameters[name]);
	}

	/** Whether there is something to unset. */
	isSet(name: ParameterName): boolean {
		return this.#parameters[name] !== undefined || this.textOf(name) !== '';
	}

	set(name: ParameterName, value: GenerationParameters[ParameterName]): void {
		this.#parameters = changed(this.#parameters, name, value);
		this.#texts = changed(this.#texts, name, undefined);
		this.#note(name, undefined);
	}

	/** A field is written in. */
	type(spec: TypedSpec, text: string): void {
		const { name } = spec;
		const reading = readText(spec, text);
		const value = reading.ok ? reading.value : this.#before[name];
		this.#parameters = changed(this.#parameters, name, value);
		this.#texts = changed(this.#texts, name, text);
		this.#note(name, reading.ok ? undefined : reading.problem);
	}

	/** A field is left: from now on it shows what was understood, or what is wrong. */
	leave({ name }: TypedSpec): void {
		if (this.#problems[name] === undefined) this.#texts = changed(this.#texts, name, undefined);
		else this.#told = [...this.#told, name];
	}

	#note(name: ParameterName, problem: string | undefined): void {
		this.#problems = changed(this.#problems, name, problem);
		if (problem === undefined) this.#told = this.#told.filter((own) => own !== name);
	}
}

function changed<T extends object>(all: T, name: ParameterName, value: unknown): T {
	const rest = Object.entries(all).filter(([own]) => own !== name);
	return Object.fromEntries(value === undefined ? rest : [...rest, [name, value]]) as T;
}
