import { urlReach } from './base-url.ts';
import { presets } from './presets.ts';
import type { PresetId, ProviderErrorDetails } from './types.ts';

/** An error in sentences for people. */
export interface ErrorWords {
	/** What happened, one sentence. */
	readonly title: string;
	/** What is safe and what to do. */
	readonly advice: string;
	/** A line for a terminal that mends it. */
	readonly command?: string;
}

export interface ErrorContext {
	/** The person's own name for the connection. */
	readonly connectionLabel: string;
	readonly presetId: PresetId;
	/** `location.origin` of the page. */
	readonly pageOrigin: string;
	readonly modelId?: string;
}

/** A wait in words: `38 s`, `2 min`. */
function waitText(ms: number): string {
	const seconds = Math.max(1, Math.ceil(ms / 1000));
	return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** The command that starts Ollama so that it lets this page in. */
export function ollamaOriginsCommand(pageOrigin: string): string {
	return `OLLAMA_ORIGINS=${pageOrigin} ollama serve`;
}

function hostOf(origin: string | undefined): string {
	return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : 'the server';
}

function localServerWords(details: ProviderErrorDetails, context: ErrorContext): ErrorWords {
	const { presetId, pageOrigin } = context;
	const host = hostOf(details.origin);
	const pageIsLocal = urlReach(pageOrigin) === 'loopback';
	if (presetId === 'ollama')
		return {
			title: `Ollama did not answer at ${host}.`,
			advice: pageIsLocal
				? 'It is not running, or it listens at another address. Start it, then test again.'
				: 'It is not running, or this page is not an allowed origin. Stop Ollama, start it with the command below, then test again.',
			command: pageIsLocal ? 'ollama serve' : ollamaOriginsCommand(pageOrigin)
		};
	if (presetId === 'lmstudio')
		return {
			title: `LM Studio did not answer at ${host}.`,
			advice:
				'In LM Studio open Developer, start the server and turn on “Enable CORS”, then test again.',
			command: 'lms server start --cors'
		};
	if (presetId === 'llamacpp')
		return {
			title: `llama.cpp did not answer at ${host}.`,
			advice:
				'The server is not running, or it listens at another port. Start it, then test again.',
			command: 'llama-server -m model.gguf --port 8080'
		};
	if (presetId === 'vllm')
		return {
			title: `vLLM did not answer at ${host}.`,
			advice:
				'The server is not running, or it does not allow this page. Start it with the origin below, then test again.',
			command: `vllm serve MODEL --allowed-origins '["${pageOrigin}"]'`
		};
	return {
		title: `No server answered at ${host}.`,
		advice: `It is not running, or its CORS setting does not allow ${pageOrigin}. Check both, then test again.`
	};
}

function networkWords(details: ProviderErrorDetails, context: ErrorContext): ErrorWords {
	const host = hostOf(details.origin);
	const { name } = presets[context.presetId];
	switch (details.networkCause) {
		case 'offline':
			return {
				title: 'This device is offline.',
				advice: 'Your message is saved. Retry when the connection is back.'
			};
		case 'local-network-denied':
			return {
				title: `The browser does not let this page reach ${host}.`,
				advice:
					'Access to servers on this device or network was refused. Open the site settings left of the address, allow “Local network access” or “Apps on device”, then test again.'
			};
		case 'mixed-content':
			return {
				title: `The browser blocked ${host}, because this page is https and that address is http.`,
				advice:
					'Give the server an https address, open Parlance from localhost, or use a browser that allows local http servers, such as Chrome or Firefox.'
			};
		case 'local-server':
			return localServerWords(details, context);
		default:
			return {
				title: `${name === presets.custom.name ? host : name} could not be reached.`,
				advice: `The network, a content blocker, or a server that does not allow ${context.pageOrigin} can be the reason. Some servers also hide a wrong key behind this. Your message is saved; check the key and the address, then retry.`
			};
	}
}

/**
 * Title and advice for an error, in the app's tone. The provider's own sentence is in
 * `details.message`: show it beside these words, they do not repeat it.
 */
export function describeProviderError(
	details: ProviderErrorDetails,
	context: ErrorContext
): ErrorWords {
	const preset = presets[context.presetId];
	const host = hostOf(details.origin);
	const name = context.presetId === 'custom' ? host : preset.name;
	const label = `“${context.connectionLabel}”`;
	const model = context.modelId ?? 'this model';
	const wait = details.retryAfterMs === undefined ? undefined : waitText(details.retryAfterMs);
	if (details.code === 'html_page')
		return {
			title: `${host} answered with a web page, not with a model's answer.`,
			advice: `The base URL of ${label} may lack its path, for example /v1, or a proxy or sign-in page stands in between. Check the address.`
		};
	switch (details.kind) {
		case 'auth':
			return {
				title: `${name} refused the key of ${label}.`,
				advice:
					'It may be mistyped, revoked or belong to another project. Your message is saved. Replace the key, then retry.'
			};
		case 'permission':
			if (context.presetId === 'ollama')
				return {
					title: 'Ollama refused: this page is not an allowed origin.',
					advice: 'Allow it with the command below, restart Ollama, then test again.',
					command: ollamaOriginsCommand(context.pageOrigin)
				};
			return {
				title: `${name} does not allow ${label} to do this.`,
				advice: details.message.toLowerCase().includes('cors')
					? 'The organisation of this key forbids requests from browsers. Its administrator can allow them; a key of another organisation works too.'
					: `The key may lack the right to use ${model}, or the service is not offered in your region. Choose another model or key.`
			};
		case 'billing':
			return {
				title: `The account behind ${label} has no credit left, or its spending limit is reached.`,
				advice: `Add credit or raise the limit at ${name}, or choose another connection. Your message is saved.`
			};
		case 'rate_limit':
			return {
				title:
					wait === undefined ? `${name} asks us to slow down.` : `${name} asks us to wait ${wait}.`,
				advice: 'Your message is saved. Retry then, or choose another model.'
			};
		case 'overloaded':
			return {
				title: `${name} is overloaded right now.`,
				advice: 'Your message is saved. Retry in a moment, or choose another model.'
			};
		case 'context_too_long':
			return {
				title: `This conversation is too long for ${model}.`,
				advice: 'Shorten the message, unpin something, or choose a model with more room.'
			};
		case 'model_not_found':
			if (context.presetId === 'ollama' && context.modelId !== undefined)
				return {
					title: `${model} is not on this Ollama.`,
					advice: 'Download it with the command below, then retry.',
					command: `ollama pull ${context.modelId}`
				};
			if (context.modelId === undefined)
				return {
					title: `${name} has no model list at this address.`,
					advice: `Check the base URL of ${label}; most end in /v1. Where a server has no list, add its models by hand.`
				};
			return {
				title: `${name} does not know ${model}, or this key may not use it.`,
				advice: `Choose another model. If none works, check the base URL of ${label}.`
			};
		case 'bad_parameter':
			return {
				title: `${name} did not accept the request as it was.`,
				advice:
					details.parameter === undefined
						? 'Your message is saved. Reset the parameters of this conversation, then retry.'
						: `It refuses the setting ${parameterLabels[details.parameter]}. Unset it, then retry.`
			};
		case 'content_filter':
			return {
				title: `${name} withheld the answer because of its content rules.`,
				advice: 'Word it differently, or choose another model. Your message is saved.'
			};
		case 'too_large':
			return {
				title: `The request is too large for ${name}.`,
				advice:
					'Send less at once, lower the output limit, or choose a model or plan with a higher limit.'
			};
		case 'server':
			return {
				title: `${name} had an internal error.`,
				advice: 'Your message is saved. Retry in a moment.'
			};
		case 'network_or_cors':
			return networkWords(details, context);
		case 'timeout':
			return {
				title: `${name} stopped answering.`,
				advice: preset.local
					? 'What arrived is saved. The model may still be loading, or the machine is too busy. Retry, or choose a smaller model.'
					: 'What arrived is saved. Retry, or choose another model.'
			};
		case 'interrupted':
			return {
				title: 'The connection dropped before the answer was complete.',
				advice: 'What arrived is saved. Continue from there, or retry.'
			};
		case 'unknown':
			return {
				title: `${name} answered in a way we do not understand.`,
				advice: `Your message is saved. Retry; if it stays, check the base URL and the wire format of ${label}.`
			};
	}
}

/** Parameters as a person reads them. */
export const parameterLabels = {
	maxOutputTokens: 'Max output',
	temperature: 'Temperature',
	topP: 'Top P',
	topK: 'Top K',
	frequencyPenalty: 'Frequency penalty',
	presencePenalty: 'Presence penalty',
	repetitionPenalty: 'Repetition penalty',
	stop: 'Stop sequences',
	seed: 'Seed',
	reasoningEffort: 'Reasoning effort'
} as const;
