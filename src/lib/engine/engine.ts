/** The words of the engine's contract for code inside the engine, without the page's client. */
export { conversationChannel, generationLock, OWN_LIMIT, OWN_WINDOW } from './contract.ts';
export type * from './context.ts';
export type * from './contract.ts';
