/**
 * Which messages of a branch go into a request. Pure: values in, values out.
 *
 * A branch is cut into groups, a question with what answered it, and a group goes whole or not at
 * all: so a question is never parted from its answer, nor a tool call from its result. Always in
 * the request: the newest group, and every group with a pinned message that was not cleared away.
 * What a summary stands for stays behind. The others are dropped oldest first, and in steps: the
 * tokens dropped are rounded up towards a multiple of `step`, so that the window's start stays put
 * for several turns and the provider's prompt cache keeps hitting.
 *
 * Laws (property-tested): never over budget; order kept; groups whole; the newest user message is
 * sent or there is an error; a bigger budget never sends less; fitting what was sent changes nothing.
 */

export type Strategy =
	/** The newest groups that fit. */
	| { readonly kind: 'newest' }
	/** Like `newest`, but the first group is the last to be dropped. */
	| { readonly kind: 'first-and-newest' }
	/** At most this many of the newest messages (rounded up to whole groups), of those what fits. */
	| { readonly kind: 'last'; readonly count: number }
	/** Like `newest`; what is left out is to be summarised. */
	| { readonly kind: 'summarise' }
	/** Everything or nothing: warn and stop. */
	| { readonly kind: 'none' };

export interface FitMessage<Id extends string = string> {
	readonly id: Id;
	readonly role: 'user' | 'assistant';
	/** Its cost in tokens, with the overhead of a message. */
	readonly tokens: number;
	readonly pinned?: boolean;
	/** The person left it out by hand: its group stays out unless it must go. */
	readonly excluded?: boolean;
}

export interface FitInput<Id extends string = string> {
	/** Root to leaf; the last user message is the one being asked. */
	readonly messages: readonly FitMessage<Id>[];
	/** Tokens of the system prompt, 0 without one. */
	readonly systemTokens: number;
	/** Tokens the input may have in all. */
	readonly budget: number;
	readonly strategy: Strategy;
	/** Size of a step in tokens; fixed per model, so that it does not move with the budget. */
	readonly step: number;
	/**
	 * Messages up to and with this one are forgotten (“clear context”), and so is the rest of the
	 * exchange it stands in. The question being asked never is.
	 */
	readonly clearedUpTo?: Id | undefined;
	/** Goes in place of the exchanges that end with this message or before. Ignored where it ends with what is forgotten, or before. */
	readonly summary?:
		| {
				readonly upToId: Id;
				readonly tokens: number;
				/** The first message it covers; missing: all from the beginning. */
				readonly fromId?: Id | undefined;
				/** Messages it knows nothing of: their exchanges go, or stay, as if there were none. */
				readonly without?: readonly Id[] | undefined;
		  }
		| undefined;
}

export type LeftOutReason =
	/** Before the point where the context was cleared. */
	| 'cleared'
	/** Left out by hand. */
	| 'excluded'
	/** A summary stands for it. */
	| 'summarised'
	/** Older than the last N messages. */
	| 'older-than-count'
	/** No room. */
	| 'no-room'
	/** No room, and covered by a summary that is to be made. */
	| 'to-summarise';

export interface LeftOut<Id extends string = string> {
	readonly id: Id;
	readonly reason: LeftOutReason;
}

export type FitFailure =
	/** The system prompt alone is over budget. */
	| 'system-too-long'
	/** The newest message does not fit beside the system prompt. */
	| 'message-too-long'
	/** It would fit, but not beside the summary of what came before. */
	| 'summary-too-long'
	/** It would fit, but not beside what is pinned. */
	| 'pinned-too-long'
	/** The strategy `none` does not cut. */
	| 'conversation-too-long';

export interface FitChoice<Id extends string = string> {
	/** In order, root to leaf. */
	readonly sent: readonly Id[];
	/** In order, root to leaf. */
	readonly leftOut: readonly LeftOut<Id>[];
	/** Of the whole input, system prompt and summary included. */
	readonly tokens: number;
	/** Whether the summary goes along. */
	readonly isSummarised: boolean;
}

export type FitResult<Id extends string = string> =
	| (FitChoice<Id> & { readonly ok: true })
	/** Here `sent` is what would have to go, and does not fit. */
	| (FitChoice<Id> & {
			readonly ok: false;
			readonly failure: FitFailure;
			/** By how many tokens it is too long. */
			readonly overBy: number;
	  });

interface Group<Id extends string> {
	readonly index: number;
	readonly messages: readonly FitMessage<Id>[];
	readonly tokens: number;
	readonly pinned: boolean;
	readonly excluded: boolean;
}

type Spoken<Id extends string> = Pick<FitMessage<Id>, 'id' | 'role'>;

/** A branch cut into questions with what answered them; what stands before the first question is with it. */
export function exchangesOf<Message extends Spoken<string>>(
	messages: readonly Message[]
): Message[][] {
	const runs: Message[][] = [];
	for (const message of messages) {
		const run = runs.at(-1);
		const opensGroup = message.role === 'user' && run?.some(({ role }) => role === 'user');
		if (run === undefined || opensGroup === true) runs.push([message]);
		else run.push(message);
	}
	return runs;
}

/** The place of the last message of the exchange that a message stands in; -1 when it is not here. */
export function endOfExchange<Id extends string>(
	messages: readonly Spoken<Id>[],
	id: Id | undefined
): number {
	if (id === undefined) return -1;
	let place = -1;
	for (const exchange of exchangesOf(messages)) {
		place += exchange.length;
		if (exchange.some((message) => message.id === id)) return place;
	}
	return -1;
}

