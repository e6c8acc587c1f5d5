import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countO200k } from './o200k.ts';
import { Tokenizers } from './tokenizers.ts';

describe('o200k', () => {
	it.each([
		['hello world', 2],
		['The quick brown fox jumps over the lazy dog.', 10],
		['antidisestablishmentarianism', 6],
		['2 + 2 = 4', 7],
		['お誕生日おめでとう', 8],
		['', 0]
	])('counts “%s” as OpenAI does', (text, tokens) => {
		expect(countO200k(text)).toBe(tokens);
	});

	it('takes marks of its own for text', () => {
		expect(countO200k('<|endoftext|>')).toBeGreaterThan(1);
	});

	it.each([
		['spaces', ' '.repeat(100_000)],
		['one letter', 'a'.repeat(100_000)],
		['symbols', '=!'.repeat(50_000)],
		['pictures', '🌋🌍'.repeat(20_000)],
		['Thai without a space', 'สวัสดีครับวันนี้อากาศดีมาก'.repeat(3_000)]
	])('is done soon with a long run of %s', (_what, text) => {
		const start = performance.now();
		expect(countO200k(text)).toBeGreaterThan(0);
		expect(performance.now() - start).toBeLessThan(5_000);
	});

	it('never counts nothing for something, nor more than the bytes', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
				const tokens = countO200k(text);
				expect(tokens).toBeGreaterThan(0);
				expect(tokens).toBeLessThanOrEqual(new TextEncoder().encode(text).length);
			})
		);
	});
});

describe('tokenizers', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	const counted = (): { loads: number; idle: boolean; tokenizers: Tokenizers } => {
		const state = { loads: 0, idle: true };
		const tokenizers = new Tokenizers({
			load: () => {
				state.loads += 1;
				return state.loads === 1
					? Promise.reject(new Error('Offline.'))
					: Promise.resolve((text: string) => text.length);
			},
			isIdle: () => state.idle
		});
		return Object.assign(state, { tokenizers });
	};

	it.each(['gpt-4o-mini', 'gpt-5.4', 'o3', 'o4-mini', 'openai/gpt-oss-120b', 'openai/gpt-6-sol'])(
		'know %s',
		async (id) => {
			const state = counted();
			expect(state.tokenizers.of(id)).toBeUndefined();
			await vi.advanceTimersByTimeAsync(2_000);
			expect(state.loads).toBe(1);
		}
	);

	it.each(['claude-sonnet-5', 'gpt-4', 'gpt-3.5-turbo', 'llama-3.3', 'olmo-2', 'foo1'])(
		'have none for %s',
		async (id) => {
			const state = counted();
			state.tokenizers.of(id);
			await vi.advanceTimersByTimeAsync(10_000);
			expect(state.loads).toBe(0);
		}
	);

	it('tell when they are there, and that they never will be', async () => {
		const state = counted();
		expect(await state.tokenizers.whenThere('claude-sonnet-5')).toBe(false);
		const failed = state.tokenizers.whenThere('gpt-5');
		await vi.advanceTimersByTimeAsync(2_000);
		expect(await failed).toBe(false);
		const loaded = state.tokenizers.whenThere('gpt-5');
		await vi.advanceTimersByTimeAsync(2_000);
		expect(await loaded).toBe(true);
		expect(await state.tokenizers.whenThere('gpt-4o')).toBe(true);
		const closed = counted().tokenizers;
		const never = closed.whenThere('gpt-5');
		closed.close();
		expect(await never).toBe(false);
	});

	it('are loaded in a quiet moment, and again after a failure', async () => {
		const state = counted();
		state.idle = false;
		state.tokenizers.of('gpt-5');
		await vi.advanceTimersByTimeAsync(10_000);
		expect(state.loads).toBe(0);
		state.idle = true;
		await vi.advanceTimersByTimeAsync(2_000);
		expect(state.loads).toBe(1);
		expect(state.tokenizers.of('gpt-5')).toBeUndefined();
		await vi.advanceTimersByTimeAsync(2_000);
		expect(state.tokenizers.of('gpt-5')?.('four')).toBe(4);
		state.tokenizers.close();
	});
});
