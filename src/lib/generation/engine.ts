/** Generation runs in the engine only. */
export { Generation, type GenerationOptions } from './generation.ts';
export { createSummaryVerbs } from './summarising.ts';
export type { Dependencies, Generate, GenerateOptions, OpenedConnection } from './types.ts';
export { RequestError, Requests, type Preparation } from './requests.ts';
export { resolveChoice } from './routes.ts';
export type { Window } from './window.ts';
