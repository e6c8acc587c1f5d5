import * as v from 'valibot';
import type { GenerationParameters } from './types.ts';

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger());

/** Parameters from outside: an order, or a stored row. What a model accepts is another question. */
export const parametersSchema: v.GenericSchema<unknown, GenerationParameters> = v.object({
	maxOutputTokens: v.exactOptional(v.pipe(whole, v.minValue(1))),
	temperature: v.exactOptional(finite),
	topP: v.exactOptional(finite),
	topK: v.exactOptional(whole),
	frequencyPenalty: v.exactOptional(finite),
	presencePenalty: v.exactOptional(finite),
	repetitionPenalty: v.exactOptional(finite),
	stop: v.exactOptional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1000))), v.maxLength(64))),
	seed: v.exactOptional(whole),
	reasoningEffort: v.exactOptional(v.picklist(['off', 'low', 'medium', 'high', 'max']))
});
