/** What a person can choose from: enabled connections and their merged models. Reads only. */
import type { ConnectionId, ConnectionRow, ConversationId, Database, ModelRow } from '#lib/db';
import type { ModelChoice } from '#lib/engine';
import { mergeModel, presets, type ModelInfo } from '#lib/providers';
import { demoConnection, demoId, demoModels } from './demo.ts';

/** One model of one connection, as it is shown. */
export interface ModelOption extends ModelChoice {
	/** The person's own name for it, else its id. */
	readonly name: string;
	/** Catalogue, provider's list and corrections merged. */
	readonly info: ModelInfo;
	readonly favourite: boolean;
	/** 0 until used. */
	readonly lastUsedAt: number;
	readonly row: ModelRow;
}

export interface ConnectionChoice {
	readonly connection: ConnectionRow;
	/** Sorted by name, the way people count: 9 before 10. */
	readonly options: readonly ModelOption[];
}

let collator: Intl.Collator | undefined;

/** Made on first use: loading the rules of a language takes 20 ms of the first screen. */
function compareNames(a: string, b: string): number {
	collator ??= new Intl.Collator('en', { numeric: true });
	return collator.compare(a, b);
}

/** A model row as it is shown. */
export function modelOption(row: ModelRow): ModelOption {
	const info = mergeModel(row.catalog, row.listed, row.user);
	const ownName = row.connectionId === demoId ? row.listed.name : undefined;
	return {
		connectionId: row.connectionId,
		modelId: row.id,
		name: row.user?.name ?? ownName ?? row.id,
		info,
		favourite: row.favourite === 1,
		lastUsedAt: row.lastUsedAt,
		row
	};
}

/** All saved connections in their order. */
export function readConnections(db: Database): Promise<ConnectionRow[]> {
	return db.connections.orderBy('position').toArray();
}

function modelsByConnection(rows: readonly ModelRow[]): Map<ConnectionId, ModelRow[]> {
	const demoIds = new Set(rows.filter((row) => row.connectionId === demoId).map((row) => row.id));
	const unmarked = demoModels.filter((row) => !demoIds.has(row.id));
	return Map.groupBy([...rows, ...unmarked], (row) => row.connectionId);
}

/** Connections, the built-in demo last, with their models; `all` includes disabled ones. */
export async function readChoices(db: Database, all = false): Promise<ConnectionChoice[]> {
	const [connections, rows] = await Promise.all([readConnections(db), db.models.toArray()]);
	const byConnection = modelsByConnection(rows);
	return [...connections, demoConnection]
		.filter((connection) => all || connection.enabled === 1)
		.map((connection) => ({
			connection,
			options: (byConnection.get(connection.id) ?? [])
				.map(modelOption)
				.sort((a, b) => compareNames(a.name, b.name))
		}));
}

/** How many models each connection has. */
export async function countModels(db: Database): Promise<Map<ConnectionId, number>> {
	const keys = await db.models.toCollection().primaryKeys();
	const counts = new Map<ConnectionId, number>([[demoId, demoModels.length]]);
	for (const [connectionId] of keys)
		if (connectionId !== demoId) counts.set(connectionId, (counts.get(connectionId) ?? 0) + 1);
	return counts;
}

/** How many conversations would go on with this connection. */
export async function countConversations(db: Database, id: ConnectionId): Promise<number> {
	const isUsing = (row: { connectionId: string; id: ConversationId }) => row.connectionId === id;
	return db.conversations.filter(isUsing).count();
}

/** The option that a choice names, if it is still there. */
export function findOption(
	choices: readonly ConnectionChoice[],
	choice: ModelChoice | null
): ModelOption | undefined {
	if (choice === null) return undefined;
	return choices
		.find(({ connection }) => connection.id === choice.connectionId)
		?.options.find((option) => option.modelId === choice.modelId);
}

/** The model of a connection to start with: a favourite, else a suggested one, else the first. */
export function preferred({ connection, options }: ConnectionChoice): ModelOption | undefined {
	const suggested = presets[connection.presetId].suggestedModels ?? [];
	const favourite = options.find((option) => option.favourite);
	if (favourite !== undefined) return favourite;
	for (const id of suggested) {
		const option = options.find(({ modelId }) => modelId === id);
		if (option !== undefined) return option;
	}
	return options[0];
}

/**
 * Where a new conversation starts: the model used last, else a good one of the first connection
 * that has any; the demo is the last resort.
 */
export function defaultChoice(
	choices: readonly ConnectionChoice[],
	last: { readonly connectionId: string; readonly modelId: string } | null
): ModelOption | undefined {
	const found = findOption(choices, last as ModelChoice | null);
	return found ?? choices.map(preferred).find((option) => option !== undefined);
}
