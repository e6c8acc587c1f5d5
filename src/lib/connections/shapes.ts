/** What the page may hand to the engine, checked on arrival. */
import type { ConnectionId } from '#lib/db';
import { presets, type PresetId, type ProtocolId, type ReasoningEffort } from '#lib/providers';
import { settingSchemas } from '#lib/settings/engine';
import * as v from 'valibot';

const protocols: readonly ProtocolId[] = [
	'openai-responses',
	'openai-chat',
	'anthropic-messages',
	'gemini',
	'ollama',
	'demo'
];
const efforts: readonly ReasoningEffort[] = ['off', 'low', 'medium', 'high', 'max'];

export const IdShape = v.pipe(
	v.string(),
	v.minLength(1),
	v.maxLength(64),
	v.transform((id) => id as ConnectionId)
);

export const ModelIdShape = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(256));

/** Bounds are those of `checkForm`, which has a sentence for each. */
export const FormShape = v.object({
	id: v.exactOptional(IdShape),
	presetId: v.picklist(Object.keys(presets) as PresetId[]),
	protocol: v.picklist(protocols),
	label: v.string(),
	baseUrl: v.string(),
	apiKey: v.exactOptional(v.string()),
	limits: v.object({
		requestsPerMinute: v.exactOptional(v.number()),
		tokensPerMinute: v.exactOptional(v.number())
	})
});

const tokens = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9));
const price = v.pipe(v.number(), v.minValue(0), v.maxValue(1e6));

const ModelInfoShape = v.object({
	id: ModelIdShape,
	name: v.exactOptional(v.pipe(v.string(), v.maxLength(256))),
	contextWindow: v.exactOptional(tokens),
	maxOutput: v.exactOptional(tokens),
	prices: v.exactOptional(
		v.object({
			input: v.exactOptional(price),
			output: v.exactOptional(price),
			cachedInput: v.exactOptional(price),
			cacheWrite: v.exactOptional(price),
			asOf: v.exactOptional(v.pipe(v.string(), v.isoDate()))
		})
	),
	capabilities: v.exactOptional(
		v.object({
			vision: v.exactOptional(v.boolean()),
			tools: v.exactOptional(v.boolean()),
			reasoning: v.exactOptional(v.boolean()),
			efforts: v.exactOptional(v.array(v.picklist(efforts)))
		})
	)
});

export const ModelChangeShape = v.object({
	user: v.exactOptional(v.nullable(ModelInfoShape)),
	favourite: v.exactOptional(v.boolean()),
	contextStrategy: v.exactOptional(v.nullable(settingSchemas.contextStrategy))
});
