/**
 * How a long stretch of messages becomes requests that each fit the summarising model. Pure.
 *
 * The summary rolls: the first request has the oldest messages, each later one the summary so far
 * and the messages that follow. Whole messages go into one request each; one that is larger than a
 * whole request is cut in its middle, because beginnings and ends say most.
 *
 * Laws (property-tested): every message once, in order; no request over its budget.
 */
import { budgetOf } from '#lib/context-window';
import { costOf, type ModelInfo } from '#lib/providers';

/** Tokens of a text, for the model that summarises. Never more for a text than for its parts apart. */
export type Count = (text: string) => number;

/** A message as it is summarised. */
export interface Material {
	readonly role: 'user' | 'assistant';
	readonly text: string;
}

/** Room in each request, in tokens. */
export interface SummaryPlan {
	/** For messages. */
	readonly room: number;
	/** For the summary so far. */
	readonly carry: number;
	/** For instructions and wrapping. */
	readonly fixed: number;
	/** The length that is asked for. */
	readonly target: number;
}

/** What a summary would take, ahead of making it. */
export interface SummaryEstimate {
	readonly requests: number;
	/** ≈ tokens over all requests. */
	readonly inputTokens: number;
	readonly outputTokens: number;
	/** ≈ USD; missing when a price is unknown. */
	readonly costUsd?: number;
}

export interface PlanInput {
	readonly info: Pick<ModelInfo, 'contextWindow' | 'maxOutput'>;
	/** The key's limit, if any. */
	readonly tokensPerMinute?: number | undefined;
	/** Of the instructions and all wrapping. */
	readonly fixed: number;
	/** Of all messages to be covered. */
	readonly tokens: number;
	/** Of the summary that goes on, 0 without one. */
	readonly previousTokens: number;
}

/** ≈ Instructions and wrapping (tokens). */
const ABOUT_FIXED = 400;
/** ≈ What the marks around a message take (tokens). */
const WRAPPING = 16;
/** No summary is asked to be longer, nor shorter (tokens). */
const LONGEST = 1000;
const SHORTEST = 120;
/** Less room for messages than this is not worth a request (tokens). */
const LEAST_ROOM = 200;

/** A key's minute is the person's first: a background request takes at most half of it. */
const halfOf = (tokensPerMinute: number | undefined): number | undefined =>
	tokensPerMinute === undefined || tokensPerMinute <= 0
		? undefined
		: Math.max(1, Math.floor(tokensPerMinute / 2));

/** Room and length for one summary; undefined when the model's window is too small for any. */
export function planSummary(input: PlanInput): SummaryPlan | undefined {
	const { info, tokensPerMinute, fixed, tokens, previousTokens } = input;
	const budget = budgetOf({
		contextWindow: info.contextWindow,
		modelMaxOutput: info.maxOutput,
		tokensPerMinute: halfOf(tokensPerMinute)
	}).input;
	const covered = tokens / 10 + previousTokens;
	const most = Math.min(LONGEST, Math.floor(budget / 6));
	const target = Math.min(most, Math.max(SHORTEST, Math.ceil(covered)));
	const carry = Math.min(Math.max(2 * target, previousTokens), Math.floor(budget / 3));
	const room = budget - fixed - carry;
	return room < LEAST_ROOM ? undefined : { room, carry, fixed, target };
}

/** Places of the messages that go into each request, oldest first; one that is too large is alone. */
export function groupsOf(sizes: readonly number[], room: number): number[][] {
	const groups: number[][] = [];
	let left = 0;
	for (const [index, size] of sizes.entries()) {
		const last = groups.at(-1);
		if (last === undefined || size > left) {
			groups.push([index]);
			left = room - size;
		} else {
			last.push(index);
			left -= size;
		}
	}
	return groups;
}

/** What making a summary will take; undefined when the model's window is too small for any. */
export function estimateSummary(input: {
	readonly info: Pick<ModelInfo, 'contextWindow' | 'maxOutput' | 'prices'>;
	/** The key's limit, if any. */
	readonly tokensPerMinute?: number | undefined;
	/** Tokens of each message to be covered. */
	readonly sizes: readonly number[];
	/** Of the summary that goes on, 0 without one. */
	readonly previousTokens: number;
}): SummaryEstimate | undefined {
	const { info, sizes, previousTokens } = input;
	const tokens = sizes.reduce((sum, size) => sum + size, 0);
	const plan = planSummary({ ...input, tokens, fixed: ABOUT_FIXED });
	if (plan === undefined) return undefined;
	const { room, carry, fixed, target } = plan;
	let costUsd: number | undefined = 0;
	let inputTokens = 0;
	const fitting = sizes.map((size) => Math.min(room, size + WRAPPING));
	const groups = groupsOf(fitting, room);
	for (const [index, group] of groups.entries()) {
		const carried = index === 0 ? Math.min(previousTokens, carry) : target;
		const asked = group.reduce((sum, at) => sum + (fitting[at] ?? 0), fixed + carried);
		inputTokens += asked;
		const cost = costOf({ inputTokens: asked, outputTokens: target }, info.prices);
		costUsd = cost === undefined || costUsd === undefined ? undefined : costUsd + cost;
	}
	return {
		requests: groups.length,
		inputTokens,
		outputTokens: groups.length * target,
		...(costUsd !== undefined && { costUsd })
	};
}

/** No text has more characters in a token than this, as far as cutting it is concerned. */
const CHARACTERS_PER_TOKEN = 16;
const HIGH_SURROGATE = /[\uD800-\uDBFF]$/;
const LOW_SURROGATE = /^[\uDC00-\uDFFF]/;

/** The text with its middle left out, so that it has at most `room` tokens; whole when it fits. */
export function cutMiddle(text: string, room: number, count: Count, marker: string): string {
	if (text.length <= room * CHARACTERS_PER_TOKEN && count(text) <= room) return text;
	const withKept = (kept: number): string => {
		const head = text.slice(0, Math.ceil(kept / 2)).replace(HIGH_SURROGATE, '');
		const tail = text.slice(text.length - Math.floor(kept / 2)).replace(LOW_SURROGATE, '');
		return head + marker + (kept < 2 ? '' : tail);
	};
	let fits = 0;
	let tooMany = Math.min(text.length, Math.floor(room * CHARACTERS_PER_TOKEN)) + 1;
	while (tooMany - fits > 1) {
		const middle = Math.floor((fits + tooMany) / 2);
		if (count(withKept(middle)) <= room) fits = middle;
		else tooMany = middle;
	}
	return withKept(fits);
}

/** A message between its marks. */
const wrapped = ({ role, text }: Material): string =>
	`<message from="${role === 'user' ? 'person' : 'assistant'}">\n${text}\n</message>\n`;

/**
 * The messages as the requests carry them: a text for each request, at most `room` tokens each.
 * @param marker stands where the middle of a message was left out
 */
export function chunksOf(
	messages: readonly Material[],
	room: number,
	count: Count,
	marker: string
): string[] {
	const pieces = messages.map((message) => {
		const whole = wrapped(message);
		if (whole.length <= room * CHARACTERS_PER_TOKEN && count(whole) <= room) return whole;
		const left = room - count(wrapped({ ...message, text: '' }));
		return wrapped({ ...message, text: cutMiddle(message.text, left, count, marker) });
	});
	return groupsOf(pieces.map(count), room).map((group) =>
		group.map((index) => pieces[index] ?? '').join('')
	);
}
