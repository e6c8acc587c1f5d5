/** Routes: ordered lists of models under a name, chosen like a model. Pure. */
import type { ConnectionId, ConnectionRow } from '#lib/db';
import type { ModelChoice } from '#lib/engine';
import type { Settings } from '#lib/settings';
import { demoConnection, demoId } from './demo.ts';
import { lacksKey } from './lacks-key.ts';

/** An ordered list of models under a name. */
export type Route = Settings['routes'][number];

/** Connection id of a choice whose model id names a route. */
export const routeConnectionId = 'route' as ConnectionId;

/** Whether a choice names a route instead of a model. */
export const isRouteChoice = ({ connectionId }: { readonly connectionId: string }): boolean =>
	connectionId === routeConnectionId;

/** A route as it is chosen. */
export const routeChoice = ({ id }: Route): ModelChoice => ({
	connectionId: routeConnectionId,
	modelId: id
});

/** The route that a choice names, if it is still there. */
export function findRoute(
	routes: readonly Route[],
	choice: { readonly connectionId: string; readonly modelId: string }
): Route | undefined {
	return isRouteChoice(choice) ? routes.find(({ id }) => id === choice.modelId) : undefined;
}

/** The models of a route in their order. */
export const stepsOf = ({ steps }: Route): readonly ModelChoice[] => steps as ModelChoice[];

/**
 * The model of a route that is asked first: the first whose connection is there, on and has its
 * key. Undefined when there is none.
 */
export function firstUsable(
	route: Route,
	connections: readonly ConnectionRow[]
): ModelChoice | undefined {
	return stepsOf(route).find(({ connectionId }) => {
		const row =
			connectionId === demoId
				? demoConnection
				: connections.find((connection) => connection.id === connectionId);
		return row?.enabled === 1 && !lacksKey(row);
	});
}
