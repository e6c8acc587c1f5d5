/**
 * The one owner of marked. Blocks are lexed first and their inline text later, because a link
 * reference may be defined by a later block: see `blocks.ts`.
 *
 * HTML is not markup here. A model's answer is untrusted text, and a tag in it is nearly always
 * talked about, not meant; so tags stay visible as text, apart from the few attribute-free inline
 * ones that `inline-views.ts` knows. Blocks of HTML are therefore ordinary paragraphs, which also
 * means that Markdown between `<details>` and `</details>` works, and that no block can swallow the
 * rest of an answer.
 */
import { Lexer, Marked, type MarkedToken, type Token } from 'marked';
import { mathsBlock, mathsInline, type MathsToken } from './maths-syntax.ts';

export type ParsedToken = MarkedToken | MathsToken;

export interface LinkTarget {
	readonly href: string;
	readonly title: string;
}

/** Blocks whose inline text is not read yet, with the link references that they define. */
export interface LexedBlocks {
	readonly tokens: readonly ParsedToken[];
	readonly definitions: ReadonlyMap<string, LinkTarget>;
	/** Reads the inline text, once. */
	resolve(links: ReadonlyMap<string, LinkTarget>): void;
}

const marked = new Marked({
	gfm: true,
	silent: true,
	extensions: [mathsBlock, mathsInline],
	tokenizer: {
		html: () => undefined,
		tag(source) {
			const raw = this.rules.inline.tag.exec(source)?.[0];
			if (raw === undefined) return undefined;
			return { type: 'html', raw, text: raw, block: false, inLink: false, inRawBlock: false };
		}
	}
});

/** How marked folds a link label: case and runs of white space do not matter. */
export function foldLabel(label: string): string {
	return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase().toLowerCase();
}

/** Reads the block structure of `text`, in which line ends are `\n`. */
export function lexBlocks(text: string): LexedBlocks {
	const lexer = new Lexer(marked.defaults);
	lexer.blockTokens(text, lexer.tokens);
	const definitions = new Map<string, LinkTarget>();
	for (const [label, link] of Object.entries(lexer.tokens.links)) {
		definitions.set(label, { href: link.href, title: link.title ?? '' });
	}
	return {
		tokens: lexer.tokens as readonly Token[] as readonly ParsedToken[],
		definitions,
		resolve(links) {
			const table = lexer.tokens.links;
			for (const label of Object.keys(table)) Reflect.deleteProperty(table, label);
			for (const [label, link] of links) table[label] = link;
			for (const entry of lexer.inlineQueue) lexer.inlineTokens(entry.src, entry.tokens);
			lexer.inlineQueue = [];
		}
	};
}
