/**
 * What is shown, as plain values: tokens in, a closed set of nodes out. There is no HTML string on
 * the way, so nothing in an answer can become an element or an attribute that is not named here.
 */
import { imageSource, safeLink, type ImageSource } from './addresses.ts';
import { decodeEntities } from './entities.ts';
import type { ParsedToken } from './lexer.ts';
import { words } from './words.ts';

export type Tag =
	| 'a'
	| 'b'
	| 'blockquote'
	| 'br'
	| 'cite'
	| 'code'
	| 'del'
	| 'em'
	| 'h2'
	| 'h3'
	| 'h4'
	| 'h5'
	| 'h6'
	| 'hr'
	| 'i'
	| 'ins'
	| 'kbd'
	| 'li'
	| 'mark'
	| 'ol'
	| 'p'
	| 'q'
	| 's'
	| 'samp'
	| 'small'
	| 'span'
	| 'strong'
	| 'sub'
	| 'sup'
	| 'table'
	| 'tbody'
	| 'td'
	| 'th'
	| 'thead'
	| 'tr'
	| 'u'
	| 'ul'
	| 'var';

export type Attribute = 'aria-label' | 'class' | 'href' | 'role' | 'scope' | 'start' | 'title';

export type View =
	| { readonly type: 'text'; readonly text: string }
	| ElementView
	| { readonly type: 'table'; readonly table: ElementView }
	| {
			readonly type: 'code';
			readonly language: string;
			readonly text: string;
			readonly open: boolean;
	  }
	| {
			readonly type: 'formula';
			readonly source: string;
			readonly tex: string;
			readonly display: boolean;
	  }
	| {
			readonly type: 'image';
			readonly alt: string;
			readonly source: ImageSource;
			readonly inLink: boolean;
	  };

export interface ElementView {
	readonly type: 'element';
	readonly tag: Tag;
	readonly attributes: Readonly<Partial<Record<Attribute, string>>>;
	readonly children: readonly View[];
}

/** What a block needs to know of the blocks before it. */
export interface Place {
	/** Depths of the headings that this block stands under. */
	readonly outline: readonly number[];
	/** Number of the next item, when the block goes on a numbered list. */
	readonly ordinal: number | undefined;
	readonly continued: boolean;
	/** The first row is a head repeated from the block before. */
	readonly repeatsTableHead: boolean;
}

/** Elements nested deeper than this are shown as their source: no real answer needs it. */
const maxDepth = 40;

/** Tokens between an inline tag and its end. */
const maxTagDistance = 200;

const inlineTags: ReadonlySet<string> = new Set<Tag>([
	'b',
	'cite',
	'code',
	'del',
	'em',
	'i',
	'ins',
	'kbd',
	'mark',
	'q',
	's',
	'samp',
	'small',
	'strong',
	'sub',
	'sup',
	'u',
	'var'
]);

const isInlineTag = (name: string): name is Tag => inlineTags.has(name);

const textView = (text: string): View => ({ type: 'text', text });

const element = (
	tag: Tag,
	children: readonly View[],
	attributes: ElementView['attributes'] = {}
): ElementView => ({
	type: 'element',
	tag,
	attributes,
	children
});

/** Text nodes side by side become one, so that equal text gives equal views. */
function joinText(views: readonly View[]): View[] {
	const joined: View[] = [];
	for (const view of views) {
		const last = joined.at(-1);
		if (view.type === 'text' && last?.type === 'text')
			joined[joined.length - 1] = textView(last.text + view.text);
		else if (view.type !== 'text' || view.text !== '') joined.push(view);
	}
	return joined;
}

/** The words of a view, without its markup. */
export function viewToText(views: readonly View[]): string {
	return views
		.map((view) => {
			switch (view.type) {
				case 'text':
				case 'code':
					return view.text;
				case 'formula':
					return view.source;
				case 'image':
					return view.alt;
				case 'table':
					return viewToText([view.table]);
				case 'element':
					return view.tag === 'br' ? '\n' : viewToText(view.children);
			}
		})
		.join('');
}

const numeric =
	/^[≈~<>≤≥±+−–-]?\s?[$€£¥฿]?\d[\d.,\s]*(?:[–-]\s?[\d.,]+)?\s?(?:%|‰|[×x]|[a-zA-Zµ]{1,3})?$/u;

export class ViewBuilder {
	readonly #outline: number[];
	#ordinal: number | undefined;
	#place: Place;

	constructor(place: Place) {
		this.#place = place;
		this.#outline = [...place.outline];
		this.#ordinal = undefined;
	}

	/** The place of a block that follows what was built. */
	get outline(): readonly number[] {
		return this.#outline;
	}

	get ordinal(): number | undefined {
		return this.#ordinal;
	}

