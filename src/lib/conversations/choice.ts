/** Which model answers next, as one narrow query. */
import {
	defaultChoice,
	demoConnection,
	demoId,
	findRoute,
	firstUsable,
	isRouteChoice,
	modelOption,
	readChoices,
	stepsOf
} from '#lib/connections';
import type { ConnectionRow, Database } from '#lib/db';
import type { Strategy } from '#lib/context-window';
import type { ModelChoice } from '#lib/engine';
import type { ModelInfo } from '#lib/providers';
import { settingsFromRows } from '#lib/settings';

/** Why the chosen model cannot be asked: its connection or route is switched off, or was deleted. */
export type ChoiceTrouble = 'off' | 'gone' | 'route-off' | 'route-gone';

export interface ChosenModel extends ModelChoice {
	readonly name: string;
	readonly info: ModelInfo;
	readonly connection: ConnectionRow;
	/** How requests to it are cut; missing: as the settings say. */
	readonly contextStrategy?: Strategy;
	/** A route was chosen: `info` and `connection` are those of its first model that can be used. */
	readonly isRoute?: true;
	/** Nothing can be sent until it is mended, or another model is chosen. */
	readonly trouble?: ChoiceTrouble;
}

/**
 * The wanted model if its connection is there and on; else a good one to start with.
 * @param isKept the choice of a conversation: what was said there goes to no other model by itself
 */
export async function readChosenModel(
	db: Database,
	wanted: ModelChoice | null,
	isKept = false
): Promise<ChosenModel | undefined> {
	if (wanted !== null && isRouteChoice(wanted)) {
		const route = await readChosenRoute(db, wanted);
		if (route !== undefined) return route;
		if (isKept) return gone(wanted, 'route-gone');
	}
	if (wanted !== null && wanted.modelId !== '' && wanted.connectionId !== demoId) {
		const [connection, row] = await Promise.all([
			db.connections.get(wanted.connectionId),
			db.models.get([wanted.connectionId, wanted.modelId])
		]);
		if (connection === undefined && isKept) return gone(wanted, 'gone');
		if (connection !== undefined && (isKept || connection.enabled === 1)) {
			const known = row === undefined ? undefined : modelOption(row);
			const { connectionId, modelId } = wanted;
			const info = known?.info ?? { id: modelId };
			return {
				connectionId,
				modelId,
				name: known?.name ?? modelId,
				info,
				connection,
				...(row?.contextStrategy !== undefined && { contextStrategy: row.contextStrategy }),
				...(connection.enabled === 0 && { trouble: 'off' })
			};
		}
	}
	const all = await readChoices(db);
	const isDemoKept = isKept && wanted?.connectionId === demoId;
	const choices = isDemoKept ? all.filter(({ connection }) => connection.id === demoId) : all;
	const option = defaultChoice(choices, wanted);
	if (option === undefined) return undefined;
	const { connectionId, modelId, name, info } = option;
	const { contextStrategy } = option.row;
	const connection =
		choices.find((choice) => choice.connection.id === connectionId)?.connection ?? demoConnection;
	return {
		connectionId,
		modelId,
		name,
		info,
		connection,
		...(contextStrategy !== undefined && { contextStrategy })
	};
}

/** What is left of a choice whose connection or route was deleted: its name. */
const gone = (wanted: ModelChoice, trouble: 'gone' | 'route-gone'): ChosenModel => ({
	...wanted,
	name: trouble === 'gone' ? wanted.modelId : 'Route',
	info: { id: wanted.modelId },
	connection: { ...demoConnection, id: wanted.connectionId, presetId: 'custom', label: '' },
	...(trouble === 'route-gone' && { isRoute: true }),
	trouble
});

async function readChosenRoute(
	db: Database,
	wanted: ModelChoice
): Promise<ChosenModel | undefined> {
	const setting = await db.settings.get('routes');
	const route = findRoute(setting === undefined ? [] : settingsFromRows([setting]).routes, wanted);
	if (route === undefined) return undefined;
	const ids = stepsOf(route).map(({ connectionId }) => connectionId);
	const connections = (await db.connections.bulkGet(ids)).filter((row) => row !== undefined);
	const usable = firstUsable(route, connections);
	const step = usable ?? stepsOf(route)[0];
	const row = step && (await db.models.get([step.connectionId, step.modelId]));
	const connection = connections.find(({ id }) => id === step?.connectionId) ?? demoConnection;
	return {
		...wanted,
		name: route.name,
		info: row === undefined ? { id: step?.modelId ?? '' } : modelOption(row).info,
		connection,
		...(row?.contextStrategy !== undefined && { contextStrategy: row.contextStrategy }),
		isRoute: true,
		...(usable === undefined && { trouble: 'route-off' })
	};
}
