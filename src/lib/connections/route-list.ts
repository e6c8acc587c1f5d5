/** Routes as a page shows them: their steps, what stands in their way, and what to start with. Pure. */
import type { ConnectionRow } from '#lib/db';
import type { ModelChoice } from '#lib/engine';
import { presets } from '#lib/providers';
import { preferred, type ConnectionChoice, type ModelOption } from './choices.ts';
import { demoId } from './demo.ts';
import { firstUsable, stepsOf, type Route } from './routes.ts';
import { lacksKey } from './lacks-key.ts';
import { routeWords } from './words.ts';

/** One step of a route as it is shown. */
export interface RouteStep {
	readonly choice: ModelChoice;
	readonly name: string;
	/** Undefined when it was deleted. */
	readonly connection: ConnectionRow | undefined;
	/** Why it will be passed over, if so. */
	readonly trouble?: string;
}

/** The steps of a route with what stands in their way. `choices` must name disabled connections too. */
export function showSteps(route: Route, choices: readonly ConnectionChoice[]): RouteStep[] {
	return stepsOf(route).map((choice) => {
		const found = choices.find(({ connection }) => connection.id === choice.connectionId);
		const option = found?.options.find(({ modelId }) => modelId === choice.modelId);
		const connection = found?.connection;
		const trouble = troubleOfStep(connection, option);
		return {
			choice,
			name: option?.name ?? choice.modelId,
			connection,
			...(trouble !== undefined && { trouble })
		};
	});
}

function troubleOfStep(
	connection: ConnectionRow | undefined,
	option: ModelOption | undefined
): string | undefined {
	if (connection === undefined) return routeWords.trouble.deleted;
	if (connection.enabled === 0) return routeWords.trouble.off;
	if (lacksKey(connection)) return routeWords.trouble.noKey;
	return option === undefined ? routeWords.trouble.notListed : undefined;
}

/** A route in one line: its models in their order, and whether any of them can answer. */
export function describeSteps(
	route: Route,
	choices: readonly ConnectionChoice[]
): { readonly text: string; readonly isUsable: boolean } {
	const connections = choices.map(({ connection }) => connection);
	return {
		text: showSteps(route, choices)
			.map(({ name }) => name)
			.join(', then '),
		isUsable: firstUsable(route, connections) !== undefined
	};
}

/** A route that a person may start with. */
export interface RouteExample {
	readonly name: string;
	/** What it is good for, one sentence. */
	readonly text: string;
	readonly steps: readonly ModelChoice[];
}

const mostSteps = 3;

const costOf = ({ info: { prices } }: ModelOption): number | undefined =>
	prices?.input === undefined || prices.output === undefined
		? undefined
		: prices.input * 3 + prices.output;

const isForTalking = ({ modelId }: ModelOption): boolean =>
	!/embed|rerank|whisper|transcri|tts|speech|audio|realtime|image|moderation|guard|ocr/i.test(
		modelId
	);

/** Routes that the models at hand allow: one model of each connection, best first. */
export function routeExamples(choices: readonly ConnectionChoice[]): RouteExample[] {
	const usable = choices.filter(
		({ connection, options }) =>
			connection.id !== demoId &&
			connection.enabled === 1 &&
			!lacksKey(connection) &&
			options.length > 0
	);
	const pick = (options: readonly (ModelOption | undefined)[]): ModelChoice[] =>
		options
			.filter((option) => option !== undefined)
			.slice(0, mostSteps)
			.map(({ connectionId, modelId }) => ({ connectionId, modelId }));
	const best = usable.map(preferred);
	const cheapest = usable
		.map(({ options }) =>
			options
				.filter((option) => isForTalking(option) && costOf(option) !== undefined)
				.toSorted((a, b) => (costOf(a) ?? 0) - (costOf(b) ?? 0))
				.at(0)
		)
		.filter((option) => option !== undefined)
		.toSorted((a, b) => (costOf(a) ?? 0) - (costOf(b) ?? 0));
	const isLocal = ({ connection }: ConnectionChoice): boolean => presets[connection.presetId].local;
	const local = usable.filter(isLocal);
	const away = usable.filter((choice) => !isLocal(choice));
	return [
		{ ...routeWords.examples.smart, steps: pick(best) },
		{ ...routeWords.examples.fast, steps: pick(cheapest) },
		{
			...routeWords.examples.localFirst,
			steps: local.length === 0 || away.length === 0 ? [] : pick([...local, ...away].map(preferred))
		}
	].filter(({ steps }) => steps.length > 0);
}
