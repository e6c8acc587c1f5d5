/**
 * One open conversation as a tab shows it: its branch, the bodies that were read, and its running
 * answers. The first paint walks up from the leaf; the whole tree's shape is read after it, from
 * keys alone. The active leaf is this tab's own; the row is only where it starts.
 */
import {
	Live,
	type ConversationId,
	type ConversationRow,
	type Database,
	type MessageId,
	type MessageKey,
	type MessageRow
} from '#lib/db';
import {
	conversationChannel,
	type AnswerDelta,
	type EngineApi,
	type SendReceipt
} from '#lib/engine';
import { LiveAnswer } from './live-answer.svelte.ts';
import { readConversation, readMessage, readMessages, readSkeleton, walkUp } from './queries.ts';
import { MessageTree } from './tree.ts';

/** How many messages the first paint reads: more than a tall screen shows. */
const FIRST_READ = 12;
/** Bodies kept in memory around those on show. */
const KEPT = 200;

export interface Position {
	/** From 1, among the alternatives. */
	readonly current: number;
	readonly total: number;
}

/** A turn that is on its way to the disk: what can be shown of it. */
export interface PendingTurn {
	readonly question: Pick<MessageRow, 'id' | 'parentId' | 'parts'>;
	readonly answer: Pick<
		MessageRow,
		'id' | 'connectionId' | 'presetId' | 'connectionLabel' | 'modelId' | 'route'
	>;
}

export interface ViewOptions {
	readonly db: Database;
	readonly engine: Pick<EngineApi, 'conversations'>;
	readonly id: ConversationId;
	/** An answer on this branch settled or began, and was stored, while it was looked at. */
	readonly onchange?: (row: MessageRow, before: MessageRow | undefined) => void;
}

function isDelta(data: unknown): data is AnswerDelta {
	if (typeof data !== 'object' || data === null) return false;
	const { messageId, part, offset, text } = data as Partial<Record<keyof AnswerDelta, unknown>>;
	return (
		typeof messageId === 'string' &&
		(part === 'text' || part === 'reasoning') &&
		typeof offset === 'number' &&
		typeof text === 'string'
	);
}

/** What a row that is not stored yet has nothing to say of. */
const unstored = {
	rid: '',
	deviceId: '',
	parts: [],
	connectionId: '',
	presetId: '',
	connectionLabel: '',
	modelId: '',
	parameters: {},
	vote: 0,
	pinned: 0,
	stamps: {}
} as const satisfies Partial<MessageRow>;

export class ConversationView {
	readonly id: ConversationId;
	readonly #options: ViewOptions;
	readonly #conversation: Live<ConversationRow | undefined>;
	readonly #rows = new Map<MessageId, MessageRow>();
	readonly #watched = new Map<MessageId, Live<MessageRow | undefined>>();
	readonly #answers = new Map<MessageId, LiveAnswer>();
	readonly #channel: BroadcastChannel;
	#keys: MessageKey[] = [];
	#tree = $state.raw<MessageTree>();
	#leafId = $state.raw<MessageId | ''>('');
	#walked = $state.raw<readonly MessageId[]>([]);
	#step = $state.raw<'loading' | 'shown' | 'missing'>('loading');
	/** Counts the turns taken in this tab: each puts its question to the top of the view. */
	#turn = $state.raw<{ readonly questionId: MessageId; readonly answerId: MessageId }>();
	/** Shown and not stored yet: what is read of the tree does not have it. */
	#pending: readonly MessageKey[] = [];
	/** The last activity that `#keys` covers (ms). */
	#knownActivity = 0;
	#lastActivity = 0;
	#opened: Promise<void> | undefined;
	readonly #branch = $derived(this.#tree?.branchTo(this.#leafId) ?? this.#walked);

