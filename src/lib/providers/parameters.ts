import { bareModelId, modelRule, type ModelRule } from './model-rules.ts';
import { numberNames, type NumberName } from './parameter-names.ts';
import { presets } from './presets.ts';
import type {
	GenerateRequest,
	GenerationParameters,
	ModelCapabilities,
	OpenConnection,
	ParameterSpec,
	PresetId,
	ProtocolId,
	Quirks,
	ReasoningEffort
} from './types.ts';

type Range = readonly [min: number, max: number, step: number];

const scale: readonly ReasoningEffort[] = ['off', 'low', 'medium', 'high', 'max'];
const defaultMaxOutput = 128_000;

const ranges: Readonly<Record<NumberName, Range>> = {
	maxOutputTokens: [1, defaultMaxOutput, 1],
	temperature: [0, 2, 0.1],
	topP: [0, 1, 0.05],
	topK: [1, 500, 1],
	frequencyPenalty: [-2, 2, 0.1],
	presencePenalty: [-2, 2, 0.1],
	repetitionPenalty: [0.5, 2, 0.05],
	seed: [0, 2_147_483_647, 1]
};

/** Where an answer is as without the parameter. */
const neutrals: Readonly<Partial<Record<NumberName, number>>> = {
	temperature: 1,
	topP: 1,
	frequencyPenalty: 0,
	presencePenalty: 0,
	repetitionPenalty: 1
};

/** What a wire format can say at all; hosts and models take away from it. */
const protocolNumbers: Readonly<Record<ProtocolId, readonly NumberName[]>> = {
	'openai-responses': ['maxOutputTokens', 'temperature', 'topP'],
	'openai-chat': numberNames,
	'anthropic-messages': ['maxOutputTokens', 'temperature', 'topP', 'topK'],
	gemini: numberNames.filter((name) => name !== 'repetitionPenalty'),
	ollama: numberNames,
	demo: []
};

const protocolStops: Readonly<Record<ProtocolId, number>> = {
	'openai-responses': 0,
	'openai-chat': 16,
	'anthropic-messages': 16,
	gemini: 5,
	ollama: 16,
	demo: 0
};

export interface ParameterQuestion {
	readonly presetId: PresetId;
	readonly protocol: ProtocolId;
	readonly modelId: string;
	readonly capabilities?: ModelCapabilities | undefined;
	/** The model's own output limit, for the upper end of `maxOutputTokens`. */
	readonly maxOutput?: number | undefined;
}

function hostTakes(name: NumberName, protocol: ProtocolId, quirks: Quirks): boolean {
	if (protocol !== 'openai-chat') return true;
	switch (name) {
		case 'topK':
			return quirks.topK === true;
		case 'frequencyPenalty':
		case 'presencePenalty':
			return quirks.penalties !== false;
		case 'repetitionPenalty':
			return quirks.repetitionPenaltyField !== undefined;
		case 'seed':
			return quirks.seed !== false;
		default:
			return true;
	}
}

function maxTemperature(protocol: ProtocolId, quirks: Quirks): number {
	return protocol === 'anthropic-messages' ? 1 : (quirks.maxTemperature ?? 2);
}

function effortsOf(question: ParameterQuestion, rule: ModelRule): readonly ReasoningEffort[] {
	const { capabilities, protocol } = question;
	const { reasoning } = presets[question.presetId].quirks;
	if (capabilities?.reasoning === false || protocol === 'demo') return [];
	if (protocol === 'openai-chat' && (reasoning ?? 'none') === 'none') return [];
	if (capabilities?.efforts !== undefined) return capabilities.efforts;
	if (reasoning === 'groq' && !/^(?:gpt-oss|qwen-?3)/.test(bareModelId(question.modelId)))
		return [];
	if (protocol === 'ollama') {
		if (rule.efforts !== undefined && !rule.efforts.includes('off')) return rule.efforts;
		return capabilities?.reasoning === true ? ['off', 'medium'] : [];
	}
	// The hosts below write qwen's and deepseek's switches in ways of their own.
	const switchedByHost =
		reasoning === 'reasoning_effort' && question.presetId !== 'openai' && rule.reasons !== true;
	if (rule.efforts !== undefined && !switchedByHost) return rule.efforts;
	if (reasoning === 'openrouter' && capabilities?.reasoning === true) return scale;
	return [];
}

