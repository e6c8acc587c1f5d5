import {
	catalogModel,
	catalogModels,
	countInput,
	generate,
	listModels,
	recordRequest,
	rehearse,
	testConnection,
	warm
} from '#lib/providers/engine';
import type { Providers } from './compose.ts';

/** The providers themselves, as the engine asks for them. */
export const providers: Providers = {
	generate,
	countInput,
	catalogModel,
	catalogModels,
	testConnection,
	listModels,
	recordRequest,
	rehearse,
	warm
};
