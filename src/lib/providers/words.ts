import { urlReach } from './base-url.ts';
import { presets } from './presets.ts';
import type { PresetId, ProviderErrorDetails } from './types.ts';

/** An error in sentences for people. */
export interface ErrorWords {
	/** What happened, one sentence. Names the connection as the person does. */
	readonly title: string;
	/** What is safe and what to do. */
	readonly advice: string;
	/** A line for a terminal that mends it. */
	readonly command?: string;
	/** Which address was asked: a line for the details. */
	readonly address?: string;
}

/** Where an error happened, for the sentence about it. */
export interface ErrorContext {
	/** The person's own name for the connection. */
	readonly connectionLabel: string;
	readonly presetId: PresetId;
	/** `location.origin` of the page. */
	readonly pageOrigin: string;
	readonly modelId?: string;
	/** False: the request went without a key. Missing: nobody knows any more. */
	readonly hasKey?: boolean;
}

/** A wait in words: `38 s`, `2 min`. */
function waitText(ms: number): string {
	const seconds = Math.max(1, Math.ceil(ms / 1000));
	if (seconds < 120) return `${seconds} s`;
	const minutes = Math.ceil(seconds / 60);
	if (minutes < 120) return `${minutes} min`;
	const hours = Math.ceil(minutes / 60);
	// Some hosts name a time that nobody lives to see.
	return hours <= 48 ? `${hours} hours` : 'more than two days';
}

/** The command that starts Ollama so that it lets this page in. */
export function ollamaOriginsCommand(pageOrigin: string): string {
	return `OLLAMA_ORIGINS=${pageOrigin} ollama serve`;
}

/** Whether the address is the provider's own, and so not a mistyped one. */
const isOwnAddress = (origin: string | undefined, { presetId }: ErrorContext): boolean =>
	origin !== undefined &&
	URL.canParse(presets[presetId].baseUrl) &&
	new URL(presets[presetId].baseUrl).origin === origin;

/** The connection by the person's own name for it. */
const nameOf = ({ connectionLabel, presetId }: ErrorContext): string =>
	connectionLabel === '' ? presets[presetId].name : `“${connectionLabel}”`;

function localServerWords(context: ErrorContext): ErrorWords {
	const { presetId, pageOrigin } = context;
	const title = `${nameOf(context)} did not answer.`;
	const pageIsLocal = urlReach(pageOrigin) === 'loopback';
	if (presetId === 'ollama')
		return {
			title,
			advice: pageIsLocal
				? 'Ollama is not running, or it listens at another address. Start it, then test again.'
				: 'Ollama is not running, or this page is not an allowed origin. Stop Ollama, start it with the command below, then test again.',
			command: pageIsLocal ? 'ollama serve' : ollamaOriginsCommand(pageOrigin)
		};
	if (presetId === 'lmstudio')
		return {
			title,
			advice:
				'In LM Studio open Developer, start the server and turn on “Enable CORS”, then test again.',
			command: 'lms server start --cors'
		};
	if (presetId === 'llamacpp')
		return {
			title,
			advice:
				'The server is not running, or it listens at another port. Start it, then test again.',
			command: 'llama-server -m model.gguf --port 8080'
		};
	if (presetId === 'vllm')
		return {
			title,
			advice:
				'The server is not running, or it does not allow this page. Start it with the origin below, then test again.',
			command: `vllm serve MODEL --allowed-origins '["${pageOrigin}"]'`
		};
	return {
		title,
		advice: `No server runs at its address, or its CORS setting does not allow ${pageOrigin}. Check both, then test again.`
	};
}

