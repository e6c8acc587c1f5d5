import type { UsageRow } from '#lib/db';
import { expect, test } from 'vitest';
import { costText, totalsBy } from './usage-totals.ts';

const row = (day: string, inputTokens: number | undefined, costUsd?: number): UsageRow => ({
	id: day,
	rid: day,
	day,
	at: 0,
	connectionId: '',
	modelId: 'm',
	purpose: 'answer',
	usage: { ...(inputTokens !== undefined && { inputTokens }), outputTokens: 2 },
	...(costUsd !== undefined && { costUsd })
});

test('totals by day; what is unknown is counted apart, never as zero', () => {
	const totals = totalsBy([row('a', 5, 0.5), row('b', undefined), row('a', 7)], (each) => each.day);
	expect(totals).toEqual([
		{ key: 'a', requests: 2, inputTokens: 12, outputTokens: 4, costUsd: 0.5, unpriced: 1 },
		{ key: 'b', requests: 1, inputTokens: 0, outputTokens: 2, costUsd: 0, unpriced: 1 }
	]);
	expect(totals.map(costText)).toEqual(['$0.50 +', 'Unknown']);
});

test.each([
	[0, '$0.00'],
	[0.0012345, '$0.0012'],
	[1234.5, '$1,234.50']
])('%d USD reads %s', (costUsd, text) => {
	expect(costText({ costUsd, unpriced: 0, requests: 1 })).toBe(text);
});
