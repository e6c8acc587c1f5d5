import { expect, test, vi } from 'vitest';
import { LiveAnswer } from './live-answer.svelte.ts';

const row = (text: string) => ({ parts: [{ type: 'text' as const, text }] });

test('shows what was flushed at once, and deltas with the next frame', async () => {
	const answer = new LiveAnswer();
	answer.flush(row('Hello'));
	expect(answer.text).toBe('Hello');
	answer.push({ part: 'text', offset: 5, text: ' wor' });
	answer.push({ part: 'text', offset: 9, text: 'ld' });
	expect(answer.text).toBe('Hello');
	await vi.waitFor(() => {
		expect(answer.text).toBe('Hello world');
	});
});

test('a tab that comes late waits for the flush that fills its gap', async () => {
	const answer = new LiveAnswer();
	answer.flush(row('One '));
	answer.push({ part: 'text', offset: 8, text: 'three' });
	answer.push({ part: 'reasoning', offset: 0, text: 'hm' });
	await vi.waitFor(() => {
		expect(answer.reasoning).toBe('hm');
	});
	expect(answer.text).toBe('One ');
	answer.flush(row('One two '));
	await vi.waitFor(() => {
		expect(answer.text).toBe('One two three');
	});
});