	constructor(options: ViewOptions) {
		this.#options = options;
		this.id = options.id;
		this.#conversation = new Live(async () => {
			const row = await readConversation(options.db, options.id);
			if (row !== undefined) {
				this.#lastActivity = row.lastActivityAt;
				this.#catchUp();
			}
			return row;
		});
		this.#channel = new BroadcastChannel(conversationChannel(options.id));
		this.#channel.onmessage = ({ data }) => {
			if (isDelta(data)) this.liveAnswer(data.messageId).push(data);
		};
	}

	get step(): 'loading' | 'shown' | 'missing' {
		return this.#step;
	}

	/** Undefined until read, and when it is gone. */
	get conversation(): ConversationRow | undefined {
		return this.#conversation.current;
	}

	/** Ids of the branch on show, oldest first. Until the tree is read: its end. */
	get branch(): readonly MessageId[] {
		return this.#branch;
	}

	get leafId(): MessageId | '' {
		return this.#leafId;
	}

	/** The last turn taken in this tab. */
	get turn(): { readonly questionId: MessageId; readonly answerId: MessageId } | undefined {
		return this.#turn;
	}

	/** The end of the branch; follows every change of it. Undefined while empty or unread. */
	get leaf(): MessageRow | undefined {
		return this.#leafId === '' ? undefined : this.row(this.#leafId);
	}

	/**
	 * The last message of the branch that “clear context” forgets: it ends the exchange in which the
	 * divider stands. Undefined where nothing is forgotten.
	 */
	get lastForgotten(): MessageId | undefined {
		const divider = this.conversation?.contextDividerId ?? '';
		let at = divider === '' ? -1 : this.#branch.indexOf(divider);
		if (at < 0) return undefined;
		for (let next = this.#branch[at + 1]; next !== undefined; next = this.#branch[at + 1]) {
			if (this.row(next)?.role !== 'assistant') break;
			at += 1;
		}
		return this.#branch[at];
	}

	/** A message as it is now; follows every change while something reads it. */
	row(id: MessageId): MessageRow | undefined {
		let live = this.#watched.get(id);
		if (live === undefined) {
			live = new Live(async () => {
				const row = await readMessage(this.#options.db, id);
				if (row !== undefined) this.#remember(row);
				return row;
			});
			this.#watched.set(id, live);
		}
		return live.current ?? this.#rows.get(id);
	}

	/** Whether its body is here, so that it can be shown at once. */
	isLoaded(id: MessageId): boolean {
		return this.#rows.has(id);
	}

	/** Where a message stands among its alternatives. Undefined while it has none. */
	position(id: MessageId): Position | undefined {
		const siblings = this.#tree?.siblings(id) ?? [];
		if (siblings.length < 2) return undefined;
		return { current: siblings.indexOf(id) + 1, total: siblings.length };
	}

	/** Reads what the first paint needs, then the shape of the whole tree. */
	open(): Promise<void> {
		this.#opened ??= this.#open();
		return this.#opened;
	}

	/** Reads bodies that are not here yet, so that they can be shown at once. */
	async load(ids: readonly MessageId[]): Promise<void> {
		const missing = ids.filter((id) => !this.#rows.has(id));
		if (missing.length === 0) return;
		for (const row of await readMessages(this.#options.db, missing)) this.#remember(row);
	}

	/** Lets go of bodies that are far from those on show. */
	forgetAllBut(ids: readonly MessageId[]): void {
		if (this.#rows.size <= KEPT) return;
		const kept = new Set(ids);
		for (const [id, row] of this.#rows) {
			if (kept.has(id) || row.state === 'streaming') continue;
			this.#rows.delete(id);
			this.#watched.delete(id);
			this.#answers.delete(id);
		}
	}

	/** The running answer with this id; made on first use. */
	liveAnswer(id: MessageId): LiveAnswer {
		let answer = this.#answers.get(id);
		if (answer === undefined) {
			answer = new LiveAnswer();
			this.#answers.set(id, answer);
		}
		return answer;
	}

	/**
	 * Shows a turn before it is stored. `follow` or `withdraw` comes after it.
	 * @param at about when it is taken (ms)
	 */
	begin({ question, answer }: PendingTurn, at: number): void {
		this.#opened ??= Promise.resolve();
		const rest = { ...unstored, conversationId: this.id, createdAt: at };
		this.#remember({ ...rest, ...question, role: 'user', state: 'complete' });
		this.#remember({
			...rest,
			...answer,
			parentId: question.id,
			role: 'assistant',
			state: 'streaming'
		});
		this.#pending = [
			[this.id, question.parentId, question.id],
			[this.id, question.id, answer.id]
		];
		// Of a branch that was opened, the tree is still being read; a new one has nothing else.
		if (this.#tree === undefined && this.#walked.length > 0)
			this.#walked = [...this.#walked, question.id, answer.id];
		else this.#setKeys(this.#keys);
		this.#show(question.id, answer.id);
	}

	/** The turn could not be stored: shows the branch without it. */
	withdraw(): void {
		const [[, parentId, questionId] = []] = this.#pending;
		if (parentId === undefined) return;
		const ids = this.#pending.map(([, , id]) => id);
		this.#pending = [];
		for (const id of ids) {
			this.#rows.delete(id);
			this.#watched.delete(id);
		}
		this.#walked = this.#walked.filter((id) => !ids.includes(id));
		if (this.#turn?.questionId === questionId) this.#turn = undefined;
		if (ids.some((id) => id === this.#leafId)) this.#leafId = parentId;
		if (this.#tree !== undefined) this.#setKeys(this.#keys);
		this.#catchUp();
	}

	/** A turn of this tab is stored: show its branch. */
	async follow({ userMessageId, answerId, at }: SendReceipt): Promise<void> {
		this.#opened ??= Promise.resolve();
		await this.#opened;
		if (this.#pending.some(([, , id]) => id === answerId)) {
			this.#knownActivity = Math.max(this.#knownActivity, at);
			this.#keys.push(...this.#pending);
			this.#pending = [];
			const answer = this.#rows.get(answerId);
			if (answer !== undefined) this.#options.onchange?.(answer, undefined);
			this.#catchUp();
			return;
		}
		if (this.#tree === undefined) await this.#readTree(Number.POSITIVE_INFINITY);
		await this.load([userMessageId, answerId]);
		for (const id of [userMessageId, answerId]) {
			const row = this.#rows.get(id);
			if (row === undefined || this.#tree?.has(id) === true) continue;
			this.#keys.push([this.id, row.parentId, id]);
			this.#knownActivity = Math.max(this.#knownActivity, row.createdAt);
		}
		this.#setKeys(this.#keys);
		this.#show(userMessageId, answerId);
	}

	/** Turns to another alternative, and to the newest end below it. */
	async turnTo(id: MessageId, position: number): Promise<void> {
		const tree = this.#tree;
		const sibling = tree?.siblings(id)[position - 1];
		if (tree === undefined || sibling === undefined) return;
		const leafId = tree.newestLeafBelow(sibling);
		const branch = tree.branchTo(leafId);
		const at = branch.indexOf(sibling);
		await this.load(branch.slice(at, at + FIRST_READ));
		this.#turn = undefined;
		this.#leafId = leafId;
		await this.#options.engine.conversations.update(this.id, { activeLeafId: leafId });
	}

	close(): void {
		this.#channel.close();
		for (const answer of this.#answers.values()) answer.stop();
	}

	async #open(): Promise<void> {
		const { db } = this.#options;
		const row = await readConversation(db, this.id);
		if (row === undefined) {
			this.#step = 'missing';
			return;
		}
		const rows = await walkUp(db, row.activeLeafId, FIRST_READ);
		for (const message of rows) this.#remember(message);
		this.#walked = rows.map(({ id }) => id);
		this.#leafId = rows.at(-1)?.id ?? '';
		this.#step = 'shown';
		// After the first frame: the tree of a long conversation takes longer than its end.
		requestAnimationFrame(() => {
			setTimeout(() => void this.#readTree(row.lastActivityAt));
		});
	}

	/** Reads the shape anew; a branch that was continued elsewhere is followed to its end. */
	async #readTree(activity: number): Promise<void> {
		if (Number.isFinite(activity)) this.#knownActivity = Math.max(this.#knownActivity, activity);
		const keys = await readSkeleton(this.#options.db, this.id);
		const tree = this.#treeOf(keys);
		const leafId = tree.leafFrom(this.#leafId);
		if (leafId !== this.#leafId) await this.load(tree.branchTo(leafId).slice(-FIRST_READ));
		this.#setKeys(keys);
		// A turn may have been taken meanwhile.
		this.#leafId = this.#treeOf(keys).leafFrom(this.#leafId);
	}

	#setKeys(keys: MessageKey[]): void {
		this.#keys = keys;
		this.#tree = this.#treeOf(keys);
	}

	#treeOf(stored: readonly MessageKey[]): MessageTree {
		return new MessageTree([...stored, ...this.#pending]);
	}

	#show(questionId: MessageId, answerId: MessageId): void {
		this.#step = 'shown';
		this.#leafId = answerId;
		this.#turn = { questionId, answerId };
	}

	/** Reads what another tab added. The turn of this tab is known. */
	#catchUp(): void {
		if (this.#tree === undefined || this.#pending.length > 0) return;
		if (this.#lastActivity > this.#knownActivity) void this.#readTree(this.#lastActivity);
	}

	#remember(row: MessageRow): void {
		const before = this.#rows.get(row.id);
		this.#rows.set(row.id, row);
		if (row.state === 'streaming') this.liveAnswer(row.id).flush(row);
		// One that is not stored yet may still be taken back: `follow` tells of it.
		if (before?.state !== row.state && row.rid !== '') this.#options.onchange?.(row, before);
	}
}
