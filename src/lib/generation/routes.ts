import { findRoute, firstUsable, isRouteChoice, stepsOf } from '#lib/connections/engine';
import type { Database, MessageError } from '#lib/db/engine';
import type { ModelChoice } from '#lib/engine/engine';
import { readSetting } from '#lib/settings/engine';

/** The models that a choice asks, in their order. */
export interface Asked {
	/** Missing: a model was chosen, not a route. */
	readonly route?: { readonly name: string };
	/** Empty when the route is gone. */
	readonly choices: readonly ModelChoice[];
}

/** What a choice asks: itself, or the steps of the route that it names. */
export async function askedBy(db: Database, choice: ModelChoice): Promise<Asked> {
	if (!isRouteChoice(choice)) return { choices: [choice] };
	const route = findRoute(await readSetting(db, 'routes'), choice);
	return route === undefined
		? { route: { name: '' }, choices: [] }
		: { route: { name: route.name }, choices: stepsOf(route) };
}

/**
 * The model that a choice would ask first: itself, or the first step of its route that can be used,
 * else its first step. Undefined when the route is gone.
 */
export async function resolveChoice(
	db: Database,
	choice: ModelChoice
): Promise<ModelChoice | undefined> {
	if (!isRouteChoice(choice)) return choice;
	const route = findRoute(await readSetting(db, 'routes'), choice);
	if (route === undefined) return undefined;
	const connections = await db.connections.bulkGet(
		stepsOf(route).map(({ connectionId }) => connectionId)
	);
	const there = connections.filter((row) => row !== undefined);
	return firstUsable(route, there) ?? stepsOf(route)[0];
}

/** A fault of the request or of this device: another model would change nothing, or hide it. */
const ownFaults: readonly MessageError['kind'][] = ['bad_parameter', 'content_filter', 'storage'];

/** Whether the next model of a route takes the turn after this error. */
export const passesOn = ({ kind }: MessageError): boolean => !ownFaults.includes(kind);
