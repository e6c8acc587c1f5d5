/** Providers as the engine knows them: the wire. Runs in the worker only. */
export { catalogModel, catalogModels } from './catalog.ts';
export {
	listModels,
	testConnection,
	type ConnectionTest,
	type ConnectionTestOptions
} from './connection-test.ts';
export { countInput, type CountOptions } from './count-input.ts';
export { generate, type GenerateOptions } from './generate.ts';
export { warm } from './protocols.ts';
export { recordRequest, type WireRequest } from './record.ts';
