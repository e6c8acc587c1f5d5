import { describe, expect, test } from 'vitest';
import { recordRequest } from './record.ts';
import type { GenerateRequest } from './types.ts';

const request: GenerateRequest = {
	modelId: 'm',
	system: 'Be brief.',
	messages: [
		{
			role: 'user',
			parts: [
				{ type: 'text', text: 'What is this?' },
				{ type: 'image', mediaType: 'image/png', data: 'AAAA' }
			]
		}
	],
	parameters: { maxOutputTokens: 9 }
};

describe('a request, recorded instead of sent', () => {
	test.each([
		['openai-responses', 'openai', '/responses', 'authorization', 'Bearer $KEY'],
		['openai-chat', 'custom', '/chat/completions', 'authorization', 'Bearer $KEY'],
		['anthropic-messages', 'anthropic', '/v1/messages', 'x-api-key', '$KEY'],
		[
			'gemini',
			'gemini',
			'/v1beta/models/m:streamGenerateContent?alt=sse',
			'x-goog-api-key',
			'$KEY'
		],
		['ollama', 'ollama', '/api/chat', 'authorization', 'Bearer $KEY']
	] as const)('%s', async (protocol, presetId, path, header, value) => {
		// Nothing listens there: whoever sends would fail.
		const wire = await recordRequest(request, {
			presetId,
			protocol,
			baseUrl: 'http://127.0.0.1:1',
			apiKey: '$KEY'
		});
		expect(wire).toMatchObject({ method: 'POST', url: `http://127.0.0.1:1${path}` });
		expect(wire?.headers).toMatchObject({ [header]: value, 'content-type': 'application/json' });
		expect(Object.keys(wire?.headers ?? {}).join()).not.toMatch(
			/stainless|user-agent|x-goog-api-client/
		);
		expect(wire?.body).toContain('What is this?');
		expect(wire?.body).toContain('Be brief.');
		expect(wire?.body).toContain('AAAA');
		expect(JSON.parse(wire?.body ?? '')).toBeTypeOf('object');
	});

	test('without a key there is no header for one', async () => {
		const wire = await recordRequest(request, {
			presetId: 'llamacpp',
			protocol: 'openai-chat',
			baseUrl: 'http://127.0.0.1:1'
		});
		expect(wire?.headers).not.toHaveProperty('authorization');
	});

	test('the demo sends nothing', async () => {
		const demo = { presetId: 'demo', protocol: 'demo', baseUrl: '' } as const;
		expect(await recordRequest(request, demo)).toBeUndefined();
	});
});
