import { describe, expect, it } from 'vitest';
import { limitsInForce, tightest, withLearnt } from './learn.ts';
import { limitsFromHeaders, limitsFromWords } from './named.ts';

const from = (headers: Record<string, string>) => limitsFromHeaders(new Headers(headers));

describe('limitsFromHeaders', () => {
	it('reads limits per minute', () => {
		expect(
			from({
				'x-ratelimit-limit-requests': '60',
				'x-ratelimit-remaining-requests': '59',
				'x-ratelimit-reset-requests': '1s',
				'x-ratelimit-limit-tokens': '150000',
				'x-ratelimit-remaining-tokens': '149984',
				'x-ratelimit-reset-tokens': '6ms'
			})
		).toEqual({ requestsPerMinute: 60, tokensPerMinute: 150_000 });
	});

	it('leaves a limit per day alone', () => {
		expect(
			from({
				'x-ratelimit-limit-requests': '14400',
				'x-ratelimit-remaining-requests': '14370',
				'x-ratelimit-reset-requests': '2m59.56s',
				'x-ratelimit-limit-tokens': '6000',
				'x-ratelimit-remaining-tokens': '5950',
				'x-ratelimit-reset-tokens': '500ms'
			})
		).toEqual({ tokensPerMinute: 6000 });
		expect(
			from({
				'x-ratelimit-limit-requests-day': '1000',
				'x-ratelimit-limit-tokens-minute': '60000'
			})
		).toEqual({ tokensPerMinute: 60_000 });
	});

	it('does not guess what a number of requests is about', () => {
		expect(from({ 'x-ratelimit-limit-requests': '60' })).toBeUndefined();
	});

	it('adds up the input and output of Anthropic where there is no sum', () => {
		const requests = { 'anthropic-ratelimit-requests-limit': '50' };
		const split = {
			'anthropic-ratelimit-input-tokens-limit': '30000',
			'anthropic-ratelimit-output-tokens-limit': '8000'
		};
		expect(from({ ...requests, ...split })).toEqual({
			requestsPerMinute: 50,
			tokensPerMinute: 38_000
		});
		expect(from({ ...split, 'anthropic-ratelimit-tokens-limit': '35000' })).toEqual({
			tokensPerMinute: 35_000
		});
	});

	it('takes nonsense for nothing', () => {
		expect(from({})).toBeUndefined();
		expect(from({ 'x-ratelimit-limit-tokens': '-1' })).toBeUndefined();
		expect(from({ 'x-ratelimit-limit-tokens': 'many' })).toBeUndefined();
		expect(from({ 'anthropic-ratelimit-requests-limit': '0' })).toBeUndefined();
	});
});

describe('limitsFromWords', () => {
	it('reads what a refusal names', () => {
		expect(
			limitsFromWords(
				'Rate limit reached for model `llama` on tokens per minute (TPM): Limit 6000, Used 5920, Requested 900. Please try again in 7.66s.'
			)
		).toEqual({ tokensPerMinute: 6000 });
		expect(
			limitsFromWords('Rate limit reached for gpt on requests per min (RPM): Limit 3, Used 3.')
		).toEqual({ requestsPerMinute: 3 });
		expect(
			limitsFromWords(
				'This request would exceed the rate limit for your organization of 50,000 input tokens per minute.'
			)
		).toEqual({ tokensPerMinute: 50_000 });
	});

	it('learns nothing from limits of a day or none', () => {
		expect(limitsFromWords('on requests per day (RPD): Limit 1000, Used 1000.')).toBeUndefined();
		expect(limitsFromWords('Too many requests.')).toBeUndefined();
	});
});

describe('limitsInForce', () => {
	const now = 1_000_000_000;
	const learnt = (tokensPerMinute: number, at = now) => ({ tokensPerMinute, at });
	type Row = Parameters<typeof limitsInForce>[0];
	const of = (row: Partial<Row>, modelId = 'm') =>
		limitsInForce({ presetId: 'custom', limits: {}, ...row }, modelId, now);

	it('lets the provider replace a published default in both directions', () => {
		const limits = { requestsPerMinute: 30, tokensPerMinute: 6000, source: 'preset' } as const;
		expect(of({ limits, learntLimits: learnt(12_000) })).toEqual({
			requestsPerMinute: 30,
			tokensPerMinute: 12_000
		});
		expect(of({ limits, learntLimits: learnt(1000) }).tokensPerMinute).toBe(1000);
	});

	it('lets the provider only lower what a person typed', () => {
		const limits = { tokensPerMinute: 6000 };
		expect(of({ limits, learntLimits: learnt(12_000) }).tokensPerMinute).toBe(6000);
		expect(of({ limits, learntLimits: learnt(1000) }).tokensPerMinute).toBe(1000);
		expect(of({ learntLimits: learnt(900) }).tokensPerMinute).toBe(900);
	});

	it('forgets after a day, and when the clock was set back for longer', () => {
		const limits = { tokensPerMinute: 6000 };
		for (const at of [now - 90_000_000, now + 90_000_000])
			expect(of({ limits, learntLimits: learnt(10, at) }).tokensPerMinute).toBe(6000);
	});

	it('keeps apart what a provider says of each model that it counts by itself', () => {
		const groq = { presetId: 'groq', limits: { requestsPerMinute: 30 } } as const;
		const row: Row = withLearnt(groq, 'large', { tokensPerMinute: 6000 }, now);
		const both = withLearnt(row, 'small', { requestsPerMinute: 60 }, now);
		expect(both).not.toHaveProperty('learntLimits');
		expect(of(both, 'large')).toMatchObject({
			requestsPerMinute: 30,
			ofModel: { modelId: 'large', tokensPerMinute: 6000 }
		});
		// What the person typed holds for the connection as a whole.
		expect(of(both, 'small')).toMatchObject({
			requestsPerMinute: 30,
			ofModel: { modelId: 'small', requestsPerMinute: 60 }
		});
		expect(tightest(of(both, 'small'))).toEqual({
			requestsPerMinute: 30,
			tokensPerMinute: undefined
		});
		expect(tightest(of(both, 'large')).tokensPerMinute).toBe(6000);
		expect(of(both, 'third').ofModel?.tokensPerMinute).toBeUndefined();
	});

	it('lets what is said of a model replace a published default for that model alone', () => {
		const limits = { tokensPerMinute: 6000, source: 'preset' } as const;
		const row: Row = { presetId: 'groq', limits };
		const learned = withLearnt(row, 'large', { tokensPerMinute: 12_000 }, now);
		expect(of(learned, 'large').tokensPerMinute).toBeUndefined();
		expect(tightest(of(learned, 'large')).tokensPerMinute).toBe(12_000);
		expect(tightest(of(learned, 'small')).tokensPerMinute).toBe(6000);
	});

	it('reads rows of before, and drops what nobody confirmed for a day', () => {
		const row: Row = { presetId: 'groq', limits: {}, learntLimits: learnt(5000) };
		expect(tightest(of(row)).tokensPerMinute).toBe(5000);
		const old = withLearnt(row, 'old', { tokensPerMinute: 1 }, now - 90_000_000);
		const next = withLearnt(old, 'new', { tokensPerMinute: 2 }, now);
		expect(Object.keys(next.learntByModel ?? {})).toEqual(['new']);
		expect(of(old, 'old').ofModel?.tokensPerMinute).toBeUndefined();
	});
});
