/** What the picker shows: groups when nothing is typed, ranked results when something is. Pure. */
import type { ModelChoice } from '#lib/engine';
import type { ConnectionChoice, ModelOption } from './choices.ts';
import { demoId } from './demo.ts';
import { routeChoice, type Route } from './routes.ts';
import { index, search, type Indexed } from './search.ts';
import { modelWords as words } from './words.ts';

export type Capability = 'vision' | 'reasoning' | 'tools';

/** A route in the picker. */
export interface RouteLine {
	readonly kind: 'route';
	/** Unique, and fit for an element id. */
	readonly key: string;
	readonly route: Route;
	/** Place among all that can be chosen, from 0. */
	readonly place: number;
}

/** A model in a list of models. */
export interface ModelLine {
	readonly kind: 'option';
	/** Unique, and fit for an element id. */
	readonly key: string;
	readonly option: ModelOption;
	readonly source: ConnectionChoice['connection'];
	/** Place among all that can be chosen, from 0. */
	readonly place: number;
}

/** An id that nothing fits, and a connection it can be added to. */
export interface AddLine {
	readonly kind: 'add';
	/** Unique, and fit for an element id. */
	readonly key: string;
	readonly modelId: string;
	readonly source: ConnectionChoice['connection'];
	/** Place among all that can be chosen, from 0. */
	readonly place: number;
}

/** A line of the picker that can be chosen. */
export type ChoiceLine = ModelLine | RouteLine | AddLine;

/** The name of the models below it. */
export interface GroupLine {
	readonly kind: 'group';
	readonly key: string;
	readonly label: string;
}

/** A line of a list of models. */
export type PickerLine = GroupLine | ModelLine;

const mostRecent = 5;

export const isSameChoice = (a: ModelChoice | null, b: ModelChoice | null): boolean =>
	a?.connectionId === b?.connectionId && a?.modelId === b?.modelId;

/** What is chosen with a line. */
export function choiceOf(line: ChoiceLine): ModelChoice {
	if (line.kind === 'route') return routeChoice(line.route);
	if (line.kind === 'add') return { connectionId: line.source.id, modelId: line.modelId };
	const { connectionId, modelId } = line.option;
	return { connectionId, modelId };
}

interface Entry {
	readonly option: ModelOption;
	readonly source: ConnectionChoice['connection'];
}

const texts = new WeakMap<ModelOption, Indexed>();

function textOf({ option, source }: Entry): Indexed {
	const known = texts.get(option);
	if (known !== undefined) return known;
	const made = index(option.modelId, option.info.name ?? '', source.label);
	texts.set(option, made);
	return made;
}

function grouped(entries: readonly Entry[]): { label: string; key: string; entries: Entry[] }[] {
	const favourites = entries.filter(({ option }) => option.favourite);
	const recent = entries
		.filter(({ option }) => !option.favourite && option.lastUsedAt > 0)
		.sort((a, b) => b.option.lastUsedAt - a.option.lastUsedAt)
		.slice(0, mostRecent);
	const shown = new Set([...favourites, ...recent]);
	const sources = new Set(entries.map(({ source }) => source));
	const rest = [...sources].map((source) => ({
		key: source.id,
		label: source.label,
		entries: entries.filter((entry) => entry.source === source && !shown.has(entry))
	}));
	return [
		{ key: 'favourites', label: 'Favourites', entries: favourites },
		{ key: 'recent', label: 'Recent', entries: recent },
		...rest
	].filter((group) => group.entries.length > 0);
}

/** The models for what is typed and which capabilities are asked for. */
export function pickerLines(
	choices: readonly ConnectionChoice[],
	query: string,
	capabilities: readonly Capability[],
	firstPlace = 0
): readonly PickerLine[] {
	const entries = choices.flatMap(({ connection, options }) =>
		options.map((option): Entry => ({ option, source: connection }))
	);
	const able = entries.filter(({ option }) =>
		capabilities.every((capability) => option.info.capabilities?.[capability] === true)
	);
	let place = firstPlace;
	const line = ({ option, source }: Entry): PickerLine => {
		const key = `option-${place}`;
		return { kind: 'option', key, option, source, place: place++ };
	};
	if (query.trim() !== '') return search(able, query, textOf).map(line);
	return grouped(able).flatMap((group): PickerLine[] => [
		{ kind: 'group', key: `group-${group.key}`, label: group.label },
		...group.entries.map(line)
	]);
}

/** Ways to add what was searched for, if it can be an id: lists do not name every model. */
function addLines(choices: readonly ConnectionChoice[], query: string): (GroupLine | AddLine)[] {
	const modelId = query.trim();
	const sources = choices.map(({ connection }) => connection).filter(({ id }) => id !== demoId);
	if (sources.length === 0 || !/^\S{2,256}$/.test(modelId)) return [];
	return [
		{ kind: 'group', key: 'group-add', label: words.addUnlisted },
		...sources.map((source, place): AddLine => ({
			kind: 'add',
			key: `option-${place}`,
			modelId,
			source,
			place
		}))
	];
}

/** All that the picker offers: routes, then models; what is not among them can be added. */
export function choiceLines(
	routes: readonly Route[],
	choices: readonly ConnectionChoice[],
	query: string,
	capabilities: readonly Capability[]
): readonly (GroupLine | ChoiceLine)[] {
	// Which abilities a route has depends on who answers.
	const named = capabilities.length > 0 ? [] : routes;
	const isSearch = query.trim() !== '';
	const fitting = isSearch ? search(named, query, ({ name }) => index(name)) : named;
	const ways = fitting.map((route, place): RouteLine => ({
		kind: 'route',
		key: `option-${place}`,
		route,
		place
	}));
	const models = pickerLines(choices, query, capabilities, ways.length);
	if (isSearch && capabilities.length === 0 && ways.length + models.length === 0)
		return addLines(choices, query);
	return isSearch || ways.length === 0
		? [...ways, ...models]
		: [{ kind: 'group', key: 'group-routes', label: 'Routes' }, ...ways, ...models];
}

/** The lines of the list of all models: one group per connection, or ranked results. */
export function modelLines(
	choices: readonly ConnectionChoice[],
	query: string
): readonly PickerLine[] {
	if (query.trim() !== '') return pickerLines(choices, query, []);
	let place = 0;
	return choices.flatMap(({ connection, options }): PickerLine[] => [
		{ kind: 'group', key: `group-${connection.id}`, label: connection.label },
		...options.map((option): PickerLine => ({
			kind: 'option',
			key: `option-${place}`,
			option,
			source: connection,
			place: place++
		}))
	]);
}
