/**
 * What was typed and not yet sent, per conversation; `''` is the new one. The only rows that the
 * page writes itself: soon after each change, and at once when the page is hidden or left.
 */
import type { ConversationId, Database } from '#lib/db';

/** Longest that a typed letter is in memory only (ms). */
const DELAY = 400;

export type DraftKey = ConversationId | '';

export class Draft {
	readonly key: DraftKey;
	readonly #db: Database;
	#text = $state.raw('');
	/** On its way: out of the field, and on disk until it is there as a message. */
	#taken = '';
	/** Messages that wait for an answer to settle. */
	#queued = '';
	#loaded: Promise<void> | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isDirty = false;
	#saving: Promise<unknown> = Promise.resolve();

	constructor(db: Database, key: DraftKey) {
		this.#db = db;
		this.key = key;
	}

	get text(): string {
		return this.#text;
	}

	set text(text: string) {
		if (text === this.#text) return;
		this.#text = text;
		this.#changed();
	}

	/** Messages that wait are stored with the draft, so that a reload loses none. */
	keepQueued(texts: readonly string[]): void {
		const queued = texts.join('\n\n');
		if (queued === this.#queued) return;
		this.#queued = queued;
		this.#changed();
	}

	/** Brings back what was stored; what was typed meanwhile stays, behind it. */
	load(): Promise<void> {
		this.#loaded ??= this.#load();
		return this.#loaded;
	}

	/** Empties the field. On disk the text stays until `sent` or `putBack`. */
	take(): string {
		this.#taken = this.#text;
		this.#text = '';
		return this.#taken;
	}

	/** What was taken is on disk as a message. */
	sent(): void {
		this.#taken = '';
		this.#isDirty = true;
		void this.save();
	}

	/** What was taken could not be sent: it stands before what was typed since. */
	putBack(): void {
		const text = this.#taken;
		this.#taken = '';
		this.text = this.#text === '' ? text : `${text}\n\n${this.#text}`;
	}

	/** Writes now what is not written yet. Never fails: the text is still in the field. */
	async save(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#isDirty) {
			this.#isDirty = false;
			this.#saving = this.#write(this.#saving);
		}
		await this.#saving;
	}

	/**
	 * Writes in this very moment and ends the transaction itself: one that waits for the page to
	 * answer is dropped with a page that goes away.
	 */
	saveAtOnce(): void {
		if (!this.#isDirty) return;
		try {
			const transaction = this.#db.backendDB().transaction('drafts', 'readwrite');
			const drafts = transaction.objectStore('drafts');
			const text = this.#unsent;
			if (text === '') drafts.delete(this.key);
			else drafts.put({ conversationId: this.key, text, updatedAt: Date.now() });
			transaction.commit();
		} catch {
			// Closed, or a full disk: still to be written, should the page live on.
		}
	}

	/** All that is not on disk as a message, as one text. */
	get #unsent(): string {
		return [this.#taken, this.#queued, this.#text].filter((part) => part !== '').join('\n\n');
	}

	#changed(): void {
		this.#isDirty = true;
		this.#timer ??= setTimeout(() => void this.save(), DELAY);
	}

	async #write(before: Promise<unknown>): Promise<void> {
		const text = this.#unsent;
		await before;
		try {
			if (text === '') await this.#db.drafts.delete(this.key);
			else await this.#db.drafts.put({ conversationId: this.key, text, updatedAt: Date.now() });
		} catch {
			// A full disk: the next change tries again.
			this.#isDirty = true;
		}
	}

	async #load(): Promise<void> {
		const row = await this.#db.drafts.get(this.key);
		if (row === undefined || row.text === '') return;
		if (this.#text === '') this.#text = row.text;
		else this.text = `${row.text}\n${this.#text}`;
	}
}

/** The drafts of this tab. */
export class Drafts {
	readonly #db: Database;
	readonly #drafts = new Map<DraftKey, Draft>();

	constructor(db: Database) {
		this.#db = db;
	}

	/** The draft of a conversation; reads it on first use. */
	of(key: DraftKey): Draft {
		let draft = this.#drafts.get(key);
		if (draft === undefined) {
			draft = new Draft(this.#db, key);
			this.#drafts.set(key, draft);
			void draft.load();
		}
		return draft;
	}

	/** Writes what is in memory only, before the page goes away. */
	saveAllAtOnce(): void {
		for (const draft of this.#drafts.values()) draft.saveAtOnce();
	}

	/** Writes what is in memory only: the page is hidden or left. */
	async saveAll(): Promise<void> {
		await Promise.all([...this.#drafts.values()].map((draft) => draft.save()));
	}
}
