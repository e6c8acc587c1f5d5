/** Providers as the engine knows them. Runs in the worker only. */
export { catalogModel, catalogModels } from './catalog.ts';
