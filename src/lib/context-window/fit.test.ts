import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FitInput, type FitMessage, type Strategy, fit } from './fit.ts';

const message = fc.record({
	role: fc.constantFrom<'user' | 'assistant'>('user', 'assistant'),
	tokens: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20_000 })),
	pinned: fc.boolean(),
	excluded: fc.boolean()
});
const strategy: fc.Arbitrary<Strategy> = fc.oneof(
	fc.constantFrom<Strategy>(
		{ kind: 'newest' },
		{ kind: 'first-and-newest' },
		{ kind: 'summarise' },
		{ kind: 'none' }
	),
	fc.integer({ min: 0, max: 20 }).map((count): Strategy => ({ kind: 'last', count }))
);
const input: fc.Arbitrary<FitInput> = fc
	.record({
		messages: fc.array(message, { maxLength: 30 }),
		pinShare: fc.integer({ min: 0, max: 9 }),
		systemTokens: fc.integer({ min: 0, max: 2_000 }),
		budget: fc.integer({ min: 0, max: 30_000 }),
		strategy,
		step: fc.integer({ min: 1, max: 4_000 }),
		cleared: fc.option(fc.nat({ max: 30 }), { nil: undefined }),
		summary: fc.option(
			fc.record({ upTo: fc.nat({ max: 30 }), tokens: fc.integer({ min: 1, max: 2_000 }) }),
			{ nil: undefined }
		)
	})
	.map(({ messages, pinShare, cleared, summary, ...rest }) => {
		const branch: FitMessage[] = messages.map((each, index) => ({
			...each,
			id: `m${index}`,
			pinned: each.pinned && index % 10 < pinShare / 4,
			excluded: each.excluded && index % 3 === 0
		}));
		// The branch of a request ends with the question, or with the partial answer to it.
		branch.push({ id: 'question', role: 'user', tokens: 40 });
		const upToId = branch[summary?.upTo ?? -1]?.id;
		return {
			...rest,
			messages: branch,
			clearedUpTo: branch[cleared ?? -1]?.id,
			...(summary !== undefined &&
				upToId !== undefined && { summary: { upToId, tokens: summary.tokens } })
		};
	});

const placeOf = (from: FitInput, id: string | undefined): number =>
	from.messages.findIndex((each) => each.id === id);

/** Where the exchange of a message begins and ends. */
function exchangeOf(from: FitInput, place: number): [start: number, end: number] {
	const { messages } = from;
	const opens = messages.flatMap(({ role }, index) =>
		role === 'user' && messages.slice(0, index).some((each) => each.role === 'user') ? [index] : []
	);
	const start = Math.max(0, ...opens.filter((index) => index <= place));
	return [start, (opens.find((index) => index > place) ?? messages.length) - 1];
}

/** Where what is forgotten ends; -1 without a divider. */
function clearedEnd(from: FitInput): number {
	const divider = placeOf(from, from.clearedUpTo);
	return divider < 0 ? -1 : exchangeOf(from, divider)[1];
}

/** The summary counts while its last message is not forgotten. */
const summaryOf = (from: FitInput): FitInput['summary'] =>
	placeOf(from, from.summary?.upToId) > clearedEnd(from) ? from.summary : undefined;

const tokensOf = (from: FitInput, ids: readonly string[]): number =>
	from.messages
		.filter(({ id }) => ids.includes(id))
		.reduce((sum, { tokens }) => sum + tokens, from.systemTokens + (summaryOf(from)?.tokens ?? 0));

