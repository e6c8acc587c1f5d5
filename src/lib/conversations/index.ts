/** Conversations as the page sees them: their shape and what to read of them. */
export { MessageTree } from './tree.ts';
export { listTrashed, readConversationMessages, readMessage, readSkeleton } from './queries.ts';
export { default as ConversationNav } from './ConversationNav.svelte';
export { default as ConversationsRoot } from './ConversationsRoot.svelte';
export { getDesk } from './desk.svelte.ts';
export { default as Screen } from './Screen.svelte';
export { default as Welcome } from './Welcome.svelte';
export { loadTranscript } from './transcript-code.ts';
/** Loaded when there is nothing else to do. */
export const loadRehearsal = () => import('./rehearsal.ts');
