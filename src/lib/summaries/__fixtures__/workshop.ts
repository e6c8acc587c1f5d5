/** A conversation, a connection and a model that says what the test tells it to. */
import {
	newConversationId,
	newMessageId,
	newRid,
	openDatabase,
	type ConnectionId,
	type ConnectionRow,
	type ConversationId,
	type Database,
	type MessageId,
	type MessageRow
} from '#lib/db/engine';
import { Limiter, waitUntil } from '#lib/limits/engine';
import {
	ProviderError,
	type GenerateRequest,
	type ModelInfo,
	type ProviderErrorDetails,
	type StreamEvent
} from '#lib/providers';
import { Summaries } from '../summaries.ts';
import type { SummaryOrder } from '../types.ts';

export const connection: ConnectionRow = {
	id: 'connection-1' as ConnectionId,
	rid: 'rid-connection-1',
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
	stamps: {}
};

export const info: ModelInfo = {
	id: 'model-1',
	contextWindow: 8_000,
	prices: { input: 1, output: 10 }
};

/** What the model does with a request: pieces of text, or a fault; `held` ends only when cancelled. */
export type Reply = readonly string[] | ProviderErrorDetails | 'held' | 'cut';

async function* play(reply: Reply, signal: AbortSignal): AsyncGenerator<StreamEvent> {
	if (reply === 'held') {
		yield { type: 'text-delta', delta: 'Never' };
		await new Promise((resolve) => {
			signal.addEventListener('abort', resolve);
		});
	} else if (reply === 'cut') yield { type: 'text-delta', delta: 'Half a summ' };
	else if ('kind' in reply) throw new ProviderError(reply);
	else {
		for (const delta of reply) yield { type: 'text-delta', delta };
		const usage = { inputTokens: 2_000, outputTokens: 100 };
		yield { type: 'finish', reason: 'stop', usage };
	}
}

/** One tab's summaries over a database, with what its model was asked. */
export interface Workshop {
	readonly db: Database;
	readonly summaries: Summaries;
	readonly requests: GenerateRequest[];
	/** What the model answers next, in order; the last one stays. */
	replies: Reply[];
	close(): Promise<void>;
}

export async function openWorkshop(
	name: string,
	row: ConnectionRow = connection
): Promise<Workshop> {
	const db = await openDatabase(name);
	await db.connections.put(row);
	const requests: GenerateRequest[] = [];
	const deps = { db, locks: navigator.locks, now: Date.now };
	const workshop: Workshop = {
		db,
		requests,
		replies: [['So far, so good.']],
		summaries: new Summaries({
			...deps,
			limiter: new Limiter({ ...deps, waitUntil }),
			generate: (request, _connection, { signal }) => {
				requests.push(request);
				const reply = workshop.replies.length > 1 ? workshop.replies.shift() : workshop.replies[0];
				return play(reply ?? 'cut', signal);
			},
			openConnection: () =>
				Promise.resolve({
					ok: true,
					connection: { presetId: 'custom', protocol: 'openai-chat', baseUrl: row.baseUrl },
					row
				})
		}),
		async close() {
			await workshop.summaries.close();
			db.close();
		}
	};
	return workshop;
}

/** Stores a conversation with these texts, question and answer by turns. */
export async function converse(
	db: Database,
	texts: readonly string[]
): Promise<{ readonly id: ConversationId; readonly messages: readonly MessageRow[] }> {
	const id = newConversationId();
	const messages: MessageRow[] = [];
	let parentId: MessageId | '' = '';
	for (const [index, text] of texts.entries()) {
		const message: MessageRow = {
			conversationId: id,
			parentId,
			id: newMessageId(),
			rid: newRid(),
			role: index % 2 === 0 ? 'user' : 'assistant',
			parts: [{ type: 'text', text }],
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
			stamps: {}
		};
		messages.push(message);
		parentId = message.id;
	}
	await db.messages.bulkAdd(messages);
	await db.conversations.add({
		id,
		rid: newRid(),
		title: 'A long talk',
		titleSource: 'person',
		pinned: 0,
		archived: 0,
		folderId: '',
		personaId: '',
		connectionId: connection.id,
		modelId: info.id,
		systemPrompt: '',
		parameters: {},
		activeLeafId: parentId,
		contextDividerId: '',
		createdAt: 1,
		lastActivityAt: 1,
		lastAnswerAt: 0,
		readAt: 0,
		trashedAt: 0,
		stamps: {}
	});
	return { id, messages };
}

/** The order for a summary of these messages. */
export const orderFor = (
	conversationId: ConversationId,
	messages: readonly MessageRow[],
	more: Partial<SummaryOrder> = {}
): SummaryOrder => ({
	conversationId,
	connectionId: connection.id,
	model: { info, refusedParameters: [] },
	messages,
	...more
});

/** All text of a request's messages. */
export const askedOf = (request: GenerateRequest | undefined): string =>
	(request?.messages ?? [])
		.flatMap(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')))
		.join('');
