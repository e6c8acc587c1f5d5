import { Live, type ConversationId, type ConversationRow, type Database } from '#lib/db';
import { groupByDate, type ConversationGroup } from './groups.ts';
import { readGenerating, readListed } from './lists.ts';
import { listConversations } from './queries.ts';

/** Read at first: more than a screen shows. The rest comes as one scrolls. */
const FIRST = 60;
const PINNED_LIMIT = 1000;

export type ListMark = 'generating' | 'unread' | undefined;

/** The sidebar's list: what is near the view, or what a search leaves. */
export class ConversationList {
	readonly #now: () => number;
	readonly #generating: Live<ReadonlySet<ConversationId>>;
	readonly #all: Live<ConversationRow[]>;
	#limit = $state(FIRST);
	#isArchive = $state(false);
	query = $state('');
	readonly #pinned = $derived.by(() => this.#listed(1, PINNED_LIMIT));
	readonly #recent = $derived.by(() => this.#listed(0, this.#limit));
	/** What was last read, while the next page of it is. */
	#last: readonly ConversationRow[] | undefined;
	readonly #groups = $derived.by((): readonly ConversationGroup[] | undefined => {
		const words = this.query.trim().toLocaleLowerCase();
		return words === '' ? this.#byDate() : this.#found(words);
	});
	readonly #db: Database;

	constructor(db: Database, now: () => number = Date.now) {
		this.#db = db;
		this.#now = now;
		this.#generating = new Live(() => readGenerating(db));
		this.#all = new Live(() => listConversations(db));
	}

	/** Undefined until read. */
	get groups(): readonly ConversationGroup[] | undefined {
		return this.#groups;
	}

	/** Whether the archived ones are shown, in place of the others. */
	get isArchive(): boolean {
		return this.#isArchive;
	}

	showArchive(isShown: boolean): void {
		this.#last = undefined;
		this.#limit = FIRST;
		this.#isArchive = isShown;
	}

	markOf(row: ConversationRow): ListMark {
		if (this.#generating.current?.has(row.id) === true) return 'generating';
		return row.lastAnswerAt > row.readAt ? 'unread' : undefined;
	}

	/** The end of what was read is near: reads on. */
	more(): void {
		const rows = this.#recent.current;
		if (this.query.trim() === '' && rows?.length === this.#limit) this.#limit *= 2;
	}

	#listed(pinned: 0 | 1, limit: number): Live<ConversationRow[]> {
		const archived = this.#isArchive ? 1 : 0;
		return new Live(() => readListed(this.#db, { pinned, archived, limit }));
	}

	#byDate(): readonly ConversationGroup[] | undefined {
		const pinned = this.#pinned.current;
		const recent = this.#recent.current ?? this.#last;
		if (pinned === undefined || recent === undefined) return undefined;
		this.#last = recent;
		// The two lists are read apart: for a moment a row may stand in both.
		const pinnedIds = new Set(pinned.map(({ id }) => id));
		const others = recent.filter(({ id }) => !pinnedIds.has(id));
		const groups = groupByDate(others, this.#now());
		return pinned.length === 0 ? groups : [{ label: 'Pinned', rows: pinned }, ...groups];
	}

	#found(words: string): readonly ConversationGroup[] | undefined {
		const parts = words.split(/\s+/);
		const rows = this.#all.current?.filter(({ title }) => {
			const name = title.toLocaleLowerCase();
			return parts.every((part) => name.includes(part));
		});
		return rows && groupByDate(rows, this.#now());
	}
}
