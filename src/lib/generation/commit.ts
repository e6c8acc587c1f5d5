import { ConversationError, titleFromText } from '#lib/conversations/engine';
import {
	beginStamp,
	bookkeeping,
	markForSync,
	newRid,
	stamped,
	waitInTransaction,
	type ConnectionId,
	type ConnectionRow,
	type ConversationId,
	type ConversationRow,
	type Database,
	type MessageId,
	type MessagePart,
	type MessageRow
} from '#lib/db/engine';
import type { ModelChoice } from '#lib/engine/engine';
import type { GenerationParameters } from '#lib/providers';

/** One turn as it is about to be written. */
export interface Turn {
	readonly conversationId: ConversationId;
	/** Of the question when there is a new one, else of the answer. */
	readonly parentId: MessageId | '';
	/** A new message of the person. Missing: another answer to `parentId`. */
	readonly question?: { readonly id: MessageId; readonly text: string };
	readonly answerId: MessageId;
	/** What the answer starts with. */
	readonly start: readonly MessagePart[];
	readonly continuedFrom?: MessageId;
	/** A model or a route: what the conversation goes on with. */
	readonly choice: ModelChoice;
	/** The model that is asked first. */
	readonly asked: { readonly connectionId: ConnectionId | ''; readonly modelId: string };
	/** Its connection. */
	readonly connection: ConnectionRow | undefined;
	/** The route's name, when a route was chosen. */
	readonly route?: { readonly name: string };
	readonly deviceId: string;
	/** How to make the conversation when it does not exist yet. Missing: it must exist. */
	readonly create?: {
		readonly systemPrompt: string;
		readonly parameters: GenerationParameters;
		readonly contextStrategy?: ConversationRow['contextStrategy'];
	};
}

/** A turn's rows as they are about to be written. */
export interface TurnRows {
	/** As the turn found it, or as it makes it. */
	readonly conversation: Omit<ConversationRow, 'stamps'>;
	readonly question: MessageRow | undefined;
	readonly answer: MessageRow;
}

type Fields = Omit<ConversationRow, 'id' | 'rid' | 'createdAt' | 'stamps'>;

function newConversation(turn: Turn, at: number): Omit<ConversationRow, 'stamps'> {
	return {
		id: turn.conversationId,
		rid: newRid(),
		title: titleFromText(turn.question?.text ?? ''),
		titleSource: 'heuristic',
		pinned: 0,
		archived: 0,
		folderId: '',
		personaId: '',
		connectionId: turn.choice.connectionId,
		modelId: turn.choice.modelId,
		systemPrompt: turn.create?.systemPrompt ?? '',
		parameters: turn.create?.parameters ?? {},
		activeLeafId: turn.answerId,
		contextDividerId: '',
		...(turn.create?.contextStrategy != null && {
			contextStrategy: turn.create.contextStrategy
		}),
		createdAt: at,
		lastActivityAt: at,
		lastAnswerAt: 0,
		readAt: at,
		trashedAt: 0
	};
}

/** The conversation's row with what this turn changes. */
function withTurn(
	stored: ConversationRow | undefined,
	turn: Turn,
	{ conversation }: TurnRows,
	stamp: string,
	at: number
): ConversationRow {
	if (stored === undefined) {
		const { id, rid, createdAt, ...fields } = conversation;
		return { id, rid, createdAt, ...fields, stamps: stamped({}, fields, stamp) };
	}
	const wanted: Partial<Fields> = {
		connectionId: turn.choice.connectionId,
		modelId: turn.choice.modelId,
		activeLeafId: turn.answerId,
		lastActivityAt: at,
		// Whoever writes in a conversation wants it back from the bin.
		trashedAt: 0
	};
	const fields = Object.fromEntries(
		Object.entries(wanted).filter(([name, value]) => stored[name as keyof Fields] !== value)
	);
	return { ...stored, ...fields, stamps: stamped(stored.stamps, fields, stamp) };
}

const bare = {
	connectionId: '',
	presetId: '',
	connectionLabel: '',
	modelId: '',
	parameters: {},
	vote: 0,
	pinned: 0,
	stamps: {}
} as const;

