/** A connection's stored models against the provider's list. Pure. */
import type { ConnectionId, ModelRow } from '#lib/db';
import type { ModelInfo, Preset } from '#lib/providers';

/** A list older than this is fetched again when its connection is looked at (ms). */
export const listLifetimeMs = 24 * 60 * 60_000;

/** When a connection's list was last fetched; 0 for never. */
export function listedAt(rows: readonly Pick<ModelRow, 'seenAt'>[]): number {
	return rows.reduce((last, row) => Math.max(last, row.seenAt), 0);
}

export interface ListChange {
	readonly put: readonly ModelRow[];
	/** Ids of rows that go. */
	readonly remove: readonly string[];
}

/** What a person made of a row, or did with it, outlives the provider's list. */
function isKept(row: ModelRow): boolean {
	const { manual, favourite, lastUsedAt, user, contextStrategy } = row;
	const isCorrected = user !== undefined || contextStrategy !== undefined;
	return manual === 1 || favourite === 1 || lastUsedAt > 0 || isCorrected;
}

/** A row for a model nobody has touched yet. */
export function newModelRow(connectionId: ConnectionId, listed: ModelInfo): ModelRow {
	return {
		connectionId,
		id: listed.id,
		listed,
		manual: 0,
		favourite: 0,
		lastUsedAt: 0,
		seenAt: 0,
		refusedParameters: []
	};
}

function withCatalog(row: ModelRow, catalog: ModelInfo | undefined): ModelRow {
	if (catalog !== undefined) return { ...row, catalog };
	const uncatalogued: { catalog?: ModelInfo } & Omit<ModelRow, 'catalog'> = { ...row };
	delete uncatalogued.catalog;
	return uncatalogued;
}

/** What a host offers: its own list, or what its preset knows where it has none. */
export function offeredModels(preset: Preset, listed: readonly ModelInfo[]): readonly ModelInfo[] {
	if (listed.length > 0) return [...new Map(listed.map((model) => [model.id, model])).values()];
	return preset.knownModels ?? (preset.suggestedModels ?? []).map((id) => ({ id }));
}

/**
 * Brings the stored rows in line with a fresh list. A model that left the list goes, unless it was
 * used, marked, corrected or typed in by hand.
 */
export function mergeList(state: {
	readonly connectionId: ConnectionId;
	readonly rows: readonly ModelRow[];
	readonly offered: readonly ModelInfo[];
	readonly catalog: ReadonlyMap<string, ModelInfo>;
	readonly now: number;
}): ListChange {
	const { connectionId, rows, offered, catalog, now } = state;
	const rowsById = new Map(rows.map((row) => [row.id, row]));
	const offeredIds = new Set(offered.map((model) => model.id));
	const known = (row: ModelRow) => withCatalog(row, catalog.get(row.id));
	const put = offered.map((model) =>
		known({
			...(rowsById.get(model.id) ?? newModelRow(connectionId, model)),
			listed: model,
			seenAt: now
		})
	);
	const gone = rows.filter((row) => !offeredIds.has(row.id));
	return {
		put: [...put, ...gone.filter(isKept).map(known)],
		remove: gone.filter((row) => !isKept(row)).map((row) => row.id)
	};
}
