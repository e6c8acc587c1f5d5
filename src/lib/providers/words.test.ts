import { describe, expect, test } from 'vitest';
import type { ProviderErrorDetails, ProviderErrorKind } from './types.ts';
import { describeProviderError, type ErrorContext } from './words.ts';

const context: ErrorContext = {
	connectionLabel: 'OpenAI, personal',
	presetId: 'openai',
	pageOrigin: 'https://parlance.example'
};
const say = (details: Partial<ProviderErrorDetails>, more: Partial<ErrorContext> = {}) =>
	describeProviderError(
		{ kind: 'unknown', message: 'x', origin: 'http://localhost:11434', ...details },
		{ ...context, ...more }
	);

const kinds: readonly ProviderErrorKind[] = [
	'auth',
	'permission',
	'billing',
	'rate_limit',
	'overloaded',
	'context_too_long',
	'model_not_found',
	'bad_parameter',
	'content_filter',
	'too_large',
	'server',
	'network_or_cors',
	'timeout',
	'interrupted',
	'unknown'
];

test.each(kinds)('%s has a title and an advice in the tone of the app', (kind) => {
	for (const { title, advice } of [
		say({ kind }),
		say({ kind }, { presetId: 'ollama', modelId: 'qwen3:32b' }),
		say({ kind }, { presetId: 'custom' })
	]) {
		expect(title).toMatch(/^["“\p{L}].*\.$/u);
		expect(advice).toMatch(/\.$/);
		expect(`${title} ${advice}`).not.toMatch(/!|please|oops|success/i);
	}
});

test('a local server that was never asked is not called offline', () => {
	const local = { presetId: 'custom', connectionLabel: 'My box' } as const;
	for (const networkCause of ['local-server', 'not-loaded'] as const) {
		const { title, advice } = say({ kind: 'network_or_cors', networkCause }, local);
		expect(title).toContain('“My box”');
		expect(`${title} ${advice}`).not.toMatch(/offline/i);
	}
});

test('a wrong key names the connection', () => {
	expect(say({ kind: 'auth' }).title).toBe('“OpenAI, personal” refused the key.');
});

test('a request without a key is not told that its key was refused', () => {
	const { title, advice } = say({ kind: 'auth' }, { hasKey: false });
	expect(title).toBe('“OpenAI, personal” wants a key.');
	expect(`${title} ${advice}`).not.toMatch(/refused|mistyped|revoked|replace/i);
	expect(say({ kind: 'auth' }, { hasKey: true }).title).toContain('refused the key');
});

test('“then” is only said after a time was named', () => {
	expect(say({ kind: 'rate_limit' }).advice).not.toContain('Retry then');
	expect(say({ kind: 'rate_limit' }).advice).toContain('Retry in a moment');
	expect(say({ kind: 'rate_limit', retryAfterMs: 4_000 }).advice).toContain('Retry then');
});

test.each(kinds)('%s names the connection by its label; the address is in the details', (kind) => {
	for (const networkCause of ['remote', 'local-server', 'mixed-content', undefined] as const)
		for (const presetId of ['openai', 'custom', 'ollama', 'vllm'] as const) {
			const cause = networkCause === undefined ? {} : { networkCause };
			const words = say({ kind, code: 'x', ...cause }, { presetId });
			expect(words.title).not.toContain('localhost:11434');
			if (!['context_too_long', 'interrupted'].includes(kind))
				expect(words.title).toContain('“OpenAI, personal”');
			expect(words.address).toBe('Address: http://localhost:11434');
		}
});

test('an address that was typed in may be mistyped; that is said first', () => {
	const remote = { kind: 'network_or_cors', networkCause: 'remote' } as const;
	const typed = say({ ...remote, origin: 'https://api.openia.com' });
	expect(typed.advice).toMatch(/^The address may be mistyped\./);
	const own = say({ ...remote, origin: 'https://api.openai.com' });
	expect(own.advice).not.toContain('mistyped');
});

test.each([
	[5 * 60_000, '5 min'],
	[20 * 3_600_000, '20 hours'],
	[99_999_999_999_000, 'more than two days']
])('a wait of %i ms is told as %s', (retryAfterMs, text) => {
	expect(say({ kind: 'rate_limit', retryAfterMs }).title).toContain(text);
});

test('a wait is told in seconds', () => {
	expect(say({ kind: 'rate_limit', retryAfterMs: 37_400 }).title).toBe(
		'“OpenAI, personal” asks us to wait 38 s.'
	);
});

describe('a local server that does not answer', () => {
	const local = { kind: 'network_or_cors', networkCause: 'local-server' } as const;

	test('Ollama gets the exact command that allows this page', () => {
		expect(say(local, { presetId: 'ollama' }).command).toBe(
			'OLLAMA_ORIGINS=https://parlance.example ollama serve'
		);
	});

	test('from a page on the same machine Ollama only has to be started', () => {
		const page = { presetId: 'ollama', pageOrigin: 'http://localhost:8090' } as const;
		expect(say(local, page).command).toBe('ollama serve');
	});

	test('a model that is not there gets its download command', () => {
		expect(
			say({ kind: 'model_not_found' }, { presetId: 'ollama', modelId: 'qwen3:32b' }).command
		).toBe('ollama pull qwen3:32b');
	});

	test('others name their own switch', () => {
		expect(say(local, { presetId: 'lmstudio' }).advice).toContain('Enable CORS');
		expect(say(local, { presetId: 'custom' }).advice).toContain('No server runs at its address');
	});
});

test.each([
	['offline', /offline/],
	['local-network-denied', /does not let this page/],
	['mixed-content', /https/],
	['remote', /could not be reached/]
] as const)('a network failure from %s says so', (networkCause, pattern) => {
	expect(say({ kind: 'network_or_cors', networkCause }).title).toMatch(pattern);
});

test('a web page in place of an answer points to the address', () => {
	expect(say({ kind: 'unknown', code: 'html_page' }).advice).toContain('Check the address');
});

test('a refused setting is called by its name', () => {
	expect(say({ kind: 'bad_parameter', parameter: 'topP' }).advice).toContain('Top P');
});
