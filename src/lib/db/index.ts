/** The database as the page sees it: it reads every table and writes `drafts` alone. */
export { DatabaseError, toDatabaseError, type DatabaseErrorKind } from './errors.ts';
export type { AttachmentId, ConnectionId, ConversationId, MessageId, SummaryId } from './ids.ts';
export { newConversationId, newId, newMessageId } from './ids.ts';
export { Live } from './live.svelte.ts';
export { failureText } from './words.ts';
export { openDatabase, startDatabase } from './open.ts';
export { Database, type MessageKey, type UsageTotalKey } from './schema.ts';
export type * from './rows.ts';
