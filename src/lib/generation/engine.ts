/** Generation runs in the engine only. */
export { Generation } from './generation.ts';
export { createSummaryVerbs } from './summarising.ts';
export type { Dependencies } from './types.ts';
export { Requests } from './requests.ts';