const gone = (): ConversationError =>
	new ConversationError('not-found', 'This conversation is no longer here.');

/**
 * The rows of a turn, before they are written.
 * @param stored the conversation, as far as it exists
 * @throws ConversationError `not-found` when it must exist and does not
 */
export function rowsOf(turn: Turn, stored: ConversationRow | undefined, at: number): TurnRows {
	const { conversationId, parentId, answerId, asked, connection, route, deviceId } = turn;
	if (stored === undefined && (turn.create === undefined || parentId !== '')) throw gone();
	const conversation = stored ?? newConversation(turn, at);
	const question: MessageRow | undefined =
		turn.question === undefined
			? undefined
			: {
					...bare,
					conversationId,
					parentId,
					id: turn.question.id,
					rid: newRid(),
					role: 'user',
					parts: [{ type: 'text', text: turn.question.text }],
					state: 'complete',
					deviceId,
					createdAt: at
				};
	const answer: MessageRow = {
		...bare,
		conversationId,
		parentId: question?.id ?? parentId,
		id: answerId,
		rid: newRid(),
		role: 'assistant',
		parts: turn.start,
		state: 'streaming',
		deviceId,
		connectionId: asked.connectionId,
		presetId: connection?.presetId ?? '',
		connectionLabel: connection?.label ?? '',
		modelId: asked.modelId,
		...(route !== undefined && { route: { ...route, passed: [] } }),
		parameters: conversation.parameters,
		...(turn.continuedFrom !== undefined && { continuedFrom: turn.continuedFrom }),
		createdAt: at
	};
	return { conversation, question, answer };
}

/** Takes a rehearsed transaction back. */
class Rehearsed extends Error {}

/** Does all that `commitTurn` does, and leaves nothing of it. */
export async function rehearseCommit(
	db: Database,
	turn: Turn,
	rows: TurnRows,
	at: number
): Promise<void> {
	await db
		.transaction('rw', tablesOf(db), () =>
			writeTurn(db, turn, rows, at, Promise.resolve()).then(() => {
				throw new Rehearsed();
			})
		)
		.catch((error: unknown) => {
			if (!(error instanceof Rehearsed)) throw error;
		});
}

/**
 * Writes question, pending answer and conversation: all of it or nothing.
 * @param lock settles when the answer's lock is held; nothing is written before
 * @throws ConversationError `not-found` when conversation or parent are gone
 */
export async function commitTurn(
	db: Database,
	turn: Turn,
	rows: TurnRows,
	at: number,
	lock: Promise<unknown>
): Promise<void> {
	await db.transaction('rw', tablesOf(db), () => writeTurn(db, turn, rows, at, lock));
}

const tablesOf = (db: Database) => [db.conversations, db.messages, ...bookkeeping(db)];

/**
 * Runs in a transaction, in as few steps that wait for each other as can be. No `await` is in it:
 * Dexie follows those only where nothing else runs meanwhile, and here the request is being made.
 */
function writeTurn(
	db: Database,
	turn: Turn,
	rows: TurnRows,
	at: number,
	lock: Promise<unknown>
): Promise<unknown> {
	const { conversationId, parentId } = turn;
	const { question, answer } = rows;
	return Promise.all([
		parentId === '' ? [] : db.messages.where('id').equals(parentId).primaryKeys(),
		db.conversations.get(conversationId),
		beginStamp(db, at),
		waitInTransaction(lock)
	]).then(([parents, stored, { stamp, written }]) => {
		if (parentId !== '' && parents[0]?.[0] !== conversationId)
			throw new ConversationError('not-found', 'The message to answer is no longer here.');
		if (stored === undefined && (turn.create === undefined || parentId !== '')) throw gone();
		const conversation = withTurn(stored, turn, rows, stamp, at);
		const writes: PromiseLike<unknown>[] = [
			written,
			db.messages.bulkAdd(question === undefined ? [answer] : [question, answer]),
			db.conversations.put(conversation),
			markForSync(db, 'conversations', conversation, conversation.id, at)
		];
		if (question !== undefined) {
			const key = [conversationId, question.parentId, question.id];
			writes.push(markForSync(db, 'messages', question, key, at));
		}
		return Promise.all(writes);
	});
}
