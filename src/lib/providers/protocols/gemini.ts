import type {
	GenerateContentConfig,
	GenerateContentParameters,
	GoogleGenAI
} from '@google/genai/web';
import { guarded } from '../guard.ts';
import { once } from '../once.ts';
import { count, known, list, record, text, type Json } from '../json.ts';
import { bareModelId, modelRule } from '../model-rules.ts';
import { effectiveParameters, expectsReasoning } from '../parameters.ts';
import { promptTurns } from '../prompt.ts';
import { openTransport, type Transport } from '../transport.ts';
import type {
	FinishReason,
	GenerateRequest,
	ModelInfo,
	OpenConnection,
	PromptPart,
	Protocol,
	ProtocolEvent,
	ReasoningEffort,
	Usage
} from '../types.ts';

/** The SDK, loaded on first use as a chunk of its own. */
export const loadGemini = once(() => import('./gemini-sdk.ts'));

function part(value: PromptPart): Json {
	if (value.type === 'text') return { text: value.text };
	return { inlineData: { mimeType: value.mediaType, data: value.data } };
}

const budgets: Readonly<Record<ReasoningEffort, number>> = {
	off: 0,
	low: 1024,
	medium: 8192,
	high: 20_480,
	max: 32_768
};

const levels: Readonly<Record<ReasoningEffort, string>> = {
	off: 'LOW',
	low: 'LOW',
	medium: 'MEDIUM',
	high: 'HIGH',
	max: 'HIGH'
};

/** Model, contents and config of one request. */
export function geminiParameters(request: GenerateRequest, connection: OpenConnection): Json {
	const sent = effectiveParameters(request, connection);
	const rule = modelRule(request.modelId);
	const effort = sent.reasoningEffort;
	// Without being asked the API thinks in silence; thoughts are shown where the model has them.
	const asks = request.refusedParameters?.includes('reasoningEffort') !== true;
	const thinking =
		rule.thinking === undefined || !asks
			? undefined
			: known({
					includeThoughts: effort === 'off' ? undefined : true,
					thinkingBudget:
						effort !== undefined && rule.thinking === 'budget'
							? Math.min(budgets[effort], rule.maxBudget ?? budgets.max)
							: undefined,
					thinkingLevel:
						effort !== undefined && rule.thinking === 'level' ? levels[effort] : undefined
				});
	const system = request.system?.trim() ?? '';
	return {
		model: request.modelId,
		contents: promptTurns(request, false).map((turn) => ({
			role: turn.role === 'assistant' ? 'model' : 'user',
			parts: turn.parts.map(part)
		})),
		config: {
			...(system !== '' && { systemInstruction: { parts: [{ text: system }] } }),
			...known({
				maxOutputTokens: sent.maxOutputTokens,
				temperature: sent.temperature,
				topP: sent.topP,
				topK: sent.topK,
				stopSequences: sent.stop,
				seed: sent.seed,
				presencePenalty: sent.presencePenalty,
				frequencyPenalty: sent.frequencyPenalty,
				thinkingConfig: thinking
			})
		}
	};
}

function finishReason(reason: string, called: boolean): FinishReason {
	if (reason === 'STOP') return called ? 'tool-calls' : 'stop';
	if (reason === 'MAX_TOKENS' || reason === 'CONTINUATION') return 'length';
	if (/SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE/.test(reason))
		return 'content-filter';
	return 'other';
}

function geminiUsage(value: unknown): Usage {
	const usage = record(value);
	const prompt = count(usage.promptTokenCount);
	const answer = count(usage.candidatesTokenCount);
	const thoughts = count(usage.thoughtsTokenCount);
	return known({
		inputTokens:
			prompt === undefined ? undefined : prompt + (count(usage.toolUsePromptTokenCount) ?? 0),
		outputTokens:
			answer === undefined && thoughts === undefined ? undefined : (answer ?? 0) + (thoughts ?? 0),
		cachedInputTokens: count(usage.cachedContentTokenCount),
		reasoningTokens: thoughts
	});
}

/** The address as the SDK wants it: without the version, which some people type in too. */
function endpoint({ baseUrl }: OpenConnection): { baseUrl: string; apiVersion: string } {
	const versioned = /^(.*)\/(v1(?:beta\d?|alpha)?)$/.exec(baseUrl);
	return { baseUrl: versioned?.[1] ?? baseUrl, apiVersion: versioned?.[2] ?? 'v1beta' };
}

async function client(connection: OpenConnection, transport: Transport): Promise<GoogleGenAI> {
	const { GoogleGenAI: Client } = await loadGemini();
	return new Client({
		apiKey: connection.apiKey ?? 'none',
		httpOptions: { ...endpoint(connection), fetch: transport.fetch }
	});
}

