export type ConversationErrorKind =
	/** The conversation or message is not on this device, or no longer. */
	| 'not-found'
	/** The message is not of the kind that the verb is for. */
	| 'wrong-message';

/** An order that does not fit what is stored. Nothing was changed. */
export class ConversationError extends Error {
	override readonly name = 'ConversationError';
	readonly kind: ConversationErrorKind;

	constructor(kind: ConversationErrorKind, message: string) {
		super(message);
		this.kind = kind;
	}
}
