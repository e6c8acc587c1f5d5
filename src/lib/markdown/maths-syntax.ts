import type { Tokens, TokenizerExtension } from 'marked';

/** A formula as the author wrote it: `raw` with its delimiters, `tex` without. */
export interface MathsToken extends Tokens.Generic {
	readonly type: 'maths';
	readonly raw: string;
	readonly tex: string;
	readonly display: boolean;
}

/** Longer than any formula a person reads; keeps the patterns below cheap on hostile input. */
const maxSource = 4000;

/** No formula crosses a blank line, so an opener that is never closed costs one paragraph at most. */
const blankLine = /\n[ \t]*\n/;

const closers = { $$: '$$', '\\[': '\\]', '\\(': '\\)', $: '$' } as const;

/** `$5 or 10$` and `$3 million to US$` are sums of money although the dollars would pair. */
const money = /^\d[\d.,]*(?:[kKmMbB]|\s+\p{L}{2,}|\s*(?:and|or|to|–|-|\/)\s)/u;

function token(raw: string, tex: string, display: boolean): MathsToken | undefined {
	if (tex.trim() === '' || tex.length > maxSource || blankLine.test(tex)) return undefined;
	return { type: 'maths', raw, tex: tex.trim(), display };
}

/** Index of `closer` in `source` from `from` on, skipping characters escaped by a backslash. */
function findCloser(source: string, closer: string, from: number): number {
	const end = Math.min(source.length, from + maxSource + closer.length);
	for (let index = from; index < end; index++) {
		if (source.startsWith(closer, index)) return index;
		if (source[index] === '\\') index++;
		else if (source[index] === '\n' && /^\n[ \t]*\n/.test(source.slice(index, index + 80)))
			return -1;
	}
	return -1;
}

function inlineDollar(source: string, previous: string): MathsToken | undefined {
	const first = source[1];
	if (first === undefined || /\s/.test(first) || /[\p{L}\p{N}]/u.test(previous)) return undefined;
	const end = findCloser(source, '$', 1);
	if (end < 2) return undefined;
	const tex = source.slice(1, end);
	const after = source[end + 1] ?? '';
	if (/\s$/.test(tex) || /\d/.test(after) || money.test(tex)) return undefined;
	return token(source.slice(0, end + 1), tex, false);
}

/**
 * The formula that starts at the first character of `source`, if one does.
 * @param previous the character before, which decides whether a lone `$` is money
 */
export function readFormula(source: string, previous = ''): MathsToken | undefined {
	const opener = (['$$', '\\[', '\\(', '$'] as const).find((mark) => source.startsWith(mark));
	if (opener === undefined) return undefined;
	if (opener === '$') return inlineDollar(source, previous);
	const closer = closers[opener];
	const end = findCloser(source, closer, opener.length);
	if (end < 0) return undefined;
	return token(
		source.slice(0, end + closer.length),
		source.slice(opener.length, end),
		opener !== '\\('
	);
}

/** Formulas standing on lines of their own; their lines are never read as lists or headings. */
export const mathsBlock: TokenizerExtension = {
	name: 'mathsBlock',
	level: 'block',
	start(source) {
		const match = /\n {0,3}(?:\$\$|\\\[)/.exec(source);
		return match?.index;
	},
	tokenizer(source) {
		const indent = /^ {0,3}(?=\$\$|\\\[)/.exec(source)?.[0];
		if (indent === undefined) return undefined;
		const formula = readFormula(source.slice(indent.length));
		if (formula === undefined) return undefined;
		const rest = /^[ \t]*(?:\n|$)/.exec(source.slice(indent.length + formula.raw.length));
		if (rest === null) return undefined;
		return { ...formula, raw: indent + formula.raw + rest[0] };
	}
};

/** Formulas inside a line. */
export const mathsInline: TokenizerExtension = {
	name: 'mathsInline',
	level: 'inline',
	start(source) {
		const index = source.search(/\$|\\[([]/);
		return index < 0 ? undefined : index;
	},
	tokenizer(source, tokens) {
		const first = source[0];
		if (first !== '$' && first !== '\\') return undefined;
		return readFormula(source, tokens.at(-1)?.raw.at(-1) ?? '');
	}
};