async function* read(
	request: GenerateRequest,
	connection: OpenConnection,
	transport: Transport,
	signal: AbortSignal
): AsyncGenerator<ProtocolEvent, void, undefined> {
	const ai = await client(connection, transport);
	if (signal.aborted) return;
	let reason: string | undefined;
	let blocked = false;
	let calls = 0;
	let usage: Usage = {};
	try {
		const parameters = geminiParameters(
			request,
			connection
		) as unknown as GenerateContentParameters;
		for await (const value of await ai.models.generateContentStream(parameters)) {
			const chunk = record(value);
			const candidate = record(list(chunk.candidates)[0]);
			if (chunk.usageMetadata !== undefined) usage = geminiUsage(chunk.usageMetadata);
			for (const item of list(record(candidate.content).parts)) {
				const piece = record(item);
				const delta = text(piece.text);
				if (delta !== undefined)
					yield { type: piece.thought === true ? 'reasoning-delta' : 'text-delta', delta };
				if (piece.functionCall !== undefined) {
					const call = record(piece.functionCall);
					yield {
						type: 'tool-call',
						id: text(call.id) ?? `call_${calls}`,
						name: text(call.name) ?? '',
						input: call.args ?? {}
					};
					calls++;
				}
			}
			blocked ||= text(record(chunk.promptFeedback).blockReason) !== undefined;
			reason = text(candidate.finishReason) ?? reason;
			if (reason !== undefined || blocked) transport.expectEnd();
		}
	} catch (error) {
		// The reason to finish was said: a line dropped after it takes nothing away.
		const cut = transport.failure?.kind === 'interrupted' || transport.failure?.kind === 'timeout';
		if (!cut || (reason === undefined && !blocked)) throw error;
	}
	if (blocked) yield { type: 'finish', reason: 'content-filter', usage };
	else if (reason !== undefined)
		yield { type: 'finish', reason: finishReason(reason, calls > 0), usage };
}

function listedModel(value: unknown): ModelInfo | undefined {
	const model = record(value);
	const id = text(model.name)?.replace(/^models\//, '');
	const actions = list(model.supportedActions ?? model.supportedGenerationMethods);
	if (id === undefined || (actions.length > 0 && !actions.includes('generateContent')))
		return undefined;
	if (/embedding|imagen|veo|aqa|-tts|-image|-live|audio|robotics|computer-use/.test(id))
		return undefined;
	const thinks = typeof model.thinking === 'boolean' ? model.thinking : undefined;
	return {
		id,
		...known({
			name: text(model.displayName),
			contextWindow: count(model.inputTokenLimit),
			maxOutput: count(model.outputTokenLimit)
		}),
		capabilities: {
			vision: !bareModelId(id).startsWith('gemma-2'),
			...(thinks !== undefined && { reasoning: thinks })
		}
	};
}

/** Google's Gemini API. */
export const gemini: Protocol = {
	stream(request, connection, signal, options = {}) {
		const transport = openTransport(connection, signal, {
			...options,
			framing: 'sse',
			reasoning: expectsReasoning(request, effectiveParameters(request, connection))
		});
		return guarded(read(request, connection, transport, signal), transport, signal);
	},

	async countInput(request, connection, signal, options = {}) {
		const transport = openTransport(connection, signal, options);
		try {
			const { contents, config } = geminiParameters(request, connection);
			const model = `models/${request.modelId.replace(/^models\//, '')}`;
			const { baseUrl, apiVersion } = endpoint(connection);
			// The SDK's own call takes no system instruction.
			const response = await transport.fetch(`${baseUrl}/${apiVersion}/${model}:countTokens`, {
				method: 'POST',
				headers: {
					'content-type': 'application/json',
					'x-goog-api-key': connection.apiKey ?? 'none'
				},
				body: JSON.stringify({
					generateContentRequest: known({
						model,
						contents,
						systemInstruction: record(config).systemInstruction
					})
				})
			});
			return count(record(await response.json()).totalTokens);
		} catch (error) {
			throw transport.explain(error);
		} finally {
			transport.close();
		}
	},

	async listModels(connection, signal, options = {}) {
		const transport = openTransport(connection, signal, options);
		try {
			const ai = await client(connection, transport);
			const models: ModelInfo[] = [];
			const config: GenerateContentConfig & { pageSize: number } = { pageSize: 1000 };
			for await (const model of await ai.models.list({ config })) {
				const listed = listedModel(model);
				if (listed !== undefined) models.push(listed);
			}
			return models;
		} catch (error) {
			throw transport.explain(error);
		} finally {
			transport.close();
		}
	}
};
