import type { UsageTotalRow } from '#lib/db';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { noon, request, unpriced } from './__fixtures__/requests.ts';
import { budgetState } from './budget.ts';
import { totalKeys, withRequest } from './totals.ts';

const now = noon('2026-09-15');

const spent = (day: string, costUsd: number): UsageTotalRow[] => {
	const row = request(day, { costUsd });
	return totalKeys(row).map((key) => withRequest(undefined, key, row));
};

it.each([
	[15.99, true, 'ok'],
	[16, true, 'warn'],
	[19.99, true, 'warn'],
	[20, true, 'stop'],
	[20, false, 'warn'],
	[200, false, 'warn']
])('%d of 20 USD, with a stop: %s, is %s', (usd, stop, state) => {
	const result = budgetState(spent('2026-09-02', usd), { monthlyUsd: 20, stop }, now);
	expect(result).toMatchObject({ state, spentUsd: usd, month: '2026-09', share: usd / 20 });
});

it('begins anew with each month', () => {
	const totals = [...spent('2026-08-31', 50), ...spent('2026-10-01', 50)];
	expect(budgetState(totals, { monthlyUsd: 20, stop: true }, now)).toMatchObject({
		state: 'ok',
		spentUsd: 0
	});
});

it('a budget of nothing lets nothing out', () => {
	expect(budgetState([], { monthlyUsd: 0, stop: true }, now).state).toBe('stop');
});

it('says how many requests it cannot count', () => {
	const row = unpriced('2026-09-02');
	const totals = totalKeys(row).map((key) => withRequest(undefined, key, row));
	expect(budgetState(totals, { monthlyUsd: 20, stop: true }, now)).toMatchObject({
		state: 'ok',
		unpriced: 1
	});
});

it('never opens again by spending more', () => {
	const order = { ok: 0, warn: 1, stop: 2 };
	fc.assert(
		fc.property(
			fc.double({ min: 0, max: 100, noNaN: true }),
			fc.double({ min: 0, max: 100, noNaN: true }),
			fc.double({ min: 0, max: 100, noNaN: true }),
			fc.boolean(),
			(first, second, monthlyUsd, stop) => {
				const budget = { monthlyUsd, stop };
				const before = budgetState(spent('2026-09-02', first), budget, now);
				const after = budgetState(
					[...spent('2026-09-02', first), ...spent('2026-09-03', second)],
					budget,
					now
				);
				expect(order[after.state]).toBeGreaterThanOrEqual(order[before.state]);
			}
		)
	);
});
