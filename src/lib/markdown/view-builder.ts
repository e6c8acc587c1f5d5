/** Tokens in, views out: the blocks of an answer. */
import { decodeEntities } from './entities.ts';
import { inlineViews, maxDepth } from './inline-views.ts';
import type { ParsedToken } from './lexer.ts';
import { codeView, element, formulaView, joinText, textView, viewToText } from './view.ts';
import type { Attribute, ElementView, View } from './view.ts';
import { words } from './words.ts';

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

const numeric =
	/^[≈~<>≤≥±+−–-]?\s?[$€£¥฿]?\d[\d.,\s]*(?:[–-]\s?[\d.,]+)?\s?(?:%|‰|[×x]|[a-zA-Zµ]{1,3})?$/u;

/** Builds the blocks of one segment, and knows where the next one goes on. */
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
				return [this.#heading(token.depth, inlineViews(token.tokens as ParsedToken[], depth + 1))];
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
						: inlineViews(token.tokens as ParsedToken[], depth)
				);
			case 'space':
			case 'def':
				return [];
			default:
				return inlineViews([token], depth);
		}
	}

	/** A paragraph that starts with a tag is HTML shown as text, whose lines mean something. */
	#paragraph(tokens: readonly ParsedToken[], depth: number): View {
		const children = inlineViews(tokens, depth + 1);
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
			row.map((cell) => inlineViews(cell.tokens as ParsedToken[], depth + 4))
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
				element('th', inlineViews(cell.tokens as ParsedToken[], depth + 4), {
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
}

const taskMark = (done: boolean): View =>
	element('span', [], {
		class: done ? 'task-mark done' : 'task-mark',
		role: 'img',
		'aria-label': done ? words.taskDone : words.taskOpen
	});

const isOpenFence = (token: Extract<ParsedToken, { type: 'code' }>): boolean =>
	token.codeBlockStyle !== 'indented' && !/\n {0,3}(?:`{3,}|~{3,}) *\n*$/.test(token.raw);
