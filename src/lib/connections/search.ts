/**
 * Searching models the way people remember them: “sonnet 4.5” finds `claude-sonnet-4-5-20250929`.
 * Names are cut into words at every separator and between letters and digits; a version such as
 * 4.5 is a run of numbers that has to stand together. Pure.
 */

/** A text, ready to be searched. */
export interface Indexed {
	readonly words: readonly string[];
	/** Letters and digits alone. */
	readonly squashed: string;
}

const fold = (text: string): string =>
	text
		.normalize('NFKD')
		.replace(/\p{Mark}/gu, '')
		.toLowerCase();

const wordsOf = (text: string): string[] => fold(text).match(/\p{Letter}+|\p{Number}+/gu) ?? [];

/** Cuts names into words; earlier texts are no better than later ones. */
export function index(...texts: readonly string[]): Indexed {
	const words = texts.flatMap(wordsOf);
	return { words, squashed: words.join('') };
}

/** A query: each term is a word or a run of numbers. */
type Term = readonly string[];

const isNumber = (word: string): boolean => /^\p{Number}/u.test(word);

/** Numbers joined by a dot or a hyphen in the query are one term. */
export function parseQuery(query: string): readonly Term[] {
	return fold(query)
		.split(/\s+/)
		.flatMap((piece) => {
			const terms: string[][] = [];
			for (const word of wordsOf(piece)) {
				const last = terms.at(-1);
				if (isNumber(word) && last !== undefined && isNumber(last[0] ?? '')) last.push(word);
				else terms.push([word]);
			}
			return terms;
		});
}

const EXACT = 0;
const PREFIX = 1;
const WITHIN = 3;
const SQUASHED = 4;
const SCATTERED = 8;

function scattered(word: string, letters: string): boolean {
	if (letters.length < 3 || word[0] !== letters[0]) return false;
	let at = 0;
	for (const letter of word) if (letter === letters[at]) at += 1;
	return at === letters.length;
}

function rankWord(word: string, term: string): number | undefined {
	if (word === term) return EXACT;
	if (word.startsWith(term)) return PREFIX;
	if (isNumber(term)) return undefined;
	if (term.length > 1 && word.includes(term)) return WITHIN;
	return scattered(word, term) ? SCATTERED : undefined;
}

function rankTerm(words: readonly string[], term: Term): number | undefined {
	let best: number | undefined;
	for (let at = 0; at + term.length <= words.length; at += 1) {
		let rank: number | undefined = 0;
		for (const [offset, part] of term.entries()) {
			const word = words[at + offset] ?? '';
			const isLast = offset === term.length - 1;
			const one: number | undefined = isLast
				? rankWord(word, part)
				: word === part
					? EXACT
					: undefined;
			rank = one === undefined || rank === undefined ? undefined : rank + one;
		}
		if (rank !== undefined && (best === undefined || rank < best)) best = rank;
	}
	return best;
}

/** How badly a text fits a query: 0 is best; undefined does not fit. */
export function rank(text: Indexed, query: readonly Term[]): number | undefined {
	let total = 0;
	for (const term of query) {
		const one = rankTerm(text.words, term);
		if (one === undefined) {
			const whole = query.flat().join('');
			return whole.length > 1 && text.squashed.includes(whole) ? SQUASHED : undefined;
		}
		total += one;
	}
	return total;
}

/** The items that fit, best first; ties keep their order. An empty query keeps everything. */
export function search<T>(
	items: readonly T[],
	query: string,
	indexOf: (item: T) => Indexed
): readonly T[] {
	const terms = parseQuery(query);
	if (terms.length === 0) return items;
	const ranked: { item: T; rank: number; length: number }[] = [];
	for (const item of items) {
		const text = indexOf(item);
		const found = rank(text, terms);
		if (found !== undefined) ranked.push({ item, rank: found, length: text.words.length });
	}
	const best = Math.min(...ranked.map((each) => each.rank));
	return ranked
		.filter((each) => each.rank < SCATTERED || best >= SCATTERED)
		.sort((a, b) => a.rank - b.rank || a.length - b.length)
		.map(({ item }) => item);
}
