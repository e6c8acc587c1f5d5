import type { ParameterName, ReasoningEffort } from './types.ts';

/**
 * What single model families take and refuse, as data: the table “who refuses what”. A family is
 * known by its id without vendor prefix, lower case, dots written as hyphens, so that
 * `anthropic/claude-opus-4.7` and `claude-opus-4-7` are one. The first rule that matches counts.
 */
export interface ModelRule {
	readonly match: RegExp;
	readonly refuses?: readonly ParameterName[];
	/** Efforts the family knows; missing means it takes no effort, or that only its list can say. */
	readonly efforts?: readonly ReasoningEffort[];
	/** Temperature and top p only while the effort is `off`. */
	readonly samplingNeedsOff?: true;
	/** Temperature and top p exclude each other. */
	readonly oneSampling?: true;
	/** How Anthropic and Gemini want thinking written. */
	readonly thinking?: 'adaptive' | 'budget' | 'level';
	/** An assistant turn at the end is gone on from. */
	readonly prefill?: true;
	/** Reasons before it answers, asked or not. */
	readonly reasons?: true;
	/** Output limit in tokens, for protocols that demand one and models without a list. */
	readonly maxOutput?: number;
	/** Budget in tokens for the effort `max`. */
	readonly maxBudget?: number;
}

const penalties = ['frequencyPenalty', 'presencePenalty'] as const;
const sampling = ['temperature', 'topP'] as const;
const allSampling = ['temperature', 'topP', 'topK'] as const;

const rules: readonly ModelRule[] = [
	// OpenAI
	{ match: /^gpt-oss/, efforts: ['low', 'medium', 'high'], reasons: true },
	{ match: /^(?:gpt|chatgpt)-.*chat-latest|^chatgpt-/ },
	{ match: /^gpt-[34](?:$|[^0-9])|^gpt-35/ },
	{
		match: /^o[134](?:-|$)/,
		refuses: [...sampling, ...penalties, 'stop'],
		efforts: ['low', 'medium', 'high'],
		reasons: true
	},
	{
		match: /^gpt-5(?:-(?:mini|nano|pro|codex).*|-\d{4}-\d{2}-\d{2})?$/,
		refuses: [...sampling, ...penalties, 'stop'],
		efforts: ['low', 'medium', 'high'],
		reasons: true
	},
	{
		match: /^gpt-(?:6-astra|6-1-sol)/,
		refuses: [...sampling, ...penalties, 'stop'],
		efforts: ['low', 'medium', 'high', 'max'],
		reasons: true
	},
	{
		match: /^gpt-(?:5-[1-9]|6(?:-1)?(?:-[a-z]|$))/,
		refuses: [...penalties, 'stop'],
		efforts: ['off', 'low', 'medium', 'high', 'max'],
		samplingNeedsOff: true,
		reasons: true
	},
	{
		match: /^gpt-\d/,
		refuses: [...sampling, ...penalties, 'stop'],
		efforts: ['low', 'medium', 'high', 'max'],
		reasons: true
	},
	// Anthropic
	{ match: /^claude-(?:[12v]|instant)/, prefill: true, maxOutput: 4096 },
	{ match: /^claude-3-(?:opus|sonnet|haiku)/, prefill: true, maxOutput: 4096 },
	{ match: /^claude-3-5-/, prefill: true, maxOutput: 8192 },
	{
		match: /^claude-(?:opus-4-6|sonnet-4-6|4-6-)/,
		efforts: ['off', 'low', 'medium', 'high', 'max'],
		thinking: 'adaptive',
		oneSampling: true
	},
	{
		match:
			/^claude-(?:3-7-|sonnet-3-7|(?:opus|sonnet)-4(?:$|-[015](?:$|[^0-9])|[-@]20)|haiku-4-5|4-(?:opus|sonnet|5-))/,
		efforts: ['off', 'low', 'medium', 'high', 'max'],
		thinking: 'budget',
		oneSampling: true,
		prefill: true,
		maxOutput: 32_000,
		maxBudget: 24_000
	},
	{
		match: /^claude-/,
		refuses: allSampling,
		efforts: ['off', 'low', 'medium', 'high', 'max'],
		thinking: 'adaptive'
	},
	// Google
	{ match: /^(?:gemini-(?:1|2-0|pro(?:$|-1)|flash-1)|gemma)/ },
	{
		match: /^gemini-2-5-pro/,
		efforts: ['low', 'medium', 'high', 'max'],
		thinking: 'budget',
		reasons: true,
		maxBudget: 32_768
	},
	{
		match: /^gemini-2-5-/,
		efforts: ['off', 'low', 'medium', 'high', 'max'],
		thinking: 'budget',
		reasons: true,
		maxBudget: 24_576
	},
	{
		match: /^gemini-3-[0-5]?(?:$|[^0-9])/,
		efforts: ['low', 'medium', 'high'],
		thinking: 'level',
		reasons: true
	},
	{
		match: /^gemini-/,
		refuses: allSampling,
		efforts: ['low', 'medium', 'high'],
		thinking: 'level',
		reasons: true
	},
	// Mistral
	{ match: /^magistral/, reasons: true },
	{
		match: /^mistral-(?:small-(?:26(?:0[3-9]|1\d)|latest)|medium-(?:3-5|26(?:0[4-9]|1\d)|latest))/,
		efforts: ['off', 'high']
	},
	// Others
	{ match: /^qwen-?3/, efforts: ['off', 'medium'] },
	{ match: /^deepseek-/, efforts: ['off', 'high', 'max'] },
	{
		match: /^grok-3-mini/,
		refuses: [...penalties, 'stop'],
		efforts: ['low', 'high'],
		reasons: true
	},
	{ match: /^grok-[23]|non-reasoning/ },
	{ match: /^grok-/, refuses: [...penalties, 'stop'], reasons: true }
];

const unknownModel: ModelRule = { match: /^/ };

/** Model id as the rules know it: last path part, lower case, hyphens for dots, no `:tag`. */
export function bareModelId(modelId: string): string {
	const last = modelId.toLowerCase().split('/').at(-1) ?? '';
	return last.replace(/:.*$/, '').replaceAll('.', '-');
}

/** The rule of a model's family; an empty one where nothing is known. */
export function modelRule(modelId: string): ModelRule {
	const id = bareModelId(modelId);
	return rules.find((rule) => rule.match.test(id)) ?? unknownModel;
}
