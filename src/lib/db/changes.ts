/**
 * News of writes, from whatever tab or realm: for rows that the engine keeps in memory. Dexie, which
 * serves live queries from the same source, tells own writes when they are committed.
 */
import Dexie, { type ObservabilitySet } from 'dexie';
import type { Database } from './schema.ts';

type Tree = ObservabilitySet[string];

function* nodesOf(tree: Tree | null | undefined): Generator<{ from: unknown; to: unknown }> {
	if (tree == null || !('from' in tree)) return;
	yield { from: tree.from, to: tree.to };
	yield* nodesOf(tree.l);
	yield* nodesOf(tree.r);
}

const hearers = new Set<(written: ObservabilitySet) => void>();

/**
 * Calls back after each write to a table.
 * @param listener gets the primary keys of the rows that were written, or undefined when it may be
 * any of them
 * @returns ends it
 */
export function onWrites(
	db: Database,
	table:
		'conversations' | 'messages' | 'summaries' | 'settings' | 'connections' | 'models' | 'local',
	listener: (keys: readonly unknown[] | undefined) => void
): () => void {
	const parts = ['', ':dels'].map((index) => `idb://${db.name}/${table}/${index}`);
	const hear = (written: ObservabilitySet): void => {
		if ('all' in written) {
			listener(undefined);
			return;
		}
		const ranges = parts.flatMap((part) => [...nodesOf(written[part])]);
		if (ranges.length === 0) return;
		const isOneKey = ranges.every(({ from, to }) => String(from) === String(to));
		listener(isOneKey ? ranges.map(({ from }) => from) : undefined);
	};
	Dexie.on.storagemutated.subscribe(hear);
	hearers.add(hear);
	return () => {
		Dexie.on.storagemutated.unsubscribe(hear);
		hearers.delete(hear);
	};
}

/** Where Dexie tells other realms of its writes, and listens to them. */
const CHANNEL = 'x-storagemutated-1';
let channel: BroadcastChannel | undefined;

/**
 * Tells of a write that went past Dexie: who listens here at once, so that nothing old is used any
 * more; live queries, those of this realm too, as if another tab had written, when this moment's
 * work is done, which may be a request that was waiting for the write.
 */
export function tellWrites(written: ObservabilitySet): void {
	for (const hear of hearers) hear(written);
	setTimeout(() => {
		channel ??= new BroadcastChannel(CHANNEL);
		channel.postMessage(written);
	});
}
