/** What one tab holds of conversations, whatever page is open: made once, handed down. */
import {
	failureText,
	Live,
	newConversationId,
	newMessageId,
	type ConversationId,
	type ConversationRow,
	type Database,
	type MessageId
} from '#lib/db';
import type { ContextTracker } from '#lib/context';
import type { EngineApi, ModelChoice, SendOrder, SendReceipt, TurnIds } from '#lib/engine';
import type { Settings } from '#lib/settings';
import { createContext } from 'svelte';
import { readChosenModel, type ChosenModel } from './choice.ts';
import { ConversationView, type PendingTurn } from './conversation-view.svelte.ts';
import { outliving } from './outliving.svelte.ts';
import { Drafts, noSetup, type Draft, type Setup } from './drafts.svelte.ts';
import { readConversation } from './queries.ts';
import { SendQueue, type QueuedMessage } from './queue.svelte.ts';
import { announcementOf } from './words.ts';

/** Where a reader was when a conversation was left: this message's top, px below that of the view. */
export interface Place {
	readonly messageId: MessageId;
	readonly top: number;
}

export interface DeskOptions {
	readonly db: Database;
	readonly engine: EngineApi;
	readonly settings: Live<Settings>;
	/** Goes to the page of a conversation that is open already. */
	readonly show: (id: ConversationId) => Promise<void>;
	/** Goes back from the page of a conversation, if it is open, to that of a new one. */
	readonly showNew: (id: ConversationId) => Promise<void>;
}

