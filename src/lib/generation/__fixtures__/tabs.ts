import {
	liveQuery,
	newConversationId,
	openDatabase,
	type ConnectionId,
	type ConversationId,
	type Database,
	type MessageId,
	type MessageRow
} from '#lib/db/engine';
import { connectionRow as storedConnection } from '#lib/db/testing';
import { conversationChannel, type AnswerDelta } from '#lib/engine/engine';
import { Generation } from '../generation.ts';
import type { Dependencies, OpenedConnection } from '../types.ts';
import { ScriptedModel, type ScriptedCall } from './scripted-model.ts';

export const connectionRow = storedConnection();

export const choice = { connectionId: connectionRow.id, modelId: 'model-1' };

/** A tab's generation over a database, with a model that the test plays. */
export interface Tab {
	readonly db: Database;
	readonly model: ScriptedModel;
	readonly generation: Generation;
	/** The nth request of this tab (from 0), once it is out. */
	call(n?: number): Promise<ScriptedCall>;
	message(id: MessageId): Promise<MessageRow>;
	/** The answer's row once it is no longer streaming. */
	settled(id: MessageId): Promise<MessageRow>;
	close(): Promise<void>;
}

export async function openTab(
	name: string,
	options: {
		readonly open?: (id: ConnectionId) => Promise<OpenedConnection>;
		readonly countInput?: Dependencies['countInput'];
		readonly recordRequest?: Dependencies['recordRequest'];
		readonly rehearse?: Dependencies['rehearse'];
	} = {}
): Promise<Tab> {
	const db = await openDatabase(name);
	const model = new ScriptedModel();
	const generation = new Generation({
		db,
		locks: navigator.locks,
		now: Date.now,
		generate: model.generate,
		countInput: options.countInput ?? (() => Promise.resolve(undefined)),
		rehearse: options.rehearse ?? silence,
		recordRequest: options.recordRequest ?? (() => Promise.resolve(undefined)),
		catalogModel: () => Promise.resolve(undefined),
		openConnection: options.open ?? (() => Promise.resolve(opened))
	});
	const message = async (id: MessageId): Promise<MessageRow> => {
		const row = await db.messages.where('id').equals(id).first();
		if (row === undefined) throw new Error(`no message ${id}`);
		return row;
	};
	return {
		db,
		model,
		generation,
		message,
		call: (n = 0) => model.answers.nth(n),
		async settled(id) {
			return new Promise((resolve, reject) => {
				const subscription = liveQuery(() => message(id)).subscribe({
					next: (row) => {
						if (row.state === 'streaming') return;
						queueMicrotask(() => {
							subscription.unsubscribe();
						});
						resolve(row);
					},
					error: reject
				});
			});
		},
		async close() {
			await generation.close();
			db.close();
		}
	};
}

// eslint-disable-next-line @typescript-eslint/require-await -- nothing is said
async function* silence(): ReturnType<Dependencies['rehearse']> {
	yield* [];
}

const opened: OpenedConnection = {
	ok: true,
	connection: { presetId: 'custom', protocol: 'openai-chat', baseUrl: connectionRow.baseUrl },
	row: connectionRow
};

export const question = (
	text: string,
	conversationId: ConversationId = newConversationId(),
	parentId: MessageId | '' = ''
) => ({ ...choice, conversationId, parentId, text });

export const textPart = (row: MessageRow): string =>
	row.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

/** What a page on this conversation has been told. */
export function listen(id: ConversationId): { readonly heard: AnswerDelta[]; close(): void } {
	const channel = new BroadcastChannel(conversationChannel(id));
	const heard: AnswerDelta[] = [];
	channel.onmessage = ({ data }: MessageEvent<AnswerDelta>) => heard.push(data);
	return {
		heard,
		close: () => {
			channel.close();
		}
	};
}

