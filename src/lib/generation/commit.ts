import { ConversationError, titleFromText } from '#lib/conversations/engine';
import {
	bookkeeping,
	directStamp,
	newRid,
	stampAhead,
	stamped,
	syncMark,
	transactDirectly,
	type ConnectionId,
	type ConnectionRow,
	type ConversationId,
	type ConversationRow,
	type Database,
	type DirectTransaction,
	type MessageId,
	type MessageKey,
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

/** What the rows of a turn were made of, and when its lock is held. */
export interface Commit {
	readonly turn: Turn;
	readonly rows: TurnRows;
	/** The conversation as it was read before; undefined when it is not there yet. */
	readonly stored: ConversationRow | undefined;
	readonly at: number;
	/** Nothing is committed before it settles, and nothing at all when it rejects. */
	readonly lock: Promise<unknown>;
}

/** Another tab has written since what was taken for granted was read. */
class Overtaken extends Error {}

/** Takes a rehearsed transaction back. */
class Rehearsed extends Error {}

/** Does all that `commitTurn` does, and leaves nothing of it. */
export async function rehearseCommit(db: Database, commit: Commit): Promise<void> {
	const lock = commit.lock.then(() => {
		throw new Rehearsed();
	});
	await commitTurn(db, { ...commit, lock }).catch((error: unknown) => {
		if (!(error instanceof Rehearsed)) throw error;
	});
}

/**
 * Writes question, pending answer and conversation: all of it or nothing. All requests go out
 * together, the writes by what is known; what is read meanwhile must confirm it, or the turn is
 * written once more after what was read.
 * @throws ConversationError `not-found` when conversation or parent are gone
 */
export async function commitTurn(db: Database, commit: Commit): Promise<void> {
	const tables = [db.conversations, db.messages, ...bookkeeping(db)];
	let written = (): void => undefined;
	const write = (work: typeof writeAhead): Promise<void> =>
		transactDirectly(db, tables, async (transaction) => {
			[written] = await Promise.all([work(db, transaction, commit), commit.lock]);
		});
	await write(writeAhead).catch((error: unknown) => {
		if (!(error instanceof Overtaken)) throw error;
		return write(writeAfter);
	});
	written();
}

async function writeAhead(
	db: Database,
	transaction: DirectTransaction,
	commit: Commit
): Promise<() => void> {
	const { turn, stored, at } = commit;
	const reads = [
		readParent(db, transaction, turn),
		transaction.get(db.conversations, turn.conversationId)
	] as const;
	const ahead = stampAhead(db, transaction, at);
	if (ahead === undefined) throw new Overtaken();
	const { stamp, written, isRight } = ahead;
	writeRows(db, transaction, commit, stored, stamp);
	const [parent, found, isClockRight] = await Promise.all([...reads, isRight]);
	checkParent(turn, parent);
	if (!isClockRight || JSON.stringify(found) !== JSON.stringify(stored)) throw new Overtaken();
	return written;
}

async function writeAfter(
	db: Database,
	transaction: DirectTransaction,
	commit: Commit
): Promise<() => void> {
	const { turn, at } = commit;
	const [parent, stored, { stamp, written }] = await Promise.all([
		readParent(db, transaction, turn),
		transaction.get(db.conversations, turn.conversationId),
		directStamp(db, transaction, at)
	]);
	checkParent(turn, parent);
	if (stored === undefined && (turn.create === undefined || turn.parentId !== '')) throw gone();
	writeRows(db, transaction, commit, stored, stamp);
	return written;
}

const readParent = (
	db: Database,
	transaction: DirectTransaction,
	{ parentId }: Turn
): Promise<MessageKey | undefined> =>
	parentId === '' ? Promise.resolve(undefined) : transaction.keyOf(db.messages, 'id', parentId);

function checkParent({ conversationId, parentId }: Turn, key: MessageKey | undefined): void {
	if (parentId !== '' && key?.[0] !== conversationId)
		throw new ConversationError('not-found', 'The message to answer is no longer here.');
}

function writeRows(
	db: Database,
	transaction: DirectTransaction,
	{ turn, rows, at }: Commit,
	stored: ConversationRow | undefined,
	stamp: string
): void {
	const { question, answer } = rows;
	const conversation = withTurn(stored, turn, rows, stamp, at);
	if (question !== undefined) {
		const key = [turn.conversationId, question.parentId, question.id];
		transaction.add(db.messages, question);
		transaction.put(db.outbox, syncMark('messages', question, key, at));
	}
	transaction.add(db.messages, answer);
	transaction.put(db.conversations, conversation);
	transaction.put(db.outbox, syncMark('conversations', conversation, conversation.id, at));
}
