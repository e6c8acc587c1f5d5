import { v7 } from 'uuid';

declare const brand: unique symbol;
/** A string of one kind, so that ids of different tables cannot be mixed up. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type ConversationId = Branded<'conversation'>;
export type MessageId = Branded<'message'>;
export type ConnectionId = Branded<'connection'>;
export type AttachmentId = Branded<'attachment'>;
export type SummaryId = Branded<'summary'>;

/** A UUIDv7 (RFC 9562): sorts by the time it was made. */
export const newId = (): string => v7();
export const newConversationId = (): ConversationId => v7() as ConversationId;
export const newMessageId = (): MessageId => v7() as MessageId;
export const newConnectionId = (): ConnectionId => v7() as ConnectionId;
export const newAttachmentId = (): AttachmentId => v7() as AttachmentId;
export const newSummaryId = (): SummaryId => v7() as SummaryId;

/** A sync record id: 128 random bits, base64url. Tells a server neither type nor time. */
export function newRid(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
}
