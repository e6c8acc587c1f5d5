/** A database of its own, rows to fill it with, and an engine that notes its orders. */
import {
	Database,
	Live,
	newConversationId,
	type ConnectionId,
	type ConversationId,
	type MessageId,
	type MessageRow
} from '#lib/db';
import { conversationRow, messageRow as storedMessage } from '#lib/db/testing';
import type { ContextMeasure, EditOrder, EngineApi, SendOrder, SendReceipt } from '#lib/engine';
import { defaultSettings, type Settings } from '#lib/settings';
import { Desk } from '../desk.svelte.ts';

export const messageId = (number: number): MessageId =>
	`m${String(number).padStart(6, '0')}` as MessageId;


export function messageRow(
	conversationId: ConversationId,
	number: number,
	fields: Partial<MessageRow> = {}
): MessageRow {
	return storedMessage({
		conversationId,
		parentId: number === 0 ? '' : messageId(number - 1),
		id: messageId(number),
		rid: `rid-${conversationId}-${number}`,
		role: number % 2 === 0 ? 'user' : 'assistant',
		parts: [{ type: 'text', text: `Message ${number}. `.repeat(1 + (number % 7) * 12) }],
		connectionLabel: 'Test',
		modelId: number % 2 === 0 ? '' : 'model',
		createdAt: number,
		...fields
	});
}

export interface TestStage {
	readonly db: Database;
	readonly desk: Desk;
	/** What was sent, in order. */
	readonly sent: SendOrder[];
	/** What was edited, in order; each is refused, so that the editor stays. */
	readonly edited: EditOrder[];
	/** Every request for a measure is answered with this; until it is set, none is. */
	measure: ContextMeasure | undefined;
	/** Makes the next sends fail with this error, or one of this message. */
	failure: string | Error | undefined;
	/** The next sends are answered, or refused, after this. */
	storage: Promise<unknown> | undefined;
	/** A stored conversation of this many messages, every one an answer to the one before. */
	seed(count: number): Promise<ConversationId>;
	close(): Promise<void>;
}

const done = (): Promise<void> => Promise.resolve();

export async function createStage(settings: Partial<Settings> = {}): Promise<TestStage> {
	const db = new Database(`test-${crypto.randomUUID()}`);
	await db.open();
	const sent: SendOrder[] = [];
	const edited: EditOrder[] = [];
	const engine = {
		generation: {
			warm: done,
			stop: done,
			edit(order: EditOrder): Promise<SendReceipt> {
				edited.push(order);
				return Promise.reject(new Error('Refused.'));
			},
			async send(order: SendOrder): Promise<SendReceipt> {
				await stage.storage;
				if (stage.failure instanceof Error) throw stage.failure;
				if (stage.failure !== undefined) throw new Error(stage.failure);
				sent.push(order);
				const { conversationId, parentId, text, ids } = order;
				const number = 500_000 + sent.length * 2;
				const question = messageRow(conversationId, number, {
					...(ids && { id: ids.questionId }),
					parentId,
					role: 'user',
					parts: [{ type: 'text', text }]
				});
				const answer = messageRow(conversationId, number + 1, {
					...(ids && { id: ids.answerId }),
					parentId: question.id,
					role: 'assistant',
					parts: [],
					state: 'streaming'
				});
				await db.messages.bulkAdd([question, answer]);
				const { id: answerId, createdAt: at } = answer;
				return { conversationId, userMessageId: question.id, answerId, at };
			}
		},
		context: {
			measure: () =>
				stage.measure === undefined
					? Promise.reject(new Error('Nothing is measured.'))
					: Promise.resolve(stage.measure),
			clearUpTo: (id: ConversationId, messageId: MessageId | '') =>
				db.conversations.update(id, { contextDividerId: messageId })
		},
		conversations: { update: done },
		connections: {
			warm: done,
			setEnabled: (id: ConnectionId, enabled: boolean) =>
				db.connections.update(id, { enabled: enabled ? 1 : 0 })
		},
		settings: { set: done }
	} as unknown as EngineApi;
	const desk = new Desk({
		db,
		engine,
		settings: new Live(() => Promise.resolve({ ...defaultSettings, ...settings })),
		show: done,
		showNew: done
	});
	const stage: TestStage = {
		db,
		desk,
		sent,
		edited,
		measure: undefined,
		failure: undefined,
		storage: undefined,
		async seed(count) {
			const id = newConversationId();
			const numbers = Array.from({ length: count }, (_, number) => number);
			await db.messages.bulkAdd(numbers.map((number) => messageRow(id, number)));
			const activeLeafId = count === 0 ? '' : messageId(count - 1);
			await db.conversations.add(conversationRow({ id, activeLeafId }));
			return id;
		},
		async close() {
			await desk.saveDrafts();
			await db.delete();
		}
	};
	return stage;
}
