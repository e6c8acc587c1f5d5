import { describe, expect, test } from 'vitest';
import { acceptedParameters, effectiveParameters, type ParameterQuestion } from './parameters.ts';
import { presets } from './presets.ts';
import type { GenerationParameters, ParameterSpec, PresetId } from './types.ts';

const ask = (presetId: PresetId, modelId: string, more: Partial<ParameterQuestion> = {}) =>
	acceptedParameters({ presetId, protocol: presets[presetId].protocol, modelId, ...more });
const names = (specs: readonly ParameterSpec[]) => specs.map(({ name }) => name);
const efforts = (specs: readonly ParameterSpec[]) =>
	specs.flatMap((spec) => (spec.kind === 'choice' ? spec.choices : []));

describe('what a model accepts', () => {
	test.each<[PresetId, string, string]>([
		['openai', 'gpt-4.1', 'maxOutputTokens temperature topP'],
		['openai', 'o3', 'maxOutputTokens reasoningEffort'],
		['openai', 'gpt-5-mini', 'maxOutputTokens reasoningEffort'],
		['openai', 'gpt-5.4', 'maxOutputTokens temperature topP reasoningEffort'],
		['openai', 'gpt-5.2-chat-latest', 'maxOutputTokens temperature topP'],
		['openai', 'gpt-6.2-astra', 'maxOutputTokens reasoningEffort'],
		['openai', 'gpt-7-nova', 'maxOutputTokens reasoningEffort'],
		['anthropic', 'claude-opus-5-5', 'maxOutputTokens stop reasoningEffort'],
		['anthropic', 'claude-opus-4-7', 'maxOutputTokens stop reasoningEffort'],
		['anthropic', 'claude-fable-5-1', 'maxOutputTokens stop reasoningEffort'],
		[
			'anthropic',
			'claude-sonnet-4-6',
			'maxOutputTokens temperature topP topK stop reasoningEffort'
		],
		[
			'anthropic',
			'claude-haiku-4-5-20251001',
			'maxOutputTokens temperature topP topK stop reasoningEffort'
		],
		['anthropic', 'claude-3-5-sonnet-20241022', 'maxOutputTokens temperature topP topK stop'],
		[
			'gemini',
			'gemini-3.7-flash',
			'maxOutputTokens frequencyPenalty presencePenalty seed stop reasoningEffort'
		],
		[
			'mistral',
			'mistral-large-latest',
			'maxOutputTokens temperature topP frequencyPenalty presencePenalty seed stop'
		],
		['groq', 'llama-3.3-70b-versatile', 'maxOutputTokens temperature topP seed stop'],
		[
			'typhoon',
			'typhoon-v2.5-30b-a3b-instruct',
			'maxOutputTokens temperature topP repetitionPenalty'
		],
		[
			'deepseek',
			'deepseek-chat',
			'maxOutputTokens temperature topP frequencyPenalty presencePenalty stop reasoningEffort'
		],
		['xai', 'grok-4.6', 'maxOutputTokens temperature topP seed'],
		[
			'xai',
			'grok-4-fast-non-reasoning',
			'maxOutputTokens temperature topP frequencyPenalty presencePenalty seed stop'
		],
		[
			'openrouter',
			'anthropic/claude-opus-4.7',
			'maxOutputTokens frequencyPenalty presencePenalty repetitionPenalty seed stop reasoningEffort'
		],
		['demo', 'demo-tour', '']
	])('%s %s: %s', (presetId, modelId, expected) => {
		expect(names(ask(presetId, modelId)).join(' ')).toBe(expected);
	});

	test.each<[PresetId, string, string]>([
		['openai', 'o3', 'low medium high'],
		['openai', 'gpt-5.4', 'off low medium high max'],
		['openai', 'gpt-6-astra', 'low medium high max'],
		['openai', 'gpt-6.1-sol', 'low medium high max'],
		['openai', 'gpt-6.2-sol', 'low medium high max'],
		['gemini', 'gemini-2.5-pro', 'low medium high max'],
		['gemini', 'gemini-2.5-flash-lite', 'off low medium high max'],
		['gemini', 'gemini-3-pro-preview', 'low medium high'],
		['mistral', 'mistral-small-2603', 'off high'],
		['mistral', 'magistral-medium', ''],
		['groq', 'qwen/qwen3-32b', 'off medium'],
		['groq', 'deepseek-r1-distill-llama-70b', ''],
		['xai', 'grok-3-mini', 'low high'],
		['together', 'openai/gpt-oss-20b', 'low medium high'],
		['custom', 'something', '']
	])('efforts of %s %s: %s', (presetId, modelId, expected) => {
		expect(efforts(ask(presetId, modelId)).join(' ')).toBe(expected);
	});

	test('the list of a host counts more than our rules', () => {
		expect(efforts(ask('xai', 'grok-4.6', { capabilities: { efforts: ['low', 'high'] } }))).toEqual(
			['low', 'high']
		);
		expect(efforts(ask('openai', 'o3', { capabilities: { reasoning: false } }))).toEqual([]);
		expect(efforts(ask('ollama', 'qwen3:32b', { capabilities: { reasoning: true } }))).toEqual([
			'off',
			'medium'
		]);
	});

	test('a form learns the range and what a value depends on', () => {
		const temperature = (specs: readonly ParameterSpec[]) =>
			specs.find(({ name }) => name === 'temperature');
		expect(temperature(ask('mistral', 'm'))).toMatchObject({ min: 0, max: 1.5 });
		expect(temperature(ask('anthropic', 'claude-haiku-4-5'))).toMatchObject({ max: 1 });
		expect(temperature(ask('openai', 'gpt-5.4'))).toMatchObject({ needsReasoningOff: true });
		expect(ask('openai', 'o3', { maxOutput: 100_000 })[0]).toMatchObject({ max: 100_000 });
	});
});