export class Desk {
	readonly db: Database;
	readonly engine: EngineApi;
	readonly queue: SendQueue;
	/** Where each conversation was left in this tab. */
	readonly places = new Map<ConversationId, Place>();
	/** Whoever comes to the page of conversations next wants to search them. */
	isSearchWanted = false;
	readonly #drafts: Drafts;
	readonly #show: DeskOptions['show'];
	readonly #showNew: DeskOptions['showNew'];
	readonly #settings: Live<Settings>;
	readonly #connectionCount: Live<number>;
	#hasAskedToKeep = false;
	#context = $state.raw<ContextTracker>();
	/** What was made ready last. */
	#warmed = '';
	#view = $state.raw<ConversationView>();
	#announcement = $state.raw('');
	#failure = $state.raw<{ readonly id: ConversationId | ''; readonly message: string }>();
	/** Chosen in this tab, ahead of what the database says. */
	#picked = $state.raw<{ readonly id: ConversationId | ''; readonly choice: ModelChoice }>();
	#isSending = $state(false);
	/**
	 * Connection and model, and whether they are a conversation's own, as one string, so that an
	 * equal choice is the same; undefined until known.
	 */
	readonly #wanted = $derived.by((): string | undefined => {
		const view = this.#view;
		const isOpen = view !== undefined;
		if (this.#picked?.id === (view?.id ?? '')) return wantedKey(this.#picked.choice, isOpen);
		const row = view?.conversation;
		const own = ownKey(row);
		if (own !== undefined) return own;
		// Its own model is still being read, unless it begins with this turn.
		const isUnread = row === undefined && view?.step === 'shown' && view.turn === undefined;
		if (view?.step === 'loading' || isUnread || this.settings === undefined) return undefined;
		return wantedKey(this.settings.lastChoice as ModelChoice | null);
	});
	readonly #chosen = $derived.by(() => {
		const wanted = this.#wanted;
		return wanted === undefined ? undefined : new Live(() => this.#readWanted(wanted));
	});

	constructor({ db, engine, settings, show, showNew }: DeskOptions) {
		this.db = db;
		this.engine = engine;
		this.#show = show;
		this.#showNew = showNew;
		this.#drafts = new Drafts(db);
		this.#settings = settings;
		this.#connectionCount = new Live(() => db.connections.count());
		this.queue = new SendQueue({
			db,
			send: (id, parentId, message) => this.#sendQueued(id, parentId, message),
			onchange: (id, texts) => {
				this.#drafts.of(id).keepQueued(texts);
			}
		});
	}

	/** The open conversation; undefined on the page of a new one. */
	get view(): ConversationView | undefined {
		return this.#view;
	}

	/** What the status region says. */
	get announcement(): string {
		return this.#announcement;
	}

	/** Undefined until read. */
	get settings(): Settings | undefined {
		return this.#settings.current;
	}

	/** Undefined until read. */
	get hasConnections(): boolean | undefined {
		const count = this.#connectionCount.current;
		return count === undefined ? undefined : count > 0;
	}

	get draft(): Draft {
		return this.#drafts.of(this.#view?.id ?? '');
	}

	/** The model that answers next. Undefined until read, or when there is none at all. */
	get chosen(): ChosenModel | undefined {
		return this.#chosen?.current;
	}

	/** Whether a message is on its way to be stored. */
	get isSending(): boolean {
		return this.#isSending;
	}

	get setup(): Setup {
		return this.#view === undefined ? this.draft.setup : (this.#view.conversation ?? noSetup);
	}

	/** The next request, measured. Undefined until the first paint is over and its code is here. */
	get context(): ContextTracker | undefined {
		return this.#context;
	}

	set context(tracker: ContextTracker | undefined) {
		this.#context = tracker;
	}

	/** Why the last order for the open conversation was refused. */
	get failure(): string | undefined {
		return this.#failure?.id === (this.#view?.id ?? '') ? this.#failure.message : undefined;
	}

	dismissFailure(): void {
		this.#failure = undefined;
	}

	announce(text: string): void {
		this.#announcement = text;
	}

	/** The view of a conversation; any other one is let go. */
	open(id: ConversationId): ConversationView {
		if (this.#view?.id === id) return this.#view;
		this.#view?.close();
		const view = outliving(
			() =>
				new ConversationView({
					db: this.db,
					engine: this.engine,
					id,
					onchange: (row, before) => {
						if (row.role === 'assistant' && (before !== undefined || row.state === 'streaming'))
							this.announce(announcementOf(row));
					}
				})
		);
		this.#view = view;
		return view;
	}

	/** The page of a new conversation is shown. */
	leave(): void {
		this.#view?.close();
		this.#view = undefined;
	}

	/** The person reads or writes here: have what the next message needs at hand. */
	warm(): void {
		const { chosen } = this;
		if (chosen === undefined || chosen.trouble !== undefined) return;
		// While an answer runs there is no next message to make ready.
		const view = this.#view;
		if (
			view !== undefined &&
			view.leafId !== '' &&
			(view.leaf?.state ?? 'streaming') === 'streaming'
		)
			return;
		const { connectionId, modelId } = chosen;
		const conversationId: ConversationId | '' = view?.id ?? '';
		const leafId: MessageId | '' = view?.leafId ?? '';
		const key = [connectionId, modelId, conversationId, leafId].join(' ');
		if (key === this.#warmed) return;
		this.#warmed = key;
		this.#quietly(this.engine.connections.warm(chosen.connection.id));
		const query = { connectionId, modelId, conversationId, leafId, draftTokens: 0 };
		this.#quietly(this.engine.generation.warm(query));
	}

	async choose(choice: ModelChoice): Promise<void> {
		const id = this.#view?.id ?? '';
		this.#picked = { id, choice };
		await this.#try(id, async () => {
			await this.engine.settings.set('lastChoice', choice);
			if (id !== '') await this.engine.conversations.update(id, choice);
			await this.engine.connections.warm(choice.connectionId);
		});
	}

	async changeSetup({ contextStrategy, ...setup }: Partial<Setup>): Promise<void> {
		const view = this.#view;
		if (view === undefined) {
			const { draft } = this;
			draft.setup = {
				...draft.setup,
				...setup,
				...(contextStrategy !== undefined && { contextStrategy })
			};
			return;
		}
		await this.#try(view.id, async () => {
			if (Object.keys(setup).length > 0) await this.engine.conversations.update(view.id, setup);
			if (contextStrategy !== undefined)
				await this.engine.context.setStrategy(view.id, contextStrategy);
		});
	}

	/** Sends what is in the field, or queues it behind a running answer: also while that is being stored. */
	async sendDraft(): Promise<void> {
		const { draft } = this;
		if (!this.#mayGo(draft)) return;
		// At once where it is known; whoever is faster than the first read waits for it.
		const chosen = this.chosen ?? (await this.#readChoice());
		if (chosen === undefined) return;
		// Another Enter, or another page, while it was read.
		if (draft !== this.draft || !this.#mayGo(draft)) return;
		const view = this.#view;
		const leaf = view?.leaf;
		if (view !== undefined && leaf?.state === 'streaming') {
			this.queue.add(view.id, leaf.id, draft.text, chosen);
			draft.text = '';
			return;
		}
		if (this.#isSending) return;
		const text = draft.take();
		const isSent = await this.#sendText(text, chosen, chosen);
		if (isSent) draft.sent();
		else draft.putBack();
	}

	/** Sends a text as a new conversation or at the end of the open one. */
	send(text: string, choice: ModelChoice): Promise<boolean> {
		const { chosen } = this;
		const isKnown = chosen !== undefined && isSame(chosen, choice);
		return this.#sendText(text, choice, isKnown ? chosen : undefined);
	}

	/** Runs an order that takes a turn in the open conversation, and shows the turn. */
	async turn(order: (engine: EngineApi) => Promise<SendReceipt>): Promise<boolean> {
		const view = this.#view;
		if (view === undefined) return false;
		return this.#try(view.id, async () => {
			const receipt = await order(this.engine);
			await view.follow(receipt);
			this.queue.watch(view.id, receipt.answerId);
		});
	}

	/** Runs an order; says so when it is refused. */
	do(order: (engine: EngineApi) => Promise<unknown>): Promise<boolean> {
		return this.#try(this.#view?.id ?? '', async () => {
			await order(this.engine);
		});
	}

	/** Runs an order that changes what goes into the next request. */
	async changeContext(order: (engine: EngineApi) => Promise<unknown>): Promise<void> {
		if (await this.do(order)) await this.#context?.refresh();
	}

	/** The page goes away, perhaps to come back: writes what is in memory only. */
	leavePage(): void {
		this.#drafts.saveAllAtOnce();
		void this.#drafts.saveAll();
	}

	/** Writes what is in memory only: the page is hidden or left. */
	saveDrafts(): Promise<void> {
		return this.#drafts.saveAll();
	}

	/**
	 * The turn is shown while the engine stores it, and taken back when it cannot be stored.
	 * @param known who will answer; missing: shown once it is stored
	 */
	async #sendText(
		text: string,
		choice: ModelChoice,
		known: ChosenModel | undefined
	): Promise<boolean> {
		const before = this.#view;
		const isNew = before === undefined;
		const fresh = this.#drafts.of('');
		const id = before?.id ?? newConversationId();
		this.#isSending = true;
		try {
			if (isNew && !fresh.isLoaded) await fresh.load();
			// Its end is what is answered to.
			if (before?.step === 'loading') await before.open();
			const parentId = before?.leafId ?? '';
			const { connectionId, modelId } = choice;
			const ids = { questionId: newMessageId(), answerId: newMessageId() };
			const order = { conversationId: id, parentId, ids, text, connectionId, modelId };
			const sending = this.engine.generation.send({
				...order,
				...(isNew && { ...fresh.setup, isNew: true })
			});
			this.#askToKeepData();
			// On its way. Listens in the same moment, before anything can arrive.
			const view = before ?? this.open(id);
			if (known !== undefined) view.begin(pendingTurn(order, known), Date.now());
			const showing = isNew && known !== undefined ? this.#show(id) : undefined;
			const receipt = await sending.catch(async (error: unknown) => {
				await showing;
				if (isNew) await this.#takeBack(view);
				else view.withdraw();
				this.#failure = { id: before?.id ?? '', message: messageOf(error) };
			});
			if (receipt === undefined) return false;
			if (this.#failure?.id === (before?.id ?? '')) this.#failure = undefined;
			// It is stored: whatever goes wrong now, the text is not sent again.
			await this.#try(id, () => view.follow(receipt));
			if (!isNew) return true;
			fresh.setup = noSetup;
			this.#rememberChoice(choice);
			void this.#try(id, () => showing ?? this.#show(id));
			return true;
		} finally {
			this.#isSending = false;
		}
	}

	/** A conversation that could not be begun: back to the page of a new one, with what was typed since. */
	async #takeBack(view: ConversationView): Promise<void> {
		const { id } = view;
		const fresh = this.#drafts.of('');
		const since = this.#drafts.of(id);
		const texts = [fresh.text, ...this.queue.of(id).map(({ text }) => text), since.text];
		for (const { key } of this.queue.of(id)) this.queue.remove(id, key);
		since.text = '';
		fresh.text = texts.filter((text) => text !== '').join('\n\n');
		if (this.#view !== view) return;
		view.close();
		this.#view = undefined;
		await this.#showNew(id);
	}

	async #sendQueued(
		conversationId: ConversationId,
		parentId: MessageId,
		{ text, choice: { connectionId, modelId } }: QueuedMessage
	): Promise<MessageId> {
		try {
			const order = { conversationId, parentId, text, connectionId, modelId };
			const receipt = await this.engine.generation.send(order);
			if (this.#view?.id === conversationId) await this.#view.follow(receipt);
			return receipt.answerId;
		} catch (error) {
			this.#failure = { id: conversationId, message: messageOf(error) };
			throw error;
		}
	}

	#mayGo({ text }: Draft): boolean {
		return text.trim() !== '' && this.chosen?.trouble === undefined;
	}

	/** Undefined also for one that cannot be asked: the composer says why. */
	async #readChoice(): Promise<ChosenModel | undefined> {
		const view = this.#view;
		await view?.open();
		const row = view && (await readConversation(this.db, view.id));
		const chosen = await this.#readWanted(this.#wanted ?? ownKey(row) ?? wantedKey(null));
		return chosen?.trouble === undefined ? chosen : undefined;
	}

	#readWanted(wanted: string): Promise<ChosenModel | undefined> {
		return readChosenModel(this.db, ...(JSON.parse(wanted) as Wanted));
	}

	#rememberChoice(choice: ModelChoice): void {
		const last = this.settings?.lastChoice as ModelChoice | null | undefined;
		if (last != null && isSame(last, choice)) return;
		const { connectionId, modelId } = choice;
		this.#quietly(this.engine.settings.set('lastChoice', { connectionId, modelId }));
	}

	async #try(id: ConversationId | '', work: () => Promise<void>): Promise<boolean> {
		try {
			await work();
			if (this.#failure?.id === id) this.#failure = undefined;
			return true;
		} catch (error) {
			this.#failure = { id, message: messageOf(error) };
			return false;
		}
	}

	/** Browsers ask or decide by themselves, in a gesture. Data in the settings shows the answer. */
	#askToKeepData(): void {
		if (this.#hasAskedToKeep) return;
		this.#hasAskedToKeep = true;
		// Missing in old browsers and outside secure contexts, whatever the types say.
		const storage = navigator.storage as StorageManager | undefined;
		storage?.persist().catch(() => false);
	}

	/** For what only saves time: a failure shows when the thing itself is done. */
	#quietly(work: Promise<void>): void {
		work.catch(() => undefined);
	}
}

