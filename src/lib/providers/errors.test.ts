import { describe, expect, test } from 'vitest';
import { isRetryable, providerError } from './errors.ts';
import type { ProviderErrorDetails } from './types.ts';

const of = (status: number, body: unknown, more = {}) =>
	providerError({
		status,
		body: typeof body === 'string' ? body : JSON.stringify(body),
		...more
	}).details;

describe('the shapes in which hosts complain', () => {
	test.each<[string, number, unknown, Partial<ProviderErrorDetails>]>([
		[
			'Mistral, a word',
			401,
			{ detail: 'Invalid API Key' },
			{ kind: 'auth', message: 'Invalid API Key' }
		],
		[
			'Mistral, a list',
			422,
			{
				detail: [
					{ loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }
				]
			},
			{ kind: 'bad_parameter', parameter: 'topK', message: 'top_k: Extra inputs are not permitted' }
		],
		[
			'Mistral, its code',
			400,
			{
				object: 'error',
				message: 'Invalid model: x',
				type: 'invalid_model',
				param: null,
				code: '1500'
			},
			{ kind: 'model_not_found' }
		],
		[
			'Mistral, short',
			429,
			{ message: 'Requests rate limit exceeded', request_id: 'r1' },
			{ kind: 'rate_limit', requestId: 'r1' }
		],
		[
			'xAI',
			400,
			{ code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xx' },
			{ kind: 'auth' }
		],
		[
			'OpenRouter with the provider inside',
			502,
			{
				error: {
					code: 502,
					message: 'Provider returned error',
					metadata: { raw: '{"error":{"message":"overheated"}}' }
				}
			},
			{ kind: 'server', message: 'overheated' }
		],
		[
			'Groq, one request too large',
			413,
			{
				error: {
					message: 'Request too large for model',
					type: 'tokens',
					code: 'rate_limit_exceeded'
				}
			},
			{ kind: 'too_large' }
		],
		[
			'Groq, the wait in the sentence',
			429,
			{
				error: {
					message: 'Rate limit reached. Please try again in 1m2.5s.',
					code: 'rate_limit_exceeded'
				}
			},
			{ kind: 'rate_limit', retryAfterMs: 62_500 }
		],
		[
			'Gemini without capacity',
			429,
			{ error: { code: 429, message: 'No capacity available', status: 'RESOURCE_EXHAUSTED' } },
			{ kind: 'overloaded' }
		],
		[
			'Gemini, the quota is used up',
			429,
			{
				error: {
					code: 429,
					message: 'You exceeded your current quota, check your plan and billing',
					status: 'RESOURCE_EXHAUSTED',
					details: [{ '@type': 'type.googleapis.com/google.rpc.QuotaFailure' }]
				}
			},
			{ kind: 'billing' }
		],
		[
			'DeepSeek',
			402,
			{ error: { message: 'Insufficient Balance', type: 'unknown_error' } },
			{ kind: 'billing' }
		],
		[
			'a proxy',
			502,
			'<html><body>Bad gateway</body></html>',
			{ kind: 'server', code: 'html_page' }
		],
		['nothing at all', 504, '', { kind: 'server', status: 504 }],
		['plain words', 500, 'upstream timed out', { kind: 'server', message: 'upstream timed out' }],
		['JSON that is no object', 500, '"boom"', { kind: 'server' }]
	])('%s', (_, status, body, expected) => {
		expect(of(status, body)).toMatchObject(expected);
	});

	test.each([
		["Unsupported value: 'temperature' does not support 0.5 with this model.", 'temperature'],
		[
			"Unsupported parameter: 'reasoning.effort' is not supported with this model.",
			'reasoningEffort'
		],
		['temperature: Extra inputs are not permitted', 'temperature'],
		['`temperature` and `top_p` cannot both be specified for this model.', 'temperature'],
		['"qwen3:4b" does not support thinking', 'reasoningEffort'],
		['max_tokens: 64000 > 8192, which is the maximum', 'maxOutputTokens'],
		['something else is wrong', undefined]
	])('finds the parameter in “%s”', (message, parameter) => {
		expect(of(400, { error: { message } }).parameter).toBe(parameter);
	});

	test('a wait may be a date', () => {
		const now = Date.parse('2026-11-20T10:00:00Z');
		expect(of(429, '', { retryAfter: 'Fri, 20 Nov 2026 10:00:30 GMT', now }).retryAfterMs).toBe(
			30_000
		);
	});

	test('keys are taken out, ours and whatever looks like one', () => {
		const body = {
			error: { message: 'Bad key my-own-secret and sk-proj-abcdef**xyz and AIzaSyAbcdefghi' }
		};
		expect(of(401, body, { apiKey: 'my-own-secret' }).message).toBe('Bad key … and … and …');
	});
});

test('only passing faults are tried again', () => {
	const retry = (details: Partial<ProviderErrorDetails>) =>
		isRetryable({ kind: 'unknown', message: '', ...details });
	const passing: readonly Partial<ProviderErrorDetails>[] = [
		{ kind: 'rate_limit' },
		{ kind: 'rate_limit', retryAfterMs: 60_000 },
		{ kind: 'overloaded', status: 529 },
		{ kind: 'server', status: 500 },
		{ kind: 'timeout', status: 408 },
		{ kind: 'unknown', status: 409 },
		{ kind: 'interrupted' },
		{ kind: 'network_or_cors', networkCause: 'remote' }
	];
	expect(passing.filter((details) => !retry(details))).toEqual([]);
	const lasting: readonly Partial<ProviderErrorDetails>[] = [
		{ kind: 'rate_limit', retryAfterMs: 60_001 },
		{ kind: 'billing', status: 429 },
		{ kind: 'auth' },
		{ kind: 'permission' },
		{ kind: 'too_large' },
		{ kind: 'context_too_long' },
		{ kind: 'model_not_found' },
		{ kind: 'bad_parameter' },
		{ kind: 'timeout' },
		{ kind: 'network_or_cors', networkCause: 'offline' },
		{ kind: 'network_or_cors', networkCause: 'mixed-content' }
	];
	expect(lasting.filter(retry)).toEqual([]);
});
