/** A conversation, a connection and a model that says what the test tells it to. */
import {
	openDatabase,
	type ConnectionRow,
	type ConversationId,
	type Database,
	type MessageRow
} from '#lib/db/engine';
import { connectionRow, storeConversation } from '#lib/db/testing';
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

export const connection = connectionRow();

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
export const converse = (db: Database, texts: readonly string[]) =>
	storeConversation(db, texts, { connectionId: connection.id, modelId: info.id });

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
