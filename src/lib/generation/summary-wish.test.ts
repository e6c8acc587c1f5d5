import type { ConversationId, MessageId, SummaryId, SummaryRow } from '#lib/db/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenCounter, type BranchMessage } from './counts.ts';
import { summaryWish } from './summary-wish.ts';
import { openWindow, type WindowInput } from './window.ts';

const message = (n: number, words: number, fields: Partial<BranchMessage> = {}): BranchMessage => ({
	id: `m${String(n).padStart(3, '0')}` as MessageId,
	role: n % 2 === 0 ? 'user' : 'assistant',
	parts: [{ type: 'text', text: `#${n} ${'word '.repeat(words)}` }],
	state: 'complete',
	modelId: '',
	pinned: 0,
	...fields
});

/** Questions and answers, then the question that is being asked. */
const branchOf = (sizes: readonly number[]): BranchMessage[] => [
	...sizes.slice(0, sizes.length - (sizes.length % 2)).map((words, n) => message(n, words)),
	message(900, 20)
];

const input = (
	branch: readonly BranchMessage[],
	fields: Partial<WindowInput> = {}
): WindowInput => ({
	branch,
	conversation: { systemPrompt: '', contextDividerId: '' },
	surroundings: { summaries: [], strategy: { kind: 'newest' } },
	model: {
		info: { id: 'm', contextWindow: 4_000, prices: { input: 1, output: 4 } },
		refusedParameters: []
	},
	parameters: {},
	limits: {},
	counter: new TokenCounter({ modelId: 'm' }),
	partial: '',
	...fields
});

const summaryUpTo = (upToId: MessageId, text: string): SummaryRow => ({
	id: 's' as SummaryId,
	rid: '',
	conversationId: 'c' as ConversationId,
	upToId,
	count: 2,
	text,
	source: 'model',
	connectionId: '',
	connectionLabel: '',
	modelId: '',
	createdAt: 1,
	removedAt: 0,
	stamps: {}
});

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 2, maxLength: 40 });

describe('the summary that a request wishes for', () => {
	it('is none while everything fits', () => {
		expect(summaryWish(input(branchOf([50, 50, 50, 50])))).toBeUndefined();
	});

	it('covers the oldest messages, without a gap, and then all else fits beside it', () => {
		fc.assert(
			fc.property(sizes, (given) => {
				const branch = branchOf(given);
				const asked = input(branch);
				const wish = summaryWish(asked);
				if (wish === undefined) return;
				expect(wish.messages).toEqual(branch.slice(0, wish.messages.length));
				const last = wish.messages.at(-1);
				if (last === undefined) throw new Error('a wish for nothing');
				// The model keeps to the length that it was asked for.
				const covered = wish.messages.reduce((sum, row) => sum + asked.counter.of(row).tokens, 0);
				const text = 'word '.repeat(Math.min(400, Math.ceil(covered / 10)));
				const after = openWindow({
					...asked,
					strategy: { kind: 'summarise' },
					surroundings: { ...asked.surroundings, summaries: [summaryUpTo(last.id, text)] }
				});
				expect(after.result.ok).toBe(true);
				expect(after.result.leftOut.filter(({ reason }) => reason === 'to-summarise')).toEqual([]);
				expect(after.summary?.text).toBe(text);
			}),
			{ numRuns: 60 }
		);
	});

	it('takes in pinned messages, but nothing that was left out by hand or cleared away', () => {
		const branch = branchOf(Array.from({ length: 30 }, () => 200)).map((row, n) => ({
			...row,
			...(n === 6 && { pinned: 1 as const }),
			...((n === 8 || n === 9) && { excluded: 1 as const })
		}));
		const divider = branch[3]?.id ?? '';
		const wish = summaryWish(
			input(branch, { conversation: { systemPrompt: '', contextDividerId: divider } })
		);
		const places = wish?.messages.map(({ id }) => branch.findIndex((row) => row.id === id));
		expect(places?.slice(0, 5)).toEqual([4, 5, 6, 7, 10]);
		// What it will know nothing of goes with it.
		expect(wish?.without).toEqual([branch[8]?.id, branch[9]?.id]);
		expect(wish?.fromId).toBe(branch[4]?.id);
	});

	it('goes on from the summary that counts', () => {
		const branch = branchOf(Array.from({ length: 30 }, () => 200));
		const previous = summaryUpTo(branch[5]?.id ?? ('' as MessageId), 'So far.');
		const wish = summaryWish(
			input(branch, {
				surroundings: { summaries: [previous], strategy: { kind: 'newest' } }
			})
		);
		expect(wish?.previous).toBe(previous);
		expect(wish?.messages[0]?.id).toBe(branch[6]?.id);
	});

	it('is none when the question has no room beside a summary', () => {
		const branch = [...branchOf([400, 400, 400, 400]).slice(0, -1), message(900, 2_360)];
		const asked = input(branch);
		const { result } = openWindow({ ...asked, strategy: { kind: 'summarise' } });
		expect(result.ok).toBe(true);
		expect(result.leftOut.map(({ reason }) => reason)).toContain('to-summarise');
		expect(summaryWish(asked)).toBeUndefined();
	});

	it('is none while there is a summary that has no room', () => {
		const branch = [
			...branchOf(Array.from({ length: 30 }, () => 200)).slice(0, -1),
			message(900, 2_000)
		];
		const tooLong = summaryUpTo(branch[19]?.id ?? ('' as MessageId), 'word '.repeat(1_800));
		const asked = input(branch, {
			surroundings: { summaries: [tooLong], strategy: { kind: 'summarise' } }
		});
		const { result, summary, passedOver } = openWindow(asked);
		expect(result.ok).toBe(true);
		expect(summary).toBeUndefined();
		expect(passedOver).toBe(tooLong);
		expect(summaryWish(asked)).toBeUndefined();
	});

	it('has a price where prices are known', () => {
		const branch = branchOf(Array.from({ length: 30 }, () => 200));
		expect(summaryWish(input(branch))?.costUsd).toBeGreaterThan(0);
		const unknown = { info: { id: 'm', contextWindow: 4_000 }, refusedParameters: [] };
		expect(summaryWish(input(branch, { model: unknown }))).not.toHaveProperty('costUsd');
	});
});