/**
 * The parameters a model takes at a host, in the order a form shows them. Three layers of data
 * decide: what the wire format has, what the host understands, what the model's family refuses.
 * Where nothing is known of a model, what the host documents is offered; a refusal is recovered
 * from when it comes.
 */
export function acceptedParameters(question: ParameterQuestion): ParameterSpec[] {
	const { protocol } = question;
	const { quirks } = presets[question.presetId];
	const rule = modelRule(question.modelId);
	const specs: ParameterSpec[] = [];
	for (const name of protocolNumbers[protocol]) {
		if (!hostTakes(name, protocol, quirks) || rule.refuses?.includes(name) === true) continue;
		const [min, rangeMax, step] = ranges[name];
		const max =
			name === 'temperature'
				? maxTemperature(protocol, quirks)
				: name === 'maxOutputTokens'
					? (question.maxOutput ?? rangeMax)
					: rangeMax;
		const neutral = neutrals[name];
		const needsOff = rule.samplingNeedsOff === true && (name === 'temperature' || name === 'topP');
		specs.push({
			name,
			kind: 'number',
			min,
			max,
			step,
			...(neutral !== undefined && { neutral }),
			...(needsOff && { needsReasoningOff: true })
		});
	}
	const maxItems = Math.min(protocolStops[protocol], quirks.maxStops ?? 16);
	if (maxItems > 0 && rule.refuses?.includes('stop') !== true)
		specs.push({ name: 'stop', kind: 'strings', maxItems });
	const choices = effortsOf(question, rule);
	if (choices.length > 0) specs.push({ name: 'reasoningEffort', kind: 'choice', choices });
	return specs;
}

/** The nearest effort that is on offer, the lower one when two are as near. */
function nearestEffort(
	wanted: ReasoningEffort,
	choices: readonly ReasoningEffort[]
): ReasoningEffort | undefined {
	const distance = (effort: ReasoningEffort) =>
		Math.abs(scale.indexOf(effort) - scale.indexOf(wanted)) + scale.indexOf(effort) / 10;
	return [...choices].sort((a, b) => distance(a) - distance(b))[0];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The parameters that really go out: what the person set, without what the model refuses or has
 * refused before, numbers inside the allowed range, the effort on the model's own scale.
 */
export function effectiveParameters(
	request: GenerateRequest,
	connection: Pick<OpenConnection, 'presetId' | 'protocol'>
): GenerationParameters {
	const { parameters: wanted, refusedParameters } = request;
	const specs = acceptedParameters({
		presetId: connection.presetId,
		protocol: connection.protocol,
		modelId: request.modelId,
		capabilities: request.capabilities,
		maxOutput: request.modelMaxOutput
	}).filter(({ name }) => refusedParameters?.includes(name) !== true);
	const sent: Mutable<GenerationParameters> = {};
	for (const spec of specs) {
		if (spec.kind === 'number') {
			const value = wanted[spec.name];
			if (value === undefined || !Number.isFinite(value)) continue;
			if (spec.needsReasoningOff === true && wanted.reasoningEffort !== 'off') continue;
			sent[spec.name] = Math.min(spec.max, Math.max(spec.min, value));
		} else if (spec.kind === 'strings') {
			const stops = wanted.stop?.filter((stop) => stop !== '').slice(0, spec.maxItems) ?? [];
			if (stops.length > 0) sent.stop = stops;
		} else if (wanted.reasoningEffort !== undefined) {
			const effort = nearestEffort(wanted.reasoningEffort, spec.choices);
			if (effort !== undefined) sent.reasoningEffort = effort;
		}
	}
	const limit = presets[connection.presetId].quirks.defaultMaxOutput;
	if (limit !== undefined && refusedParameters?.includes('maxOutputTokens') !== true)
		sent.maxOutputTokens ??= limit;
	if (modelRule(request.modelId).oneSampling === true && sent.temperature !== undefined)
		delete sent.topP;
	return sent;
}

/** Whether the answer may be preceded by silence: decides how long a stall may last. */
export function expectsReasoning(request: GenerateRequest, sent: GenerationParameters): boolean {
	if (sent.reasoningEffort !== undefined) return sent.reasoningEffort !== 'off';
	return request.capabilities?.reasoning === true || modelRule(request.modelId).reasons === true;
}
