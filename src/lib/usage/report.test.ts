import type { ConnectionId, UsageRow, UsageTotalRow } from '#lib/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request } from './__fixtures__/requests.ts';
import { addDays, weekdayOf } from './days.ts';
import { chartOf, daysOf, groupsOf, namesOf, periodOf, ticksOf } from './report.ts';
import { totalKeys, withRequest } from './totals.ts';

const today = '2026-03-02';

function totalsOf(span: UsageTotalRow['span'], rows: readonly UsageRow[]): UsageTotalRow[] {
	return rows.flatMap((row) =>
		totalKeys(row)
			.filter((key) => key.span === span)
			.map((key) => withRequest(undefined, key, row))
	);
}

describe('periodOf', () => {
	it('ends today and crosses months', () => {
		const week = periodOf('7d', today, undefined);
		expect(week.starts).toEqual([
			'2026-02-24',
			'2026-02-25',
			'2026-02-26',
			'2026-02-27',
			'2026-02-28',
			'2026-03-01',
			'2026-03-02'
		]);
		expect(week.before).toEqual({ from: '2026-02-17', to: '2026-02-23' });
		expect(periodOf('30d', today, undefined).starts).toHaveLength(30);
	});

	it('takes whole months for a year', () => {
		const year = periodOf('12m', today, undefined);
		expect(year.starts).toHaveLength(12);
		expect(year).toMatchObject({ from: '2025-04', to: '2026-03' });
		expect(daysOf(year)).toEqual({ from: '2025-04-01', to: '2026-03-31' });
	});

	it('reaches from the first to the last request, in years when there are many', () => {
		expect(periodOf('all', today, undefined).starts).toEqual(['2026-03']);
		expect(periodOf('all', today, { first: '2025-11', last: '2026-01' }).starts).toEqual([
			'2025-11',
			'2025-12',
			'2026-01',
			'2026-02',
			'2026-03'
		]);
		// A clock that once was wrong.
		expect(periodOf('all', today, { first: '1970-01', last: '2099-05' }).starts).toHaveLength(130);
	});
});

describe('chartOf', () => {
	it('stacks to the same height however it is split', () => {
		const rows = [
			request('2026-03-01', { costUsd: 0.25 }),
			request('2026-03-01', { costUsd: 0.5, purpose: 'title', modelId: 'small' }),
			request('2026-03-02', { costUsd: 1, connectionId: 'openai-2' })
		];
		const period = periodOf('7d', today, undefined);
		for (const splitBy of ['model', 'connection', 'purpose'] as const) {
			const { bars, series } = chartOf(totalsOf('day', rows), period, { metric: 'cost', splitBy });
			expect(series).toHaveLength(2);
			expect(bars.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0.75, 1]);
			for (const bar of bars) expect(bar.parts).toHaveLength(2);
		}
	});

	it('puts the small ones together, and loses none', () => {
		const rows = Array.from({ length: 9 }, (_, index) =>
			request(today, { modelId: `model-${index}`, usage: { inputTokens: index + 1 } })
		);
		const { bars, series } = chartOf(totalsOf('day', rows), periodOf('7d', today, undefined), {
			metric: 'tokens',
			splitBy: 'model'
		});
		expect(series.map(({ key }) => key)).toEqual([
			'openai model-8',
			'openai model-7',
			'openai model-6',
			'openai model-5',
			''
		]);
		expect(bars.at(-1)?.parts).toEqual([9, 8, 7, 6, 15]);
	});

	it('adds months up to years', () => {
		const rows = [request('2020-01-01'), request('2020-12-31'), request(today)];
		const period = periodOf('all', today, { first: '2020-01', last: '2026-03' });
		const { bars } = chartOf(totalsOf('month', rows), period, {
			metric: 'requests',
			splitBy: 'model'
		});
		expect(bars.map(({ start, value }) => [start, value])).toEqual([
			['2020', 2],
			['2021', 0],
			['2022', 0],
			['2023', 0],
			['2024', 0],
			['2025', 0],
			['2026', 1]
		]);
	});
});

it('groups keep one model of two providers apart, the dearest first', () => {
	const rows = [
		request(today, { modelId: 'llama', presetId: 'groq', costUsd: 0.1 }),
		request(today, { modelId: 'llama', presetId: 'together', costUsd: 0.3 }),
		request(today, { modelId: 'llama', presetId: 'groq', costUsd: 0.1 })
	];
	expect(
		groupsOf(totalsOf('day', rows), 'model').map(({ sample, figures }) => [
			sample.presetId,
			figures.requests
		])
	).toEqual([
		['together', 1],
		['groq', 2]
	]);
});

it('a deleted connection keeps the name it had', () => {
	const nameOf = namesOf(new Map([['openai-1' as ConnectionId, 'OpenAI, renamed']]));
	const [present] = totalsOf('day', [request(today)]);
	const [gone] = totalsOf('day', [request(today, { connectionId: 'x', connectionLabel: 'Was' })]);
	expect(present && nameOf(present)).toEqual({ label: 'OpenAI, renamed', isDeleted: false });
	expect(gone && nameOf(gone)).toEqual({ label: 'Was', isDeleted: true });
});

it('ticks are few, round and reach the greatest value', () => {
	expect(ticksOf(1.36)).toEqual([0.5, 1, 1.5]);
	expect(ticksOf(0)).toEqual([]);
	expect(ticksOf(1, 1)).toEqual([1]);
	expect(ticksOf(2, 1)).toEqual([1, 2]);
	fc.assert(
		fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (most) => {
			const ticks = ticksOf(most);
			expect(ticks.length).toBeLessThanOrEqual(3);
			expect(ticks.at(-1)).toBeGreaterThanOrEqual(most * 0.999999);
			expect(most).toBeGreaterThan((ticks.at(-1) ?? 0) * 0.25);
		})
	);
});

it('days follow the calendar over every change of the clocks', () => {
	fc.assert(
		fc.property(fc.integer({ min: -4000, max: 4000 }), (count) => {
			const day = addDays('2026-03-02', count);
			expect(addDays(day, -count)).toBe('2026-03-02');
			expect((((weekdayOf(day) - count) % 7) + 7) % 7).toBe(0);
		})
	);
});