function groupsOf<Id extends string>(messages: readonly FitMessage<Id>[]): Group<Id>[] {
	return exchangesOf(messages).map((run, index) => ({
		index,
		messages: run,
		tokens: run.reduce((sum, { tokens }) => sum + tokens, 0),
		pinned: run.some(({ pinned }) => pinned === true),
		excluded: run.some(({ excluded }) => excluded === true)
	}));
}

const sumTokens = (groups: readonly { readonly tokens: number }[]): number =>
	groups.reduce((sum, { tokens }) => sum + tokens, 0);

/**
 * How many of the droppable groups go, oldest first. With `boundaries[i]` the tokens saved by
 * dropping i groups: the largest boundary within the rounded-up excess if it saves enough, else the
 * smallest that does (one giant group must not drag its small neighbours' rounding with it).
 */
function countDropped(sizes: readonly number[], excess: number, step: number): number {
	if (excess <= 0) return 0;
	const target = Math.ceil(excess / step) * step;
	let saved = 0;
	let enough: number | undefined;
	let chosen: number | undefined;
	for (const [index, size] of sizes.entries()) {
		saved += size;
		if (saved < excess) continue;
		enough ??= index + 1;
		if (saved > target) break;
		chosen = index + 1;
	}
	return chosen ?? enough ?? sizes.length;
}

/** The oldest group that is within the last `count` messages. */
function firstGroupOfLast<Id extends string>(groups: readonly Group<Id>[], count: number): number {
	let seen = 0;
	for (const group of groups.toReversed()) {
		seen += group.messages.length;
		if (seen >= count) return group.index;
	}
	return 0;
}

/** What is in the way of the request's unavoidable parts, if anything. */
function failureOf(
	budget: number,
	parts: { readonly [Part in 'system' | 'newest' | 'summary' | 'pinned']: number }
): { readonly failure: FitFailure; readonly overBy: number } | undefined {
	let tokens = 0;
	for (const [part, failure] of [
		['system', 'system-too-long'],
		['newest', 'message-too-long'],
		['summary', 'summary-too-long'],
		['pinned', 'pinned-too-long']
	] as const) {
		tokens += parts[part];
		if (tokens > budget) return { failure, overBy: tokens - budget };
	}
	return undefined;
}

/** Chooses what goes into a request; see the head of this file for the rules. */
export function fit<Id extends string>(input: FitInput<Id>): FitResult<Id> {
	const { messages, systemTokens, budget, strategy, step } = input;
	const groups = groupsOf(messages);
	const newest = groups.at(-1);
	const placeOf = (id: Id | undefined): number =>
		id === undefined ? -1 : messages.findIndex((message) => message.id === id);
	const clearedTo = endOfExchange(messages, input.clearedUpTo);
	const summarisedTo = placeOf(input.summary?.upToId);
	const summaryTokens = summarisedTo > clearedTo ? (input.summary?.tokens ?? 0) : 0;

	const summarisedFrom = placeOf(input.summary?.fromId);
	const unknown = new Set(input.summary?.without);
	const isKnown = (group: Group<Id>): boolean =>
		unknown.size === 0 || !group.messages.some(({ id }) => unknown.has(id));

	const reasons = new Map<Group<Id>, LeftOutReason>();
	const rest: Group<Id>[] = [];
	let place = -1;
	for (const group of groups) {
		place += group.messages.length;
		const isCovered = place >= summarisedFrom && place <= summarisedTo && isKnown(group);
		if (group !== newest && place <= clearedTo) reasons.set(group, 'cleared');
		else if (group !== newest && !group.pinned && isCovered) reasons.set(group, 'summarised');
		else rest.push(group);
	}

	const isMandatory = (group: Group<Id>): boolean => group === newest || group.pinned;
	const pinned = rest.filter((group) => group !== newest && group.pinned);
	const fixed = {
		system: systemTokens,
		newest: newest?.tokens ?? 0,
		summary: summaryTokens,
		pinned: sumTokens(pinned)
	};
	const fixedTokens = fixed.system + fixed.newest + fixed.summary + fixed.pinned;

	const oldestOfLast = strategy.kind === 'last' ? firstGroupOfLast(rest, strategy.count) : 0;
	const candidates = rest.filter((group) => {
		if (isMandatory(group)) return false;
		if (group.excluded) reasons.set(group, 'excluded');
		else if (group.index < oldestOfLast) reasons.set(group, 'older-than-count');
		return !reasons.has(group);
	});

	const excess = fixedTokens + sumTokens(candidates) - budget;
	let failed = failureOf(budget, fixed);
	if (failed === undefined && excess > 0 && strategy.kind === 'none')
		failed = { failure: 'conversation-too-long', overBy: excess };

	if (failed?.failure !== 'conversation-too-long') {
		const first = groups.find((group) => reasons.get(group) !== 'cleared');
		const droppable =
			strategy.kind === 'first-and-newest' && first !== undefined && candidates[0] === first
				? [...candidates.slice(1), first]
				: candidates;
		const dropped =
			failed === undefined
				? droppable.slice(
						0,
						countDropped(
							droppable.map(({ tokens }) => tokens),
							excess,
							step
						)
					)
				: droppable;
		for (const group of dropped)
			reasons.set(group, strategy.kind === 'summarise' ? 'to-summarise' : 'no-room');
	}

	const sent: Id[] = [];
	const leftOut: LeftOut<Id>[] = [];
	let tokens = systemTokens + summaryTokens;
	for (const group of groups) {
		const reason = reasons.get(group);
		if (reason === undefined) tokens += group.tokens;
		for (const { id } of group.messages) {
			if (reason === undefined) sent.push(id);
			else leftOut.push({ id, reason });
		}
	}
	const chosen = { sent, leftOut, tokens, isSummarised: summarisedTo > clearedTo };
	return failed === undefined ? { ok: true, ...chosen } : { ok: false, ...failed, ...chosen };
}
