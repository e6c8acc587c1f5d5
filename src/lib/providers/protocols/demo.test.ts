import { expect, test } from 'vitest';
import { collect } from '../testing/contract.ts';
import type { GenerateRequest, OpenConnection, StreamEvent } from '../types.ts';
import { generate } from '../generate.ts';

const connection: OpenConnection = { presetId: 'demo', protocol: 'demo', baseUrl: '' };
const ask = (...questions: string[]): GenerateRequest => ({
	modelId: 'demo-tour',
	parameters: {},
	messages: questions.map((text) => ({ role: 'user', parts: [{ type: 'text', text }] }))
});

test('the first answer is a tour with everything an answer can contain', async () => {
	const { text, reasoning, events } = await collect(ask('Hi'), connection);
	expect(reasoning).not.toBe('');
	for (const piece of ['not a language model', '| --- |', '```ts', '$$', '- **'])
		expect(text).toContain(piece);
	expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
});

test('later answers speak of what was written, and of what the demo is', async () => {
	const { text, reasoning } = await collect(ask('Hi', 'Why is the sky blue?'), connection);
	expect(reasoning).toBe('');
	expect(text).toContain('> Why is the sky blue?');
	expect(text).toContain('not a model');
});

test('the same question gets the same answer', async () => {
	const once = await collect(ask('Hi', 'Show me a table'), connection);
	expect((await collect(ask('Hi', 'Show me a table'), connection)).text).toBe(once.text);
});

test('it goes on where it was stopped', async () => {
	const { text } = await collect(ask('Hi'), connection);
	const partial = text.slice(0, 200);
	const rest = await collect({ ...ask('Hi'), continueFrom: partial }, connection);
	expect(partial + rest.text).toBe(text);
	expect(rest.reasoning).toBe('');
});

test('it stops at once and without a network', async () => {
	const controller = new AbortController();
	const events: StreamEvent[] = [];
	const options = {
		signal: controller.signal,
		wait: () => Promise.resolve(),
		fetch: () => Promise.reject(new Error('no network'))
	};
	for await (const event of generate(ask('Hi'), connection, options)) {
		events.push(event);
		if (events.length === 5) controller.abort();
	}
	expect(events).toHaveLength(5);
});