function networkWords(details: ProviderErrorDetails, context: ErrorContext): ErrorWords {
	const name = nameOf(context);
	switch (details.networkCause) {
		case 'offline':
			return {
				title: 'This device is offline.',
				advice: 'Your message is saved. Retry when the connection is back.'
			};
		case 'not-loaded':
			return {
				title: `The part of Parlance that ${name} needs is not on this device yet.`,
				advice:
					'It is fetched once, with the first use of such a connection. Your message is saved. Go online, then retry.'
			};
		case 'local-network-denied':
			return {
				title: `The browser does not let this page reach ${name}.`,
				advice:
					'Access to servers on this device or network was refused. Open the site settings left of the address, allow “Local network access” or “Apps on device”, then test again.'
			};
		case 'mixed-content':
			return {
				title: `The browser blocked ${name}, because this page is https and its address is http.`,
				advice:
					'Give the server an https address, open Parlance from localhost, or use a browser that allows local http servers, such as Chrome or Firefox.'
			};
		case 'local-server':
			return localServerWords(context);
		default:
			return {
				title: `${name} could not be reached.`,
				advice: isOwnAddress(details.origin, context)
					? `The network, a content blocker, or a server that does not allow ${context.pageOrigin} can be the reason. Some servers also hide a wrong key behind this. Your message is saved; check the key, then retry.`
					: `The address may be mistyped. The network, a content blocker, or a server that does not allow ${context.pageOrigin} can be the reason too. Some servers also hide a wrong key behind this. Your message is saved; check the address and the key, then retry.`
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
	const words = wordsOf(details, context);
	return details.origin === undefined ? words : { ...words, address: `Address: ${details.origin}` };
}

function wordsOf(details: ProviderErrorDetails, context: ErrorContext): ErrorWords {
	const preset = presets[context.presetId];
	const name = nameOf(context);
	const model = context.modelId ?? 'this model';
	const wait = details.retryAfterMs === undefined ? undefined : waitText(details.retryAfterMs);
	if (details.code === 'html_page')
		return {
			title: `${name} answered with a web page, not with a model's answer.`,
			advice:
				'Its base URL may lack its path, for example /v1, or a proxy or sign-in page stands in between. Check the address.'
		};
	switch (details.kind) {
		case 'auth':
			if (context.hasKey === false)
				return {
					title: `${name} wants a key.`,
					advice:
						'The request went without one. Your message is saved. Enter the key of the server, then test again.'
				};
			return {
				title: `${name} refused the key.`,
				advice:
					'It may be mistyped, revoked or belong to another project. Your message is saved. Replace the key, then retry.'
			};
		case 'permission':
			if (context.presetId === 'ollama')
				return {
					title: `${name} refused: this page is not an allowed origin.`,
					advice: 'Allow it with the command below, restart Ollama, then test again.',
					command: ollamaOriginsCommand(context.pageOrigin)
				};
			return {
				title: `${name} does not allow this.`,
				advice: details.message.toLowerCase().includes('cors')
					? 'The organisation of this key forbids requests from browsers. Its administrator can allow them; a key of another organisation works too.'
					: `The key may lack the right to use ${model}, or the service is not offered in your region. Choose another model or key.`
			};
		case 'billing':
			return {
				title: `The account behind ${name} has no credit left, or its spending limit is reached.`,
				advice: `Add credit or raise the limit at ${context.presetId === 'custom' ? 'the provider' : preset.name}, or choose another connection. Your message is saved.`
			};
		case 'rate_limit':
			return {
				title:
					wait === undefined ? `${name} asks us to slow down.` : `${name} asks us to wait ${wait}.`,
				advice: `Your message is saved. Retry ${wait === undefined ? 'in a moment' : 'then'}, or choose another model.`
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
					title: `${name} does not have ${model}.`,
					advice: 'Download it with the command below, then retry.',
					command: `ollama pull ${context.modelId}`
				};
			if (context.modelId === undefined)
				return {
					title: `${name} has no model list at its address.`,
					advice:
						'Check the base URL; most end in /v1. Where a server has no list, add its models by hand.'
				};
			return {
				title: `${name} does not know ${model}, or its key may not use it.`,
				advice: 'Choose another model. If none works, check its base URL.'
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
				advice: 'Your message is saved. Retry; if it stays, check its base URL and wire format.'
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