test('what changes nothing is on the way of the slider', () => {
	for (const preset of Object.values(presets))
		for (const spec of ask(preset.id, 'any-model')) {
			if (spec.kind !== 'number' || spec.neutral === undefined) continue;
			const { name, neutral, min, max, step } = spec;
			expect(neutral, name).toBe(/^(?:frequency|presence)/.test(name) ? 0 : 1);
			expect(neutral >= min && neutral <= max).toBe(true);
			const steps = (neutral - min) / step;
			expect(steps).toBeCloseTo(Math.round(steps), 9);
		}
});

describe('what is sent', () => {
	const send = (
		presetId: PresetId,
		modelId: string,
		parameters: GenerationParameters,
		refusedParameters: readonly (keyof GenerationParameters)[] = []
	) =>
		effectiveParameters(
			{ modelId, parameters, messages: [], refusedParameters },
			{ presetId, protocol: presets[presetId].protocol }
		);

	test('unset stays unset', () => {
		for (const preset of Object.values(presets))
			if (preset.quirks.defaultMaxOutput === undefined)
				expect(send(preset.id, 'any-model', {})).toEqual({});
	});

	test('what was refused before is not sent again', () => {
		expect(send('custom', 'm', { topP: 0.5, temperature: 1 }, ['topP'])).toEqual({
			temperature: 1
		});
		expect(send('typhoon', 'm', {}, ['maxOutputTokens'])).toEqual({});
	});

	test('values are brought into range', () => {
		expect(send('mistral', 'm', { temperature: 2, maxOutputTokens: 0 })).toEqual({
			temperature: 1.5,
			maxOutputTokens: 1
		});
		expect(send('openai', 'gpt-6.2-sol', { reasoningEffort: 'off' })).toEqual({
			reasoningEffort: 'low'
		});
		expect(send('custom', 'm', { temperature: Number.NaN, stop: ['', 'x'] })).toEqual({
			stop: ['x']
		});
	});
});
