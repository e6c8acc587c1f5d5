import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { presets } from './presets.ts';
import type { ProbeOrder, ProbeReport } from './testing/probe.worker.ts';
import type { PresetId } from './types.ts';

const servers = inject('replayServers');
let worker: Worker;
beforeAll(() => {
	worker = new Worker(new URL('./testing/probe.worker.ts', import.meta.url), { type: 'module' });
});
afterAll(() => {
	worker.terminate();
});

function ask(
	presetId: PresetId,
	modelId: string,
	more: Partial<ProbeOrder> & { base?: string } = {}
) {
	const { base = servers.strict, ...order } = more;
	return new Promise<ProbeReport>((resolve) => {
		worker.addEventListener(
			'message',
			({ data }: MessageEvent<ProbeReport>) => {
				resolve(data);
			},
			{ once: true }
		);
		worker.postMessage({
			request: {
				modelId,
				messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
				parameters: {}
			},
			connection: {
				presetId,
				protocol: presets[presetId].protocol,
				baseUrl:
					presetId === 'anthropic' || presetId === 'gemini' || presetId === 'ollama'
						? base
						: `${base}/v1`,
				apiKey: 'sk-test'
			},
			...order
		} satisfies ProbeOrder);
	});
}

const text = ({ events }: ProbeReport) =>
	events.map((event) => (event.type === 'text-delta' ? event.delta : '')).join('');

const formats: readonly PresetId[] = ['openai', 'custom', 'anthropic', 'gemini', 'ollama'];

describe.each(formats)('%s, from a module worker in a browser', (presetId) => {
	test('streams through a preflight that allows no header too many', async () => {
		const report = await ask(presetId, 'answer');
		expect(report.surprise).toBeUndefined();
		expect(report.error).toBeUndefined();
		expect(text(report)).toBe('Grüße 👋🏽 สวัสดี 漢字 – fin.');
		expect(report.events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
	});

	test('keeps the text before an error inside the stream', async () => {
		const report = await ask(presetId, 'error-in-stream');
		expect(text(report)).toBe('Half way');
		expect(report.error?.kind).toBe('overloaded');
	});

	test('knows an interrupted answer from a complete one', async () => {
		expect((await ask(presetId, 'no-end')).error?.kind).toBe('interrupted');
	});

	test('ends a stall', async () => {
		const report = await ask(presetId, 'stall', { idleMs: 100 });
		expect(text(report)).toBe('Half way');
		expect(report.error?.kind).toBe('timeout');
	});

	test('ends in silence when stopped', async () => {
		const report = await ask(presetId, 'stall', { stopAfterFirst: true });
		expect(report.error).toBeUndefined();
		expect(report.surprise).toBeUndefined();
		expect(report.events).toHaveLength(1);
	});

	test('reads an error whose headers are hidden', async () => {
		const { error } = await ask(presetId, 'status-401');
		expect(error).toMatchObject({ kind: 'auth', status: 401, message: 'As you wished.' });
		expect(error?.requestId).toBeUndefined();
	});

	test('diagnoses a server without a CORS setting', async () => {
		const { error } = await ask(presetId, 'answer', { base: servers.withoutCors });
		expect(error).toMatchObject({
			kind: 'network_or_cors',
			networkCause: 'local-server',
			origin: servers.withoutCors
		});
	});
});
