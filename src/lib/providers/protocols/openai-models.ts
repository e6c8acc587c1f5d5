import { ProviderError } from '../errors.ts';
import { count, isRecord, known, list, record, text, type Json } from '../json.ts';
import { presets } from '../presets.ts';
import { openTransport, type Transport } from '../transport.ts';
import type {
	ModelCapabilities,
	ModelInfo,
	ModelPrices,
	OpenConnection,
	PresetId,
	ProtocolOptions
} from '../types.ts';
import { openAiClient } from './openai-client.ts';

/** Models that answer no chat, by id, where the list itself does not say. */
const notForChat =
	/embed|whisper|tts|transcribe|moderation|realtime|dall-e|davinci|babbage|^sora|gpt-image|-image(?:-|$)|audio|computer-use|ocr|guard|rerank|voxtral|parakeet|canary|stable-diffusion|flux|^bge-|speech|search-api|deep-research/i;

function answersChat(model: Json, id: string): boolean {
	const capabilities = record(model.capabilities);
	if (capabilities.completion_chat === false) return false;
	if (model.type === 'embeddings' || model.type === 'embedding') return false;
	const outputs = list(record(model.architecture).output_modalities);
	if (outputs.length > 0) return outputs.includes('text');
	return capabilities.completion_chat === true || !notForChat.test(id);
}

/** Prices that a list states per token, as strings (OpenRouter). */
function listedPrices(value: unknown): ModelPrices | undefined {
	const pricing = record(value);
	const perMillion = (price: unknown) => {
		const amount = typeof price === 'string' ? Number(price) : Number.NaN;
		// A negative price means “depends on the model it is routed to”.
		return Number.isFinite(amount) && amount >= 0 ? Number((amount * 1e6).toFixed(6)) : undefined;
	};
	const prices = known({
		input: perMillion(pricing.prompt),
		output: perMillion(pricing.completion),
		cachedInput: perMillion(pricing.input_cache_read),
		cacheWrite: perMillion(pricing.input_cache_write)
	});
	return prices.input === undefined ? undefined : prices;
}

function listedCapabilities(model: Json): ModelCapabilities | undefined {
	const inputs = list(record(model.architecture).input_modalities);
	const supported = list(model.supported_parameters);
	const own = record(model.capabilities);
	const tags = list(model.capabilities);
	const flag = (name: string) => (typeof own[name] === 'boolean' ? own[name] : undefined);
	const capabilities = known({
		vision:
			inputs.length > 0 ? inputs.includes('image') : model.type === 'vlm' ? true : flag('vision'),
		tools:
			supported.length > 0
				? supported.includes('tools')
				: tags.includes('tool_use')
					? true
					: flag('function_calling'),
		reasoning: supported.length > 0 ? supported.includes('reasoning') : flag('reasoning')
	});
	return Object.keys(capabilities).length > 0 ? capabilities : undefined;
}

/** One entry of any host's list in our words, or undefined when it is no chat model. */
export function listedModel(value: unknown): ModelInfo | undefined {
	const model = record(value);
	const id = text(model.id);
	if (id === undefined || !answersChat(model, id)) return undefined;
	const name = text(model.display_name) ?? text(model.name);
	const top = record(model.top_provider);
	return {
		id,
		...known({
			name: name === id ? undefined : name,
			contextWindow:
				count(model.context_length) ??
				count(model.context_window) ??
				count(model.max_context_length) ??
				count(model.loaded_context_length) ??
				count(model.max_model_len) ??
				count(record(model.meta).n_ctx),
			maxOutput: count(top.max_completion_tokens) ?? count(model.max_completion_tokens),
			prices: listedPrices(model.pricing),
			capabilities: listedCapabilities(model)
		})
	};
}

/** Endpoints of local servers that know the window, which `/models` does not say. */
const detailsPaths: Readonly<Partial<Record<PresetId, string>>> = {
	lmstudio: '/api/v0/models',
	llamacpp: '/props'
};

/** What such an endpoint adds to a model; nothing where an older server has none. */
async function localDetails(
	connection: OpenConnection,
	path: string,
	transport: Transport
): Promise<(model: ModelInfo) => ModelInfo> {
	const root = connection.baseUrl.replace(/\/v1$/, '');
	try {
		const response = await transport.fetch(`${root}${path}`, {
			headers: { authorization: `Bearer ${connection.apiKey ?? ''}` }
		});
		const body = record(await response.json());
		const window = count(record(body.default_generation_settings).n_ctx);
		const details = new Map(
			list(body.data)
				.map(listedModel)
				.filter((model) => model !== undefined)
				.map((model) => [model.id, model])
		);
		return (model) => ({
			...model,
			...details.get(model.id),
			...(window !== undefined && { contextWindow: window })
		});
	} catch {
		return (model) => model;
	}
}

/**
 * The models of a chat-completions host, the ones that answer chats. Hosts with a short fixed list
 * keep it in their preset.
 * @throws ProviderError
 */
export async function listChatModels(
	connection: OpenConnection,
	signal: AbortSignal,
	options: ProtocolOptions = {}
): Promise<ModelInfo[]> {
	const transport = openTransport(connection, signal, options);
	try {
		const client = await openAiClient(connection, transport);
		const body = await client.get<unknown>('/models');
		const entries = Array.isArray(body) ? list(body) : list(record(body).data);
		if (!Array.isArray(body) && !isRecord(body))
			throw new ProviderError({ kind: 'unknown', message: 'The model list could not be read.' });
		const models = entries.map(listedModel).filter((model) => model !== undefined);
		const detailsPath = detailsPaths[connection.presetId];
		if (detailsPath !== undefined) {
			const extra = openTransport(connection, signal, options);
			const refine = await localDetails(connection, detailsPath, extra);
			extra.close();
			return models.map(refine);
		}
		const byId = new Map(
			presets[connection.presetId].knownModels?.map((model) => [model.id, model])
		);
		return models.map((model) => ({ ...byId.get(model.id), ...model }));
	} catch (error) {
		throw transport.explain(error);
	} finally {
		transport.close();
	}
}
