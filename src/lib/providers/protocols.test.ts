import { expect, test } from 'vitest';
import { ProviderError } from './errors.ts';
import { loaded, protocolOf } from './protocols.ts';

test('code that cannot be fetched says so, whatever the address of the connection', async () => {
	const failing = loaded(() =>
		Promise.reject(new TypeError('Failed to fetch dynamically imported module'))
	);
	await expect(failing).rejects.toBeInstanceOf(ProviderError);
	await expect(failing).rejects.toMatchObject({
		details: { kind: 'network_or_cors', networkCause: 'not-loaded' }
	});
});

test('the demo and every wire format load', async () => {
	for (const id of ['demo', 'openai-chat', 'ollama'] as const)
		expect(typeof (await protocolOf(id)).stream).toBe('function');
});
