import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanKey, hostReach, normalizeBaseUrl } from './base-url.ts';
import { presets } from './presets.ts';

describe('normalizeBaseUrl', () => {
	test.each([
		['https://api.openai.com/v1/', 'https://api.openai.com/v1', ''],
		['  https://API.Example.com  ', 'https://api.example.com', ''],
		[
			'https://api.example.com/v1/chat/completions',
			'https://api.example.com/v1',
			'/chat/completions'
		],
		['https://api.example.com/v1/models?x=1#y', 'https://api.example.com/v1', '/models?x=1#y'],
		['https://api.anthropic.com/v1/messages', 'https://api.anthropic.com', '/v1/messages'],
		[
			'https://x.services.ai.example/models/chat/completions',
			'https://x.services.ai.example/models',
			'/chat/completions'
		],
		[
			'https://webui.example.com/api/chat/completions',
			'https://webui.example.com/api',
			'/chat/completions'
		],
		['http://localhost:11434/api/chat', 'http://localhost:11434', '/api/chat'],
		['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080/v1', ''],
		['http://192.168.1.20:1234/v1', 'http://192.168.1.20:1234/v1', ''],
		['http://nas.local:11434', 'http://nas.local:11434', ''],
		['http://[::1]:11434', 'http://[::1]:11434', ''],
		['http://[fd00::5]:8000/v1', 'http://[fd00::5]:8000/v1', ''],
		// Browsers read this as 127.0.0.1.
		['http://2130706433:8080', 'http://127.0.0.1:8080', '']
	])('%s becomes %s', (input, url, leftOut) => {
		expect(normalizeBaseUrl(input)).toEqual({
			ok: true,
			url,
			origin: new URL(url).origin,
			leftOut
		});
	});

	test.each([
		['api.openai.com/v1', 'no-scheme'],
		['localhost:11434', 'no-scheme'],
		['ftp://example.com', 'bad-scheme'],
		['javascript://example.com', 'bad-scheme'],
		['https://user:secret@example.com', 'credentials'],
		['http://api.openai.com/v1', 'insecure-http'],
		['http://8.8.8.8', 'insecure-http'],
		['http://172.32.0.1', 'insecure-http'],
		['http://localhost.example.com', 'insecure-http'],
		['http://10.0.0.1.example.com', 'insecure-http'],
		['http://nas:11434', 'insecure-http'],
		['https://exa mple.com', 'space'],
		['https://exa%20mple.com', 'invalid'],
		['https://api.example.com/v1 (default)', 'space'],
		['https://', 'invalid'],
		['', 'invalid']
	])('%s is refused: %s', (input, reason) => {
		expect(normalizeBaseUrl(input)).toEqual({ ok: false, reason });
	});

	test('what becomes of an address becomes of it again', () => {
		const part = fc.constantFrom('v1', 'api', 'models', 'chat', 'completions', 'messages', 'x y');
		fc.assert(
			fc.property(
				fc.array(part, { maxLength: 4 }),
				fc.constantFrom('', '/', '?a=1'),
				(path, end) => {
					const once = normalizeBaseUrl(`https://api.example.com/${path.join('/')}${end}`);
					if (once.ok)
						expect(normalizeBaseUrl(once.url)).toMatchObject({ ok: true, url: once.url });
				}
			)
		);
	});

	test('an empty field means the address of the preset', () => {
		expect(normalizeBaseUrl(' ', presets.mistral)).toMatchObject({
			url: 'https://api.mistral.ai/v1'
		});
	});

	test('every preset keeps its own address', () => {
		for (const preset of Object.values(presets))
			if (preset.baseUrl !== '')
				expect(normalizeBaseUrl(preset.baseUrl)).toMatchObject({ ok: true, url: preset.baseUrl });
	});
});

test('hostReach tells this device, the local network and the rest apart', () => {
	expect(['localhost', 'a.localhost', '127.0.0.2', '[::1]'].map(hostReach)).toEqual(
		Array(4).fill('loopback')
	);
	expect(
		['10.1.2.3', '172.16.0.1', '172.31.9.9', '169.254.1.1', 'fe80::1', 'x.local'].map(hostReach)
	).toEqual(Array(6).fill('private'));
	expect(['172.15.0.1', '1.1.1.1', 'example.com', '2606::1'].map(hostReach)).toEqual(
		Array(4).fill('public')
	);
});

describe('cleanKey', () => {
	test.each([
		['sk-abc', { key: 'sk-abc', cleaned: false }],
		[' sk-abc\n', { key: 'sk-abc', cleaned: true }],
		['sk-\r\nabc', { key: 'sk-abc', cleaned: true }],
		['\u200Bsk-abc\uFEFF', { key: 'sk-abc', cleaned: true }],
		['Bearer sk-abc', { key: 'sk-abc', cleaned: true }],
		['"sk-abc"', { key: 'sk-abc', cleaned: true }],
		[' \n ', { problem: 'empty' }],
		['sk-abc def', { problem: 'inner-space' }],
		['sk-…abc', { problem: 'not-a-key' }],
		['sk-\u0000abc', { problem: 'not-a-key' }]
	])('%j', (input, expected) => {
		expect(cleanKey(input)).toEqual(expected);
	});
});
