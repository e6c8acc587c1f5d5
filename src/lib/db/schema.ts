/**
 * The database: tables, indexes and every version there ever was. A version that was released is
 * never edited; a change is a new version with an upgrade that is tested from every earlier one.
 *
 * `messages` has a compound primary key so that the shape of a conversation's tree (ids and
 * parents) can be read from keys alone, without loading a single body.
 */
import Dexie, { type EntityTable, type PromiseExtended, type Table } from 'dexie';
import { DatabaseError } from './errors.ts';
import type { ConnectionId, ConversationId, MessageId } from './ids.ts';
import type {
	AttachmentRow,
	ConnectionRow,
	ConversationRow,
	DraftRow,
	LocalRow,
	MessageRow,
	ModelRow,
	OutboxRow,
	ReservationRow,
	SettingRow,
	SummaryRow,
	TombstoneRow,
	UsageRow,
	UsageTotalRow
} from './rows.ts';
import type { VaultRow } from './vault-rows.ts';

/** `[conversationId, parentId, id]` */
export type MessageKey = [ConversationId, MessageId | '', MessageId];

/** `[span, start, connectionId, modelId, purpose]` */
export type UsageTotalKey = [
	UsageTotalRow['span'],
	string,
	ConnectionId | '',
	string,
	UsageTotalRow['purpose']
];

export const DATABASE_NAME = 'parlance';

// Dexie sets it on localhost, where we serve, and then traces every promise for the console.
Dexie.debug = false;

/** All tables of one device. `openDatabase` opens it, or says in our words why it cannot be used. */
export class Database extends Dexie {
	declare conversations: EntityTable<ConversationRow, 'id'>;
	declare messages: Table<MessageRow, MessageKey>;
	declare summaries: EntityTable<SummaryRow, 'id'>;
	declare attachments: EntityTable<AttachmentRow, 'id'>;
	declare connections: EntityTable<ConnectionRow, 'id'>;
	declare models: Table<ModelRow, [ConnectionId, string]>;
	declare drafts: EntityTable<DraftRow, 'conversationId'>;
	declare usage: EntityTable<UsageRow, 'id'>;
	declare usageTotals: Table<UsageTotalRow, UsageTotalKey>;
	declare reservations: EntityTable<ReservationRow, 'id'>;
	declare settings: EntityTable<SettingRow, 'key'>;
	declare local: EntityTable<LocalRow, 'key'>;
	declare vault: EntityTable<VaultRow, 'id'>;
	declare outbox: EntityTable<OutboxRow, 'rid'>;
	declare tombstones: EntityTable<TombstoneRow, 'rid'>;
	#opening: PromiseExtended<Dexie> | undefined;

	constructor(name: string = DATABASE_NAME) {
		// Strict: a committed question survives a power cut, and is on disk before its request leaves.
		super(name, { chromeTransactionDurability: 'strict' });
		this.version(1).stores({
			conversations:
				'id, &rid, [trashedAt+lastActivityAt], [trashedAt+archived+pinned+lastActivityAt]',
			messages: '[conversationId+parentId+id], &id, &rid, state',
			attachments: 'id, &rid, conversationId',
			connections: 'id, &rid, position',
			models: '[connectionId+id]',
			drafts: 'conversationId',
			usage: 'id, &rid, day, conversationId',
			usageTotals: '[span+start+connectionId+modelId+purpose]',
			reservations: 'id, connectionId',
			settings: 'key',
			local: 'key',
			vault: 'id',
			outbox: 'rid, at',
			tombstones: 'rid'
		});
		this.version(2).stores({ summaries: 'id, &rid, conversationId' });
	}

	/**
	 * Opens it, as the first query does by itself.
	 * @throws DatabaseError `newer-version` when a newer app wrote it: nothing has been changed then
	 */
	override open(): PromiseExtended<Dexie> {
		this.#opening ??= Dexie.Promise.resolve(this.#refuseNewer())
			.then(() => super.open())
			.finally(() => {
				this.#opening = undefined;
			});
		return this.#opening;
	}

	/**
	 * Dexie adopts a database of a higher native version and may even extend it; we must not
	 * half-understand one, so we look first and touch nothing.
	 */
	async #refuseNewer(): Promise<void> {
		const stored = (await indexedDB.databases()).find(({ name }) => name === this.name);
		// Dexie multiplies its versions by ten.
		if ((stored?.version ?? 0) > Math.round(this.verno * 10))
			throw new DatabaseError('newer-version', 'The database was written by a newer version.');
	}
}
