import { describe, expect, test } from 'vitest';
import { rehearse } from './engine.ts';
import type { GenerateRequest, StreamEvent } from './types.ts';

const request: GenerateRequest = {
	modelId: 'm',
	system: 'Be brief.',
	messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
	parameters: { maxOutputTokens: 9 }
};

describe('a rehearsed request', () => {
	test.each([
		['openai-responses', 'openai'],
		['openai-chat', 'custom'],
		['anthropic-messages', 'anthropic'],
		['gemini', 'gemini'],
		['ollama', 'ollama']
	] as const)('by %s is answered to its end, and nobody is asked', async (protocol, presetId) => {
		const events: StreamEvent[] = [];
		// Nothing listens there: whoever sends would fail.
		const connection = { presetId, protocol, baseUrl: 'http://127.0.0.1:1', apiKey: '-' };
		const { signal } = new AbortController();
		for await (const event of rehearse(request, connection, { signal })) events.push(event);
		const text = events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');
		expect(text).toMatch(/^-{2,}$/);
		// No usage: nothing may be learnt from it.
		expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
		expect(JSON.stringify(events.at(-1))).not.toMatch(/Tokens/);
	});
});
