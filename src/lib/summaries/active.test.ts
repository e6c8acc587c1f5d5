import type { MessageId, SummaryId, SummaryRow } from '#lib/db';
import { describe, expect, it } from 'vitest';
import { activeSummary } from './active.ts';

const summary = (id: string, upToId: string, fields: Partial<SummaryRow> = {}): SummaryRow => ({
	id: id as SummaryId,
	rid: id,
	conversationId: 'c' as SummaryRow['conversationId'],
	upToId: upToId as MessageId,
	count: 2,
	text: 'So far.',
	source: 'model',
	connectionId: '',
	connectionLabel: '',
	modelId: 'm',
	createdAt: 1,
	removedAt: 0,
	stamps: {},
	...fields
});
const branch = ['a', 'b', 'c', 'd'] as MessageId[];

describe('the summary that counts', () => {
	it('is the newest on the branch', () => {
		const rows = [summary('2', 'c'), summary('3', 'b'), summary('1', 'd')];
		expect(activeSummary(rows, branch)?.id).toBe('3');
	});

	it('is none of another branch, taken back, or empty', () => {
		const rows = [
			summary('1', 'b'),
			summary('2', 'elsewhere'),
			summary('3', 'c', { removedAt: 5 }),
			summary('4', 'c', { text: ' ' })
		];
		expect(activeSummary(rows, branch)?.id).toBe('1');
		expect(activeSummary(rows.slice(1), branch)).toBeUndefined();
	});
});