	/** Views of the top-level tokens of one segment. */
	build(tokens: readonly ParsedToken[]): View[] {
		const shown = tokens.filter(({ type }) => type !== 'space' && type !== 'def');
		return shown.flatMap((token, index) => {
			const isFirst = index === 0;
			const start = isFirst && this.#place.continued ? this.#place.ordinal : undefined;
			this.#ordinal = undefined;
			if (token.type === 'list' && token.ordered) {
				const first = start ?? Number(token.start);
				this.#ordinal = first + token.items.length;
			}
			return this.#block(token, 0, { isFirst, start });
		});
	}

	#blocks(tokens: readonly ParsedToken[], depth: number): View[] {
		return tokens.flatMap((token) =>
			this.#block(token, depth, { isFirst: false, start: undefined })
		);
	}

	#block(
		token: ParsedToken,
		depth: number,
		{ isFirst, start }: { isFirst: boolean; start: number | undefined }
	): View[] {
		if (depth > maxDepth) return [textView(token.raw)];
		switch (token.type) {
			case 'paragraph':
				return [this.#paragraph(token.tokens as ParsedToken[], depth)];
			case 'heading':
				return [this.#heading(token.depth, this.#inline(token.tokens as ParsedToken[], depth + 1))];
			case 'list':
				return [this.#list(token, depth, start)];
			case 'blockquote':
				return [element('blockquote', this.#blocks(token.tokens as ParsedToken[], depth + 1))];
			case 'code':
				return [codeView(token.lang ?? '', token.text.replace(/\n$/, ''), isOpenFence(token))];
			case 'table':
				return [this.#table(token, depth, isFirst && this.#place.repeatsTableHead)];
			case 'hr':
				return [element('hr', [])];
			case 'maths':
				return [formulaView(token.raw, token.tex, true)];
			case 'text':
				return joinText(
					token.tokens === undefined
						? [textView(decodeEntities(token.text))]
						: this.#inline(token.tokens as ParsedToken[], depth)
				);
			case 'space':
			case 'def':
				return [];
			default:
				return this.#inline([token], depth);
		}
	}

	/** A paragraph that starts with a tag is HTML shown as text, whose lines mean something. */
	#paragraph(tokens: readonly ParsedToken[], depth: number): View {
		const children = this.#inline(tokens, depth + 1);
		const isSource = tokens[0]?.type === 'html' && children[0]?.type === 'text';
		return element('p', children, isSource ? { class: 'source' } : {});
	}

	/** Levels are counted from h2 on and never skip one, whatever depths the answer uses. */
	#heading(depth: number, children: readonly View[]): View {
		while ((this.#outline.at(-1) ?? 0) >= depth) this.#outline.pop();
		this.#outline.push(depth);
		const tag =
			(['h2', 'h3', 'h4', 'h5', 'h6'] as const)[Math.min(this.#outline.length, 5) - 1] ?? 'h6';
		return element(tag, children, { class: `depth-${Math.min(depth, 4)}` });
	}

	#list(
		token: Extract<ParsedToken, { type: 'list' }>,
		depth: number,
		start: number | undefined
	): View {
		const items = token.items.map((item) => {
			const children: View[] = [];
			for (const child of item.tokens as ParsedToken[]) {
				if (child.type === 'checkbox') continue;
				if (child.type === 'text' && children.at(-1)?.type === 'text')
					children.push(textView('\n'));
				children.push(...this.#block(child, depth + 1, { isFirst: false, start: undefined }));
			}
			if (!item.task) return element('li', joinText(children));
			return element('li', [taskMark(item.checked === true), ...joinText(children)], {
				class: 'task'
			});
		});
		const first = start ?? Number(token.start);
		const attributes: Partial<Record<Attribute, string>> = {};
		if (token.ordered && first !== 1) attributes.start = String(first);
		if (token.loose) attributes.class = 'loose';
		return element(token.ordered ? 'ol' : 'ul', items, attributes);
	}

	#table(
		token: Extract<ParsedToken, { type: 'table' }>,
		depth: number,
		repeatsHead: boolean
	): View {
		const rows = token.rows.map((row) =>
			row.map((cell) => this.#inline(cell.tokens as ParsedToken[], depth + 4))
		);
		const classes = token.align.map((align, column) => {
			if (align !== null) return align === 'left' ? undefined : align;
			const cells = rows
				.map((row) => viewToText(row[column] ?? []).trim())
				.filter((text) => text !== '');
			return cells.length > 0 && cells.every((text) => numeric.test(text)) ? 'right' : undefined;
		});
		const at = (column: number): ElementView['attributes'] => {
			const name = classes[column];
			return name === undefined ? {} : { class: name };
		};
		const head = element(
			'tr',
			token.header.map((cell, column) =>
				element('th', this.#inline(cell.tokens as ParsedToken[], depth + 4), {
					scope: 'col',
					...at(column)
				})
			)
		);
		const body = rows.map((row) =>
			element(
				'tr',
				row.map((cell, column) => element('td', cell, at(column)))
			)
		);
		const parts = [element('thead', [head], repeatsHead ? { class: 'repeated' } : {})];
		if (body.length > 0) parts.push(element('tbody', body));
		return { type: 'table', table: element('table', parts) };
	}

	#inline(tokens: readonly ParsedToken[], depth: number, inLink = false): View[] {
		if (depth > maxDepth) return [textView(tokens.map(({ raw }) => raw).join(''))];
		const views: View[] = [];
		for (let index = 0; index < tokens.length; index++) {
			const token = tokens[index];
			if (token === undefined) break;
			const end = token.type === 'html' ? closingTag(tokens, index) : undefined;
			if (end !== undefined) {
				views.push(
					element(end.tag, this.#inline(tokens.slice(index + 1, end.index), depth + 1, inLink))
				);
				index = end.index;
			} else views.push(...this.#inlineToken(token, depth, inLink));
		}
		return joinText(views);
	}

	#inlineToken(token: ParsedToken, depth: number, inLink: boolean): View[] {
		switch (token.type) {
			case 'strong':
			case 'em':
			case 'del':
				return [
					element(token.type, this.#inline(token.tokens as ParsedToken[], depth + 1, inLink))
				];
			case 'codespan':
				return [element('code', [textView(token.text)])];
			case 'br':
				return [element('br', [])];
			case 'html':
				return /^<br\s*\/?>$/i.test(token.raw) ? [element('br', [])] : [textView(token.raw)];
			case 'link':
				return this.#link(token, depth, inLink);
			case 'image':
				return [imageView(token.href, token.text, inLink)];
			case 'maths':
				return [formulaView(token.raw, token.tex, token.display)];
			case 'escape':
				return [textView(token.text)];
			case 'text':
				return token.tokens === undefined
					? [textView(decodeEntities(token.text))]
					: this.#inline(token.tokens as ParsedToken[], depth, inLink);
			default:
				return [textView(token.raw)];
		}
	}

	#link(token: Extract<ParsedToken, { type: 'link' }>, depth: number, inLink: boolean): View[] {
		const isLiteral = token.autolink === true;
		const address = safeLink(isLiteral ? token.href : decodeEntities(token.href));
		if (isLiteral && address === undefined) return [textView(token.raw)];
		const children = isLiteral
			? [textView(token.text)]
			: this.#inline(token.tokens as ParsedToken[], depth + 1, inLink || address !== undefined);
		if (inLink || address === undefined) return children;
		const title = decodeEntities(token.title ?? '');
		return [element('a', children, title === '' ? { href: address } : { href: address, title })];
	}
}

/** The end of an attribute-free inline tag that is opened at `index`, if it is allowed and closed. */
function closingTag(
	tokens: readonly ParsedToken[],
	index: number
): { tag: Tag; index: number } | undefined {
	const name = /^<([a-z]+)>$/i.exec(tokens[index]?.raw ?? '')?.[1]?.toLowerCase() ?? '';
	if (!isInlineTag(name)) return undefined;
	let open = 0;
	const end = Math.min(tokens.length, index + maxTagDistance);
	for (let at = index; at < end; at++) {
		const token = tokens[at];
		if (token?.type !== 'html') continue;
		const raw = token.raw.toLowerCase();
		if (raw === `<${name}>`) open++;
		else if (raw === `</${name}>` && --open === 0) return { tag: name, index: at };
	}
	return undefined;
}

const taskMark = (done: boolean): View =>
	element('span', [], {
		class: done ? 'task-mark done' : 'task-mark',
		role: 'img',
		'aria-label': done ? words.taskDone : words.taskOpen
	});

const formulaView = (source: string, tex: string, display: boolean): View => ({
	type: 'formula',
	source: source.trim(),
	tex,
	display
});

function imageView(address: string, text: string, inLink: boolean): View {
	const alt = decodeEntities(text);
	const source = imageSource(decodeEntities(address));
	return source === undefined
		? textView(alt === '' ? address : alt)
		: { type: 'image', alt, source, inLink };
}

const isOpenFence = (token: Extract<ParsedToken, { type: 'code' }>): boolean =>
	token.codeBlockStyle !== 'indented' && !/\n {0,3}(?:`{3,}|~{3,}) *\n*$/.test(token.raw);

/** A code block; `info` is what stands behind the opening fence. */
export function codeView(info: string, text: string, open: boolean): View {
	const language = /^[^\s{:,]+/.exec(decodeEntities(info.trim()))?.[0] ?? '';
	return { type: 'code', language: language.toLowerCase(), text, open };
}
