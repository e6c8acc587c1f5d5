/** The engine as the page sees it: a client and the words of its contract. */
export { conversationChannel, generationLock, OWN_LIMIT, OWN_WINDOW } from './contract.ts';
export type * from './context.ts';
export type * from './contract.ts';
export { silentEngine, startEngine } from './client.ts';
export { EngineError } from './rpc.ts';
