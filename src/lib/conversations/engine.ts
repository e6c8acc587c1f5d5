/** Conversations as the engine knows them: their verbs, and the reads shared with the page. */
export {
	createContextChoices,
	createConversationVerbs,
	purgeBin,
	type ConversationVerbsOptions
} from './verbs.ts';
export { ConversationError } from './errors.ts';
export { readConversationMessages, readMessage, readRunningKeys, readSkeleton } from './queries.ts';
export { MessageTree } from './tree.ts';
export { shortenTitle, titleFromText } from './title.ts';
