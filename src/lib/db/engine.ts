/** The database as the engine sees it: everything, with the helpers for writing. */
export { observe, tick } from './clock.ts';
export { liveQuery } from 'dexie';
export { onWrites } from './changes.ts';
export { transactDirectly, type DirectTransaction } from './direct.ts';
export { DatabaseError, toDatabaseError, type DatabaseErrorKind } from './errors.ts';
export type { AttachmentId, ConnectionId, ConversationId, MessageId, SummaryId } from './ids.ts';
export {
	newAttachmentId,
	newConnectionId,
	newConversationId,
	newId,
	newMessageId,
	newRid,
	newSummaryId
} from './ids.ts';
export { Memory } from './memory.ts';
export { openDatabase } from './open.ts';
export { Database, type MessageKey, type UsageTotalKey } from './schema.ts';
export {
	bookkeeping,
	deviceId,
	directStamp,
	markForSync,
	nextStamp,
	stampAhead,
	stamped,
	syncMark
} from './write.ts';
export type * from './rows.ts';