type Wanted = [choice: ModelChoice | null, isKept: boolean];

const wantedKey = (choice: ModelChoice | null, isKept = false): string =>
	JSON.stringify([choice, isKept] satisfies Wanted);

/** What a conversation asks; undefined when it says nothing. */
const ownKey = (row: ConversationRow | undefined): string | undefined =>
	row === undefined || row.connectionId === '' || row.modelId === ''
		? undefined
		: wantedKey({ connectionId: row.connectionId, modelId: row.modelId }, true);

/** What a turn will be once it is stored. */
const pendingTurn = (
	{ ids, parentId, text }: Pick<SendOrder, 'parentId' | 'text'> & { readonly ids: TurnIds },
	{ connection, modelId, info, isRoute, name }: ChosenModel
): PendingTurn => ({
	question: { id: ids.questionId, parentId, parts: [{ type: 'text', text }] },
	answer: {
		id: ids.answerId,
		connectionId: connection.id,
		presetId: connection.presetId,
		connectionLabel: connection.label,
		modelId: isRoute === true ? info.id : modelId,
		...(isRoute === true && { route: { name, passed: [] } })
	}
});

const isSame = (one: ModelChoice, other: ModelChoice): boolean =>
	one.connectionId === other.connectionId && one.modelId === other.modelId;

const messageOf = (error: unknown): string =>
	failureText(error, error instanceof Error ? error.message : String(error));

/** The desk of this tab, whatever page is open. */
export const [getDesk, setDesk] = createContext<Desk>();
