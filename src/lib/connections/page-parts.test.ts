import type { ConnectionRow } from '#lib/db';
import { expect, test } from 'vitest';
import { demoConnection } from './demo.ts';
import { checkForm, freeLabel, keyHint, numbered, protocolChoices } from './form.ts';
import { ago, countText, priceText, shortTokens, spokenDetails } from './format.ts';
import { saidLimits } from './said-limits.ts';
import { describeTestError, statusOf, troubleOf } from './status.ts';

test.each([
	[200_000, '200k'],
	[131_072, '128k'],
	[8192, '8k'],
	[1_048_576, '1M'],
	[1_000_000, '1M'],
	[2_097_152, '2M'],
	[512, '512']
])('%i tokens read %s', (tokens, text) => {
	expect(shortTokens(tokens)).toBe(text);
});

test('a price is a number, local, free or unknown, never a guess', () => {
	expect(priceText({ input: 3, output: 15 }, 'anthropic')).toBe('3.00 / 15.00');
	expect(priceText({ input: 0.075, output: 0.3 }, 'gemini')).toBe('0.075 / 0.30');
	expect(priceText({ input: 3 }, 'anthropic')).toBe('Unknown');
	expect(priceText(undefined, 'ollama')).toBe('Local');
	expect(priceText({ input: 0, output: 0 }, 'openrouter')).toBe('Free');
	expect(
		spokenDetails(
			{
				id: 'm',
				contextWindow: 200_000,
				capabilities: { vision: true },
				prices: { input: 3, output: 15 }
			},
			'anthropic'
		)
	).toBe('vision, 200k context, 3.00 in, 15.00 out, USD per million');
});

test('times and counts', () => {
	expect(ago(0, 20_000)).toBe('just now');
	expect(ago(0, 4 * 60_000)).toBe('4 minutes ago');
	expect(ago(0, 25 * 3_600_000)).toBe('yesterday');
	expect(ago(9_000, 0)).toBe('just now');
	expect(countText(1, 'model')).toBe('1 model');
	expect(countText(1200, 'model')).toBe('1,200 models');
});

const row = (change: Partial<ConnectionRow>): ConnectionRow => ({
	...demoConnection,
	presetId: 'openai',
	protocol: 'openai-responses',
	baseUrl: 'https://api.openai.com/v1',
	sealedKey: new Uint8Array(1),
	...change
});
const failed = (kind: 'auth' | 'rate_limit') =>
	row({ test: { ok: false, at: 0, error: { kind, message: 'No.' } } });

test('lamp and words of a connection', () => {
	expect(statusOf(demoConnection, 0)).toEqual({
		lamp: 'ready',
		text: 'Works offline, needs no key'
	});
	expect(statusOf(row({ sealedKey: null }), 0)).toEqual({ lamp: 'off', text: 'Needs a key' });
	expect(statusOf(row({ enabled: 0 }), 0).text).toBe('Switched off');
	expect(statusOf(row({}), 0).text).toBe('Not tested yet');
	expect(statusOf(row({}), 0, true).lamp).toBe('waiting');
	expect(statusOf(failed('auth'), 60_000)).toEqual({
		lamp: 'failed',
		text: 'Key refused, tested 1 minute ago'
	});
	expect(statusOf(failed('rate_limit'), 0).lamp).toBe('waiting');
	expect(troubleOf(failed('auth'))).toEqual({ tone: 'bad', text: 'Key refused' });
	const keyless = { ...failed('auth'), sealedKey: null, baseUrl: 'https://proxy.example/v1' };
	expect(troubleOf(keyless)).toEqual({ tone: 'bad', text: 'No key' });
	expect(statusOf(keyless, 0).text).toBe('No key, tested just now');
	expect(troubleOf(row({}))).toBeUndefined();
});

test('a form with several faults names each at its field', () => {
	const check = checkForm({
		presetId: 'openai',
		protocol: 'openai-responses',
		label: 'x'.repeat(99),
		baseUrl: 'api.openai.com',
		apiKey: 'two words',
		limits: { requestsPerMinute: 1.5 }
	});
	expect(!check.ok && check.problems.map((problem) => problem.field)).toEqual([
		'label',
		'baseUrl',
		'apiKey',
		'requestsPerMinute'
	]);
});

test('labels, hints and wire formats', () => {
	expect(freeLabel('openai', [])).toBe('OpenAI');
	expect(freeLabel('openai', ['OpenAI', 'OpenAI 2'])).toBe('OpenAI 3');
	expect(numbered('Work', ['OpenAI'])).toBe('Work');
	expect(numbered('Work', ['Work', 'Work 3'])).toBe('Work 2');
	const long = 'x'.repeat(80);
	expect(numbered(long, [long])).toBe(`${'x'.repeat(78)} 2`);
	expect(keyHint('12345678901')).toBe('');
	expect(keyHint('123456789012')).toBe('9012');
	expect(protocolChoices('anthropic')).toEqual(['anthropic-messages']);
	expect(protocolChoices('openai')).toEqual(['openai-responses', 'openai-chat']);
});

test('a failed test is told without words about messages', () => {
	const context = {
		connectionLabel: 'Work',
		presetId: 'openai',
		pageOrigin: 'https://chat.example.org'
	} as const;
	const told = describeTestError({ kind: 'auth', message: 'Incorrect API key.' }, context);
	expect(told.title).toContain('“Work”');
	expect(told.advice).not.toMatch(/message/i);
	expect(told.advice).toMatch(/Replace the key/);
	const network = { kind: 'network_or_cors', message: 'Failed to fetch' } as const;
	expect(describeTestError(network, context).advice).toMatch(/Check the address and the key/);
	expect(describeTestError({ kind: 'locked', message: 'Locked.' }, context)).toEqual({
		title: 'Locked.',
		advice: ''
	});
});

test('what a provider says of its limits is told for the key, or for the latest models', () => {
	const now = 1_000_000_000;
	const at = now - 1_000;
	const row: ConnectionRow = { ...demoConnection, presetId: 'groq' };
	expect(saidLimits(row, now)).toEqual([]);
	expect(saidLimits({ ...row, learntLimits: { tokensPerMinute: 3000, at } }, now)).toEqual([
		'The provider says 3,000 tokens a minute, seen just now.'
	]);
	const learntByModel = Object.fromEntries(
		['a', 'b', 'c', 'd'].map((id, place) => [id, { requestsPerMinute: 30, at: at - place }])
	);
	const said = saidLimits({ ...row, learntByModel }, now);
	expect(said).toHaveLength(3);
	expect(said[0]).toBe('The provider says 30 requests a minute for a, seen just now.');
});
