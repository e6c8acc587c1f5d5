/** Conversations as the page sees them: their shape and what to read of them. */
export { MessageTree } from './tree.ts';
export {
	listConversations,
	listTrashed,
	readConversation,
	readConversationMessages,
	readGenerating,
	readMessage,
	readMessages,
	readSkeleton,
	walkUp
} from './queries.ts';
