import { ConversationError, titleFromText } from '#lib/conversations/engine';
import {
	bookkeeping,
	markForSync,
	newRid,
	nextStamp,
	stamped,
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

export interface CommittedTurn {
	readonly conversation: ConversationRow;
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
	stamp: string,
	at: number
): ConversationRow {
	if (stored === undefined) {
		const { id, rid, createdAt, ...fields } = newConversation(turn, at);
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

/**
 * Writes question, pending answer and conversation: all of it or nothing. The caller holds the
 * answer's lock.
 * @throws ConversationError `not-found` when conversation or parent are gone
 */
export async function commitTurn(db: Database, turn: Turn, at: number): Promise<CommittedTurn> {
	const { conversationId, parentId, answerId, asked, connection, route, deviceId } = turn;
	return db.transaction('rw', [db.conversations, db.messages, ...bookkeeping(db)], async () => {
		// Few steps that wait for each other: this transaction stands between Enter and the request.
		const [parents, stored, stamp] = await Promise.all([
			parentId === '' ? [] : db.messages.where('id').equals(parentId).primaryKeys(),
			db.conversations.get(conversationId),
			nextStamp(db, at)
		]);
		if (parentId !== '' && parents[0]?.[0] !== conversationId)
			throw new ConversationError('not-found', 'The message to answer is no longer here.');
		if (stored === undefined && (turn.create === undefined || parentId !== ''))
			throw new ConversationError('not-found', 'This conversation is no longer here.');
		const conversation = withTurn(stored, turn, stamp, at);
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
		const writes: PromiseLike<unknown>[] = [
			db.messages.bulkAdd(question === undefined ? [answer] : [question, answer]),
			db.conversations.put(conversation),
			markForSync(db, 'conversations', conversation, conversation.id, at)
		];
		if (question !== undefined) {
			const key = [conversationId, question.parentId, question.id];
			writes.push(markForSync(db, 'messages', question, key, at));
		}
		await Promise.all(writes);
		return { conversation, question, answer };
	});
}
