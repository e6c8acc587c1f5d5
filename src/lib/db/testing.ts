/** Rows for tests: complete and plain. A test names the fields that it is about. */
import { newConversationId, newMessageId, newRid, type ConnectionId } from './ids.ts';
import type { ConnectionRow, ConversationRow, MessageRow, ModelRow } from './rows.ts';
import type { Database } from './schema.ts';

/** A connection without a key, to a server that is not there. */
export const connectionRow = (fields: Partial<ConnectionRow> = {}): ConnectionRow => ({
	id: 'connection-1' as ConnectionId,
	rid: newRid(),
	presetId: 'custom',
	protocol: 'openai-chat',
	label: 'Workshop',
	baseUrl: 'http://localhost:9',
	enabled: 1,
	position: 1,
	sealedKey: null,
	keyHint: '',
	limits: {},
	createdAt: 1,
	stamps: {},
	...fields
});

/** A model of `connectionRow()` of which only the name is known. */
export const modelRow = (fields: Partial<ModelRow> = {}): ModelRow => ({
	connectionId: 'connection-1' as ConnectionId,
	id: 'model-1',
	listed: { id: fields.id ?? 'model-1' },
	manual: 0,
	favourite: 0,
	lastUsedAt: 0,
	seenAt: 1,
	refusedParameters: [],
	...fields
});

/** A conversation without messages. */
export const conversationRow = (fields: Partial<ConversationRow> = {}): ConversationRow => ({
	id: newConversationId(),
	rid: newRid(),
	title: 'A conversation',
	titleSource: 'person',
	pinned: 0,
	archived: 0,
	folderId: '',
	personaId: '',
	connectionId: '',
	modelId: '',
	systemPrompt: '',
	parameters: {},
	activeLeafId: '',
	contextDividerId: '',
	createdAt: 1,
	lastActivityAt: 1,
	lastAnswerAt: 0,
	readAt: 0,
	trashedAt: 0,
	stamps: {},
	...fields
});

/** A settled question at the root of a conversation of its own. */
export const messageRow = (fields: Partial<MessageRow> = {}): MessageRow => ({
	conversationId: newConversationId(),
	parentId: '',
	id: newMessageId(),
	rid: newRid(),
	role: 'user',
	parts: [{ type: 'text', text: 'Hi' }],
	state: 'complete',
	deviceId: 'this',
	connectionId: '',
	presetId: '',
	connectionLabel: '',
	modelId: '',
	parameters: {},
	createdAt: 1,
	vote: 0,
	pinned: 0,
	stamps: {},
	...fields
});

/** Stores a conversation of these texts: question and answer by turns, each below the one before. */
export async function storeConversation(
	db: Database,
	texts: readonly string[],
	fields: Partial<ConversationRow> = {}
): Promise<{ readonly id: ConversationRow['id']; readonly messages: readonly MessageRow[] }> {
	const { id: conversationId } = conversationRow(fields);
	const messages: MessageRow[] = [];
	for (const [index, text] of texts.entries())
		messages.push(
			messageRow({
				conversationId,
				parentId: messages.at(-1)?.id ?? '',
				role: index % 2 === 0 ? 'user' : 'assistant',
				parts: [{ type: 'text', text }]
			})
		);
	await db.messages.bulkAdd(messages);
	const activeLeafId = messages.at(-1)?.id ?? '';
	await db.conversations.add(conversationRow({ ...fields, id: conversationId, activeLeafId }));
	return { id: conversationId, messages };
}
