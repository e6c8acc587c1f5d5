import type { ConnectionId, ConnectionRow } from '#lib/db';
import { tick, untrack } from 'svelte';
import { pageWords } from './words.ts';

interface Options {
	/** The connections as they are stored, in their order; undefined while loading. */
	readonly stored: () => readonly ConnectionRow[] | undefined;
	/** Stores a connection's new place: before another one, or last. */
	readonly store: (id: ConnectionId, before: ConnectionId | null) => Promise<void>;
}

/**
 * The connections in the order that the page shows: a move is seen at once, before the database
 * has it. To be made while a component is set up.
 */
export class ConnectionOrder {
	readonly #store: Options['store'];
	/** Let go at another place, until the database says so too. */
	#moved = $state.raw<readonly ConnectionId[]>();
	/** The last move is on disk. */
	#isStored = false;
	#announcement = $state('');
	readonly #rows: readonly ConnectionRow[] | undefined;

	constructor({ stored, store }: Options) {
		this.#store = store;
		this.#rows = $derived.by(() => {
			const rows = stored();
			const order = this.#moved;
			if (rows === undefined || order === undefined) return rows;
			return rows.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
		});
		// The list as stored has come: nothing has to be kept ahead of it.
		$effect(() => {
			const order = idsOf(stored());
			untrack(() => {
				if (this.#isStored || order?.join() === this.#moved?.join()) this.#moved = undefined;
			});
		});
	}

	get rows(): readonly ConnectionRow[] | undefined {
		return this.#rows;
	}

	/** What a screen reader hears of the last move. */
	get announcement(): string {
		return this.#announcement;
	}

	/** Moves one from a place to another, both from 0. Rejects, and puts it back, when it is not stored. */
	async move(from: number, to: number): Promise<void> {
		const all = this.#rows ?? [];
		const row = all[from];
		if (row === undefined || all[to] === undefined) return;
		const order = all.toSpliced(from, 1).toSpliced(to, 0, row);
		const focused = document.activeElement;
		this.#moved = idsOf(order);
		await tick();
		// Moved in the page, an element loses the focus.
		if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
		this.#announcement = pageWords.moved(row.label, to + 1, all.length);
		this.#isStored = false;
		try {
			await this.#store(row.id, order[to + 1]?.id ?? null);
			this.#isStored = true;
		} catch (error) {
			this.#moved = undefined;
			throw error;
		}
	}

	/** Moves one up or down by a place; at the end of the list it stays. */
	moveBy(row: ConnectionRow, by: -1 | 1): Promise<void> {
		const from = (this.#rows ?? []).findIndex(({ id }) => id === row.id);
		return this.move(from, from + by);
	}
}

const idsOf = (rows: readonly ConnectionRow[] | undefined): ConnectionId[] | undefined =>
	rows?.map(({ id }) => id);
