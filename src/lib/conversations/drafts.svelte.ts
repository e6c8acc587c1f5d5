/**
 * What was typed and not yet sent, per conversation; `''` is the new one. The only rows that the
 * page writes itself: soon after each change, and at once when the page is hidden or left.
 */
import type { Strategy } from '#lib/context-window';
import type { ConversationId, Database, DraftRow } from '#lib/db';
import type { GenerationParameters } from '#lib/providers';

/** Longest that a typed letter is in memory only (ms). */
const DELAY = 400;

export type DraftKey = ConversationId | '';

/** What a conversation asks with, beside its messages. */
export interface Setup {
	readonly systemPrompt: string;
	readonly parameters: GenerationParameters;
	/** How requests are cut; missing or null: as model or settings say. */
	readonly contextStrategy?: Strategy | null;
}

export const noSetup: Setup = { systemPrompt: '', parameters: {} };

export class Draft {
	readonly key: DraftKey;
	readonly #db: Database;
	#text = $state.raw('');
	#setup = $state.raw(noSetup);
	/** On its way: out of the field, and on disk until it is there as a message. */
	#taken = '';
	/** Messages that wait for an answer to settle. */
	#queued = '';
	#loaded: Promise<void> | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#isDirty = false;
	#isLoaded = false;
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

	/** Of a new conversation: kept here until its first message is sent. */
	get setup(): Setup {
		return this.#setup;
	}

	set setup(setup: Setup) {
		if (setup === this.#setup) return;
		this.#setup = setup;
		this.#changed();
	}

	/** Whether what was stored is here. */
	get isLoaded(): boolean {
		return this.#isLoaded;
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
			const row = this.#row();
			if (row === undefined) drafts.delete(this.key);
			else drafts.put(row);
			transaction.commit();
		} catch {
			// Closed, or a full disk: still to be written, should the page live on.
		}
	}

	/** All that is not on disk as a message, as one text. */
	get #unsent(): string {
		return [this.#taken, this.#queued, this.#text].filter((part) => part !== '').join('\n\n');
	}

	/** As it is stored; undefined when there is nothing to keep. */
	#row(): DraftRow | undefined {
		const text = this.#unsent;
		const { systemPrompt, parameters, contextStrategy } = this.#setup;
		const hasSetup =
			systemPrompt !== '' || Object.keys(parameters).length > 0 || contextStrategy != null;
		if (text === '' && !hasSetup) return undefined;
		return { conversationId: this.key, text, ...(hasSetup && this.#setup), updatedAt: Date.now() };
	}

	#changed(): void {
		this.#isDirty = true;
		this.#timer ??= setTimeout(() => void this.save(), DELAY);
	}

	async #write(before: Promise<unknown>): Promise<void> {
		const row = this.#row();
		await before;
		try {
			if (row === undefined) await this.#db.drafts.delete(this.key);
			else await this.#db.drafts.put(row);
		} catch {
			// A full disk: the next change tries again.
			this.#isDirty = true;
		}
	}

	async #load(): Promise<void> {
		const row = await this.#db.drafts.get(this.key);
		if (row !== undefined) await this.#restore(row);
		this.#isLoaded = true;
	}

	async #restore(row: DraftRow): Promise<void> {
		if (row.text !== '') {
			if (this.#text === '') this.#text = row.text;
			else this.text = `${row.text}\n${this.#text}`;
		}
		if (row.systemPrompt === undefined && row.parameters === undefined) return;
		const { storedSetup } = await import('./stored-setup.ts');
		const setup = storedSetup(row);
		if (setup !== undefined && this.#setup === noSetup) this.setup = setup;
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
