import type { UsageRow, UsageTotalRow } from '#lib/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request, unpriced } from './__fixtures__/requests.ts';
import { conversationCost, sumOf, totalKeys, withRequest } from './totals.ts';

/** The totals after some requests were written down in this order. */
function totalsAfter(rows: readonly UsageRow[]): UsageTotalRow[] {
	const totals = new Map<string, UsageTotalRow>();
	for (const row of rows)
		for (const key of totalKeys(row)) {
			const name = JSON.stringify(Object.values(key));
			totals.set(name, withRequest(totals.get(name), key, row));
		}
	return [...totals.values()];
}

const tokens = fc.option(fc.nat(2_000_000), { nil: undefined });
const anyRequest = fc
	.record({
		day: fc.constantFrom('2026-08-31', '2026-09-01', '2026-09-30'),
		connectionId: fc.constantFrom('a', 'b'),
		modelId: fc.constantFrom('x', 'y'),
		purpose: fc.constantFrom('answer' as const, 'title' as const, 'summary' as const),
		costUsd: fc.option(
			fc.nat(1e9).map((n) => n * 1.1e-7),
			{ nil: undefined }
		),
		inputTokens: tokens,
		cachedInputTokens: tokens
	})
	.map(({ day, costUsd, inputTokens, cachedInputTokens, ...rest }) => {
		const row: { -readonly [Field in keyof UsageRow]: UsageRow[Field] } = request(day, {
			...rest,
			usage: {
				...(inputTokens !== undefined && { inputTokens }),
				...(cachedInputTokens !== undefined && { cachedInputTokens })
			}
		});
		delete row.costUsd;
		return costUsd === undefined ? row : { ...row, costUsd };
	});

describe('totals', () => {
	it('are the sum of their requests, by day and by month, in any order', () => {
		fc.assert(
			fc.property(
				fc
					.array(anyRequest, { maxLength: 40, size: 'max' })
					.chain((rows) =>
						fc.tuple(
							fc.constant(rows),
							fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })
						)
					),
				([rows, shuffled]) => {
					const totals = totalsAfter(rows);
					for (const span of ['day', 'month'] as const) {
						const sum = sumOf(totals.filter((total) => total.span === span));
						expect(sum.requests).toBe(rows.length);
						expect(sum.unpriced).toBe(rows.filter((row) => row.costUsd === undefined).length);
						expect(sum.inputTokens).toBe(
							rows.reduce((all, row) => all + (row.usage.inputTokens ?? 0), 0)
						);
						expect(sum.cachedInputTokens).toBe(
							rows.reduce((all, row) => all + (row.usage.cachedInputTokens ?? 0), 0)
						);
						expect(sum.costUsd).toBeCloseTo(
							rows.reduce((all, row) => all + (row.costUsd ?? 0), 0),
							6
						);
						// Exactly the same, not nearly: the order leaves no trace.
						expect(sumOf(totalsAfter(shuffled).filter((total) => total.span === span))).toEqual(
							sum
						);
					}
				}
			)
		);
	});

	it('keep models, connections, purposes and days apart', () => {
		const totals = totalsAfter([
			request('2026-09-01'),
			request('2026-09-01', { purpose: 'title' }),
			request('2026-09-02'),
			request('2026-09-02', { modelId: 'gpt-5.1-mini' }),
			request('2026-09-02', { connectionId: 'openai-2' })
		]);
		expect(totals.filter(({ span }) => span === 'day')).toHaveLength(5);
		expect(totals.filter(({ span }) => span === 'month').map(({ requests }) => requests)).toEqual([
			2, 1, 1, 1
		]);
	});

	it('know a deleted connection by the name of its last request', () => {
		const [day] = totalsAfter([
			request('2026-09-01', { connectionLabel: 'Old name' }),
			request('2026-09-01', { connectionLabel: 'New name' })
		]);
		expect(day?.connectionLabel).toBe('New name');
	});

	it('a model on the own machine has no price to be unknown', () => {
		const unknown = unpriced('2026-09-01');
		const sum = sumOf(
			totalsAfter([unknown, { ...unknown, presetId: 'ollama', modelId: 'qwen3' }]).filter(
				({ span }) => span === 'day'
			)
		);
		expect(sum).toMatchObject({ requests: 2, unpriced: 1, local: 1, costUsd: 0 });
	});
});

describe('conversationCost', () => {
	it('adds known prices and counts the others', () => {
		const unknown = unpriced('2026-09-01');
		expect(
			conversationCost([
				request('2026-09-01', { costUsd: 0.1 }),
				request('2026-09-01', { costUsd: 0.2, estimated: 1 }),
				unknown
			])
		).toEqual({ usd: 0.3, unpriced: 1, isEstimated: true, requests: 3 });
	});

	it('is unknown, not zero, without a known price', () => {
		const unknown = unpriced('2026-09-01');
		expect(conversationCost([unknown]).usd).toBeUndefined();
		expect(conversationCost([]).usd).toBeUndefined();
	});
});