describe('fit', () => {
	it('never goes over budget, and counts what it sends', () => {
		fc.assert(
			fc.property(input, (given) => {
				const result = fit(given);
				if (!result.ok) return;
				expect(result.tokens).toBeLessThanOrEqual(given.budget);
				expect(result.tokens).toBe(tokensOf(given, result.sent));
			})
		);
	});

	it('keeps the order, and names every message once, as sent or left out', () => {
		fc.assert(
			fc.property(input, (given) => {
				const result = fit(given);
				if (!result.ok) return;
				const order = given.messages.map(({ id }) => id);
				expect(result.sent).toEqual(order.filter((id) => result.sent.includes(id)));
				const all = [...result.sent, ...result.leftOut.map(({ id }) => id)];
				expect(all.toSorted()).toEqual(order.toSorted());
			})
		);
	});

	it('sends the newest user message, or says by how much it is too long', () => {
		fc.assert(
			fc.property(input, (given) => {
				const result = fit(given);
				expect(result.sent).toContain('question');
				if (!result.ok) expect(result.overBy).toBeGreaterThan(0);
			})
		);
	});

	it('never parts an answer from its question', () => {
		fc.assert(
			fc.property(input, (given) => {
				const result = fit(given);
				for (const [index, { id, role }] of given.messages.entries()) {
					const before = given.messages[index - 1];
					if (role !== 'assistant' || before === undefined) continue;
					expect(result.sent.includes(id)).toBe(result.sent.includes(before.id));
				}
			})
		);
	});

	it('always sends what is pinned after the cleared point, and nothing from before it', () => {
		fc.assert(
			fc.property(input, (given) => {
				const result = fit(given);
				const cleared = clearedEnd(given);
				for (const [place, { id, pinned }] of given.messages.entries()) {
					const [start, end] = exchangeOf(given, place);
					const isNewest = end === given.messages.length - 1;
					if (!isNewest && start <= cleared) expect(result.sent).not.toContain(id);
					else if (pinned === true) expect(result.sent).toContain(id);
				}
			})
		);
	});

	it('sends the summary in place of what it stands for, but for pinned exchanges and the newest', () => {
		fc.assert(
			fc.property(input, (given) => {
				const result = fit(given);
				const summary = summaryOf(given);
				expect(result.isSummarised).toBe(summary !== undefined);
				const upTo = placeOf(given, summary?.upToId);
				for (const place of given.messages.keys()) {
					const [start, end] = exchangeOf(given, place);
					const exchange = given.messages.slice(start, end + 1);
					const stays = exchange.some(({ pinned }) => pinned === true);
					if (end > upTo || stays || end === given.messages.length - 1) continue;
					for (const { id } of exchange) expect(result.sent).not.toContain(id);
				}
			})
		);
	});

	it('sends no less with a bigger budget', () => {
		fc.assert(
			fc.property(input, fc.nat({ max: 10_000 }), (given, more) => {
				const small = fit(given);
				const big = fit({ ...given, budget: given.budget + more });
				if (!small.ok) return;
				expect(big.ok).toBe(true);
				if (big.ok) for (const id of small.sent) expect(big.sent).toContain(id);
			})
		);
	});

	it('changes nothing when it fits what it has sent', () => {
		fc.assert(
			fc.property(input, (given) => {
				const first = fit(given);
				if (!first.ok) return;
				const sent = given.messages.filter(({ id }) => first.sent.includes(id));
				const { budget, strategy, step } = given;
				const systemTokens = given.systemTokens + (summaryOf(given)?.tokens ?? 0);
				const again = fit({ messages: sent, systemTokens, budget, strategy, step });
				expect(again.ok && again.sent).toEqual(first.sent);
			})
		);
	});

	const chat = (count: number, tokens = 100): FitMessage[] =>
		Array.from({ length: count }, (_, index) => ({
			id: `m${index}`,
			role: index % 2 === 0 ? 'user' : 'assistant',
			tokens
		}));

	it('cuts in steps, so that the start stays put for several turns', () => {
		const starts = [21, 23, 25, 27, 29, 31, 33, 35, 37, 39].map((count) => {
			const result = fit({
				messages: chat(count),
				systemTokens: 0,
				budget: 2_000,
				strategy: { kind: 'newest' },
				step: 1_000
			});
			return result.ok ? result.sent[0] : undefined;
		});
		expect(new Set(starts)).toEqual(new Set(['m10', 'm20']));
	});

	it('does not drop a giant message for the sake of a round step', () => {
		const messages = chat(5);
		const giant = messages.map((each) => (each.id === 'm2' ? { ...each, tokens: 50_000 } : each));
		const result = fit({
			messages: giant,
			systemTokens: 0,
			budget: 50_350,
			strategy: { kind: 'newest' },
			step: 1_024
		});
		expect(result.ok && result.sent).toEqual(['m2', 'm3', 'm4']);
	});

	it('keeps the first exchange longest when asked to', () => {
		const result = fit({
			messages: chat(21),
			systemTokens: 0,
			budget: 1_000,
			strategy: { kind: 'first-and-newest' },
			step: 1
		});
		expect(result.ok && result.sent.slice(0, 3)).toEqual(['m0', 'm1', 'm14']);
	});

	it('keeps the last N messages, rounded up to whole exchanges', () => {
		const result = fit({
			messages: chat(21),
			systemTokens: 0,
			budget: 100_000,
			strategy: { kind: 'last', count: 4 },
			step: 1
		});
		expect(result.ok && result.sent).toEqual(['m16', 'm17', 'm18', 'm19', 'm20']);
		expect(result.ok && result.leftOut[0]).toEqual({ id: 'm0', reason: 'older-than-count' });
	});

	it.each([
		['system-too-long', 1_200, 100, false],
		['message-too-long', 500, 700, false],
		['pinned-too-long', 100, 700, true],
		['summary-too-long', 100, 500, false]
	] as const)('says what is too long: %s', (failure, systemTokens, tokens, pinned) => {
		const result = fit({
			messages: [
				{ id: 'a', role: 'user', tokens: 300, pinned },
				{ id: 'b', role: 'user', tokens }
			],
			systemTokens,
			...(failure === 'summary-too-long' && { summary: { upToId: 'a', tokens: 450 } }),
			budget: 1_000,
			strategy: { kind: 'newest' },
			step: 1
		});
		expect(result).toMatchObject({ ok: false, failure });
	});

	it.each(['m4', 'm5'])('forgets the whole exchange of the divider, wherever in it: %s', (id) => {
		const cleared = {
			systemTokens: 0,
			budget: 100_000,
			strategy: { kind: 'newest' },
			step: 1,
			clearedUpTo: id,
			summary: { upToId: 'm5', tokens: 10 }
		} as const;
		const result = fit({ messages: chat(9), ...cleared });
		expect(result.sent).toEqual(['m6', 'm7', 'm8']);
		// What the summary stands for is forgotten with it.
		expect(result.isSummarised).toBe(false);
	});

	it('sends what the summary knows nothing of as if there were none', () => {
		const given = {
			messages: chat(9),
			systemTokens: 0,
			budget: 100_000,
			strategy: { kind: 'newest' },
			step: 1,
			summary: { upToId: 'm5', fromId: 'm2', without: ['m4'], tokens: 10 }
		} as const;
		expect(fit(given).sent).toEqual(['m0', 'm1', 'm4', 'm5', 'm6', 'm7', 'm8']);
		expect(fit({ ...given, budget: 510 }).leftOut).toEqual([
			{ id: 'm0', reason: 'no-room' },
			{ id: 'm1', reason: 'no-room' },
			{ id: 'm2', reason: 'summarised' },
			{ id: 'm3', reason: 'summarised' }
		]);
	});

	it('forgets what came before the divider’s question when that is asked again', () => {
		const result = fit({
			messages: chat(5),
			systemTokens: 0,
			budget: 100_000,
			strategy: { kind: 'newest' },
			step: 1,
			clearedUpTo: 'm4'
		});
		expect(result.sent).toEqual(['m4']);
	});

	it('stops instead of cutting when the strategy is none', () => {
		const result = fit({
			messages: chat(21),
			systemTokens: 0,
			budget: 1_000,
			strategy: { kind: 'none' },
			step: 1
		});
		expect(result).toMatchObject({ ok: false, failure: 'conversation-too-long', overBy: 1_100 });
		expect(result.sent).toHaveLength(21);
	});
});
