import { describe, expect, it } from 'vitest';
import { entryWith, measureWith } from './__fixtures__/measures.ts';
import { shortCount, shownContext, windowText } from './figures.ts';
import { failureText, reasonOf, words } from './words.ts';

describe('tokens in short', () => {
	it.each([
		[0, '0'],
		[612, '612'],
		[999, '999'],
		[1000, '1.0k'],
		[18_440, '18.4k'],
		[99_949, '99.9k'],
		[99_950, '100k'],
		[184_000, '184k'],
		[1_240_000, '1.2M']
	])('%d tokens are %s', (tokens, text) => {
		expect(shortCount(tokens)).toBe(text);
	});

	it.each([
		[8192, '8k'],
		[131_072, '128k'],
		[200_000, '200k'],
		[6000, '6k'],
		[1_048_576, '1M'],
		[1_000_000, '1M'],
		[128_000, '128k'],
		[256_000, '256k'],
		[1_024_000, '1M']
	])('a window of %d is %s', (tokens, text) => {
		expect(windowText(tokens)).toBe(text);
	});
});

describe('a measure with what was typed since', () => {
	it('adds the draft, and its price', () => {
		const shown = shownContext(measureWith(), 900);
		expect(shown).toMatchObject({ draft: 900, input: 4000, overBy: 0, isNear: false });
		expect(shown.costUsd).toBeCloseTo(0.012, 6);
	});

	it('is near its limit from 80 % of what the input may have', () => {
		expect(shownContext(measureWith(), 1699).isNear).toBe(false);
		expect(shownContext(measureWith(), 1700).isNear).toBe(true);
	});

	it('never shows more than fits while older messages can make room', () => {
		expect(shownContext(measureWith(), 50_000)).toMatchObject({ input: 6000, overBy: 0 });
	});

	it('is too long by what the engine said, and by what was typed since', () => {
		const failed = measureWith({ failure: { kind: 'message-too-long', overBy: 700 } });
		expect(shownContext(failed, 300).overBy).toBe(1000);
		expect(shownContext(failed, -10_000)).toMatchObject({ draft: 0 });
	});

	it('is an estimate as soon as the draft is another one', () => {
		const exact = measureWith({ isApproximate: false });
		const { parts } = measureWith();
		const drafted = measureWith({ isApproximate: false, parts: { ...parts, draft: 40 } });
		expect(shownContext(exact, 0).isApproximate).toBe(false);
		expect(shownContext(exact, 5).isApproximate).toBe(true);
		expect(shownContext(drafted, 0, true).isApproximate).toBe(true);
		// Nothing written is nothing estimated.
		expect(shownContext(drafted, Number.NEGATIVE_INFINITY, true)).toMatchObject({
			draft: 0,
			isApproximate: false
		});
	});

	it('leaves an unknown price unknown', () => {
		const { budget, parts, ...rest } = measureWith();
		const unpriced = { ...rest, budget, parts };
		delete unpriced.inputCostUsd;
		expect(shownContext(unpriced, 10).costUsd).toBeUndefined();
	});
});

describe('words', () => {
	it('mark what is estimated', () => {
		expect(words.tokens(3100, 8192, true)).toBe('≈ 3.1k of 8k');
		expect(words.tokens(3100, 8192, false)).toBe('3.1k of 8k');
	});

	it('name what a message is too long for, and what gives more room', () => {
		const { budget } = measureWith();
		expect(failureText('message-too-long', 40, 'alpha', { ...budget, boundBy: 'window' })).toBe(
			'This is 40 tokens too long for alpha. Shorten it, or choose a model with more room.'
		);
		const perMinute = { ...budget, boundBy: 'tokens-per-minute', window: 6000 } as const;
		expect(failureText('message-too-long', 40, 'alpha', perMinute)).toBe(
			'This is 40 tokens too long for the limit of 6,000 tokens a minute. Shorten it, or choose a model of another connection.'
		);
	});

	it('say why a message stays behind', () => {
		const last = measureWith({ strategy: { kind: 'last', count: 1 } });
		expect(reasonOf(entryWith(0, { leftOut: 'older-than-count' }), last)).toBe(
			'Older than the last 1 message'
		);
		expect(reasonOf(entryWith(0, { leftOut: 'excluded', excluded: true }), last)).toBe(
			'Left out by hand'
		);
		expect(reasonOf(entryWith(0, { leftOut: 'excluded' }), last)).toBe(
			'Left out together with its answer'
		);
		expect(reasonOf(entryWith(1, { pinned: true }), last)).toBe('Pinned, always goes along');
		const summarise = { strategy: { kind: 'summarise' } } as const;
		const lacksRoom = entryWith(0, { leftOut: 'to-summarise' });
		expect(reasonOf(lacksRoom, measureWith(summarise))).toBe(
			'No room. A summary could stand for it'
		);
		expect(reasonOf(lacksRoom, measureWith({ ...summarise, isSummaryPassedOver: true }))).toBe(
			'No room, nor for its summary'
		);
	});

	it('say of a question and its answer why they go together', () => {
		const given = measureWith();
		expect(reasonOf(entryWith(1, { pinnedWith: 'user' }), given)).toBe(
			'Goes along with its pinned question'
		);
		expect(reasonOf(entryWith(0, { pinnedWith: 'assistant' }), given)).toBe(
			'Goes along with its pinned answer'
		);
		expect(reasonOf(entryWith(1, { pinnedWith: 'user', excluded: true }), given)).toBe(
			'Left out by hand, but its question is pinned: both go along'
		);
		expect(reasonOf(entryWith(0, { pinned: true }), given)).toBe('Pinned, always goes along');
	});
});
