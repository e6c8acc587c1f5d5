/**
 * The tokenizer of OpenAI's models since GPT-4o: exact, and a megabyte. Loaded on its own.
 */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/**
 * Runs longer than this without a change between letters, marks and spaces (UTF-16 units): their
 * cost grows with the square of their length, so they are counted in pieces. A piece's edge makes
 * one token more at most.
 */
const LONGEST_RUN = 256;

const longRuns = new RegExp(
	String.raw`(?:[\p{L}\p{M}]{${LONGEST_RUN}}|\s{${LONGEST_RUN}}|[^\s\p{L}\p{M}\p{N}]{${LONGEST_RUN}})`,
	'gu'
);

/** What looks like one of the tokenizer's own marks is text here. */
const asText = { disallowedSpecial: new Set<string>() };

/** Tokens of a text. */
export function countO200k(text: string): number {
	let tokens = 0;
	let start = 0;
	for (const { index, 0: run } of text.matchAll(longRuns)) {
		const end = index + run.length;
		tokens += countTokens(text.slice(start, end), asText);
		start = end;
	}
	return tokens + countTokens(text.slice(start), asText);
}
