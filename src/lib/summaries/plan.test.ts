import { estimateTokens } from '#lib/context-window';
import type { ModelPrices } from '#lib/providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	chunksOf,
	cutMiddle,
	estimateSummary,
	groupsOf,
	planSummary,
	type Material
} from './plan.ts';

const count = (text: string): number => estimateTokens(text, 'model');
const MARKER = '\n[…]\n';

/** Texts of several scripts, a few of them giants. */
const text = fc
	.tuple(
		fc.constantFrom('plain words ', '漢字の文章', 'ภาษาไทย', '{"a": [1, 2]}', '👩‍🚀 😀 ', '\n'),
		fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4_000 }))
	)
	.map(([piece, times]) => piece.repeat(times));
const material: fc.Arbitrary<Material[]> = fc.array(
	fc.record({ role: fc.constantFrom('user', 'assistant'), text }),
	{ minLength: 1, maxLength: 12 }
);
const room = fc.integer({ min: 200, max: 8_000 });

describe('chunks', () => {
	it('carry every message once, in order, each request within its room', () => {
		fc.assert(
			fc.property(material, room, (messages, tokens) => {
				const named = messages.map((each, n) => ({
					...each,
					text: `#${n}# ${each.text} #end${n}#`
				}));
				const chunks = chunksOf(named, tokens, count, MARKER);
				for (const chunk of chunks) expect(count(chunk)).toBeLessThanOrEqual(tokens);
				const all = chunks.join('');
				const starts = [...all.matchAll(/#(\d+)# /g)].map((match) => Number(match[1]));
				const ends = [...all.matchAll(/#end(\d+)#/g)].map((match) => Number(match[1]));
				const order = messages.map((_, n) => n);
				expect(starts).toEqual(order);
				expect(ends).toEqual(order);
			}),
			{ numRuns: 60 }
		);
	});

	it('leave messages that fit as they are', () => {
		const messages: Material[] = [
			{ role: 'user', text: 'Which port?' },
			{ role: 'assistant', text: '8080.' }
		];
		const [chunk, ...rest] = chunksOf(messages, 500, count, MARKER);
		expect(rest).toEqual([]);
		expect(chunk).toBe(
			'<message from="person">\nWhich port?\n</message>\n<message from="assistant">\n8080.\n</message>\n'
		);
	});

	it('cut a giant in its middle and say so', () => {
		const giant = `beginning ${'x '.repeat(200_000)}end`;
		const [chunk, ...rest] = chunksOf([{ role: 'user', text: giant }], 400, count, MARKER);
		expect(rest).toEqual([]);
		expect(chunk).toMatch(/beginning [^]*\[…\][^]*end/);
		expect(count(chunk ?? '')).toBeGreaterThan(300);
	});
});

describe('cutting', () => {
	it('keeps as much as there is room for, and whole characters', () => {
		fc.assert(
			fc.property(text, fc.integer({ min: 20, max: 2_000 }), (whole, tokens) => {
				const cut = cutMiddle(whole, tokens, count, MARKER);
				expect(count(cut)).toBeLessThanOrEqual(tokens);
				expect(cut.isWellFormed()).toBe(whole.isWellFormed());
				if (count(whole) <= tokens) expect(cut).toBe(whole);
				else expect(cut).toContain(MARKER);
			}),
			{ numRuns: 60 }
		);
	});
});

describe('groups', () => {
	it('hold each place once, in order, and no two that would not fit together', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 900 })), room, (sizes, tokens) => {
				const groups = groupsOf(sizes, tokens);
				expect(groups.flat()).toEqual(sizes.map((_, n) => n));
				for (const group of groups.filter(({ length }) => length > 1))
					expect(group.reduce((sum, at) => sum + (sizes[at] ?? 0), 0)).toBeLessThanOrEqual(tokens);
			})
		);
	});
});

describe('a plan', () => {
	const plan = (contextWindow: number, tokens: number, previousTokens = 0) =>
		planSummary({ info: { contextWindow }, fixed: 400, tokens, previousTokens });

	it('asks for a tenth of what it covers, at most 1,000 tokens', () => {
		expect(plan(128_000, 5_000)?.target).toBe(500);
		expect(plan(128_000, 90_000)?.target).toBe(1000);
		// The summary so far stood for ten times its length.
		expect(plan(128_000, 2_000, 300)?.target).toBe(500);
	});

	it('keeps every request within the window, whatever the figures', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 300_000 }),
				fc.nat(500_000),
				fc.nat(20_000),
				fc.option(fc.nat(100_000), { nil: undefined }),
				(contextWindow, tokens, previousTokens, tokensPerMinute) => {
					const made = planSummary({
						info: { contextWindow },
						fixed: 400,
						tokens,
						previousTokens,
						tokensPerMinute
					});
					if (made === undefined) return;
					const window = contextWindow > 0 ? contextWindow : 8192;
					const limit = tokensPerMinute ? tokensPerMinute / 2 : Infinity;
					expect(made.fixed + made.carry + made.room).toBeLessThan(Math.min(window, limit));
					expect(2 * made.target).toBeLessThanOrEqual(made.carry + 1);
				}
			)
		);
	});

	it('is not made for a window without room', () => {
		expect(plan(900, 5_000)).toBeUndefined();
	});
});

describe('the estimate', () => {
	const estimate = (sizes: readonly number[], prices?: ModelPrices) =>
		estimateSummary({
			info: { contextWindow: 8_000, ...(prices && { prices }) },
			sizes,
			previousTokens: 0
		});
	const sizes = Array.from({ length: 20 }, () => 1000);

	it('counts requests, tokens and money ahead', () => {
		const one = estimate([1000], { input: 1, output: 10 });
		expect(one).toMatchObject({ requests: 1, outputTokens: 120 });
		expect(one?.costUsd).toBeCloseTo(((one?.inputTokens ?? 0) + 10 * 120) / 1e6, 12);
		const many = estimate(sizes, { input: 1, output: 10 });
		expect(many?.requests).toBeGreaterThan(3);
		expect(many?.inputTokens).toBeGreaterThan(20_000);
		expect(many?.costUsd).toBeGreaterThan(one?.costUsd ?? Infinity);
	});

	it('knows no cost where a price is unknown, and none where there is no room', () => {
		expect(estimate(sizes, { input: 1 })).not.toHaveProperty('costUsd');
		expect(estimate(sizes)).not.toHaveProperty('costUsd');
		expect(
			estimateSummary({ info: { contextWindow: 500 }, sizes, previousTokens: 0 })
		).toBeUndefined();
	});
});
