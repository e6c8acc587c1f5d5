/**
 * An answer as a list of blocks that grows at its end.
 *
 * Invariants: a settled block is never parsed again, unless a link reference that it uses is
 * defined later; at any moment the blocks equal those of a document that got the same text at once.
 */
import { foldLabel, lexBlocks, type LexedBlocks, type LinkTarget } from './lexer.ts';
import { Segmenter, type Segment } from './segmenter.ts';
import { ViewBuilder, type Place } from './view-builder.ts';
import { codeView, type View } from './view.ts';

export interface Block {
	/** Stands for the same block in every update; a settled block keeps the id it had as the tail. */
	readonly id: number;
	/** Replaced, never changed: another array means another look. */
	readonly views: readonly View[];
	readonly continued: boolean;
}

interface Settled {
	block: Block;
	readonly segment: Segment;
	readonly place: Place;
}

/** What one update changed: blocks from index `from` on, and single blocks before it. */
export interface Change {
	readonly from: number;
	readonly revised: readonly number[];
}

const labelPattern = /\[((?:\\.|[^[\]\\])+)\]/g;

function labelsIn(text: string): Set<string> {
	if (!text.includes('[')) return new Set();
	return new Set(Array.from(text.matchAll(labelPattern), ([, label = '']) => foldLabel(label)));
}

/** Info string, code and state of a fence segment. */
function readFence(text: string): { info: string; code: string; open: boolean } {
	const firstEnd = text.indexOf('\n');
	const first = firstEnd < 0 ? text : text.slice(0, firstEnd);
	const [, indent = '', mark = ''] = /^( *)(`+|~+)/.exec(first) ?? [];
	const info = first
		.slice(indent.length + mark.length)
		.trim()
		.replace(/\\([!-/:-@[-`{-~])/g, '$1');
	let code = firstEnd < 0 ? '' : text.slice(firstEnd + 1);
	const lastStart = code.replace(/\n$/, '').lastIndexOf('\n') + 1;
	const closing = /^ {0,3}(`{3,}|~{3,}) *\n?$/.exec(code.slice(lastStart))?.[1];
	const open =
		closing === undefined || closing.charAt(0) !== mark.charAt(0) || closing.length < mark.length;
	if (!open) code = code.slice(0, lastStart);
	if (indent !== '') code = code.replace(new RegExp(`^ {1,${indent.length}}`, 'gm'), '');
	return { info, code: code.replace(/\n$/, ''), open };
}

export class MarkdownDocument {
	#segmenter = new Segmenter();
	#settled: Settled[] = [];
	#nextId = 0;
	#tailId = 0;
	#place: Place = { outline: [], ordinal: undefined, continued: false, repeatsTableHead: false };
	/** Link references: of settled blocks, of the tail, and who may use which. */
	#links = new Map<string, LinkTarget>();
	#tailLinks: ReadonlyMap<string, LinkTarget> = new Map();
	#users = new Map<string, Set<number>>();
	#tail: Block | undefined;
	#changedFrom = 0;
	#revised = new Set<number>();

	constructor() {
		this.#nextId = 1;
	}

	/** All blocks, the tail last. */
	get blocks(): readonly Block[] {
		const settled = this.#settled.map(({ block }) => block);
		return this.#tail === undefined ? settled : [...settled, this.#tail];
	}

	/** Source of the part that may still change. */
	get tailText(): string {
		return this.#segmenter.tail.text;
	}

	block(index: number): Block | undefined {
		return this.#settled[index]?.block ?? (index === this.#settled.length ? this.#tail : undefined);
	}

	get length(): number {
		return this.#settled.length + (this.#tail === undefined ? 0 : 1);
	}

	/** Adds text and parses what it completes. The tail is parsed by `readTail`. */
	append(delta: string): void {
		this.#changedFrom = Math.min(this.#changedFrom, this.#settled.length);
		for (const segment of this.#segmenter.push(delta)) this.#settle(segment);
	}

	/** Parses the tail and says what has changed since the last call. */
	readTail(): Change {
		const segment = this.#segmenter.tail;
		const isEmpty = segment.text.trim() === '';
		const lexed = isEmpty ? undefined : this.#lex(segment);
		const before = this.#tailLinks;
		this.#tailLinks = lexed?.definitions ?? new Map();
		for (const label of new Set([...before.keys(), ...this.#tailLinks.keys()])) {
			const isSame =
				before.get(label)?.href === this.#tailLinks.get(label)?.href &&
				before.get(label)?.title === this.#tailLinks.get(label)?.title;
			if (!isSame && !this.#links.has(label)) this.#revise(label);
		}
		this.#tail = isEmpty ? undefined : this.#block(segment, lexed, this.#placeOf(segment)).block;
		this.#rebuildRevised();
		const change = {
			from: this.#changedFrom,
			revised: [...this.#revised].filter((index) => index < this.#changedFrom)
		};
		this.#changedFrom = this.#settled.length;
		this.#revised.clear();
		return change;
	}

	#placeOf(segment: Segment): Place {
		return {
			...this.#place,
			continued: segment.continued,
			repeatsTableHead: segment.tableHead !== ''
		};
	}

	#settle(segment: Segment): void {
		const index = this.#settled.length;
		const lexed = this.#lex(segment);
		for (const label of this.#tailLinks.keys()) if (!this.#links.has(label)) this.#revise(label);
		this.#tailLinks = new Map();
		for (const [label, link] of lexed?.definitions ?? []) {
			if (this.#links.has(label)) continue;
			this.#links.set(label, link);
			this.#revise(label);
		}
		const place = this.#placeOf(segment);
		const { block, next } = this.#block(segment, lexed, place);
		this.#settled.push({ block, segment, place });
		this.#place = next;
		this.#tailId = this.#nextId++;
		if (segment.kind === 'flow') {
			for (const label of labelsIn(segment.text)) {
				const users = this.#users.get(label) ?? new Set();
				this.#users.set(label, users.add(index));
			}
		}
	}

	#revise(label: string): void {
		for (const index of this.#users.get(label) ?? []) this.#revised.add(index);
	}

	#rebuildRevised(): void {
		for (const index of this.#revised) {
			const settled = this.#settled[index];
			if (settled === undefined) continue;
			const { block } = this.#block(settled.segment, this.#lex(settled.segment), settled.place);
			settled.block = { ...block, id: settled.block.id };
		}
	}

	#lex(segment: Segment): LexedBlocks | undefined {
		if (segment.kind === 'fence') return undefined;
		try {
			return lexBlocks(segment.tableHead + segment.text);
		} catch {
			return undefined;
		}
	}

	#block(
		segment: Segment,
		lexed: LexedBlocks | undefined,
		place: Place
	): { block: Block; next: Place } {
		const builder = new ViewBuilder(place);
		const views = this.#views(segment, lexed, builder);
		const next = {
			outline: builder.outline,
			ordinal: builder.ordinal,
			continued: false,
			repeatsTableHead: false
		};
		return { block: { id: this.#tailId, views, continued: segment.continued }, next };
	}

	#views(segment: Segment, lexed: LexedBlocks | undefined, builder: ViewBuilder): readonly View[] {
		if (segment.kind === 'fence') {
			const { info, code, open } = readFence(segment.text);
			return [codeView(info, code, open)];
		}
		// nested deeper than the parser can follow: shown as it was written
		const asSource: View = {
			type: 'element',
			tag: 'p',
			attributes: { class: 'source' },
			children: [{ type: 'text', text: segment.text.trim() }]
		};
		if (lexed === undefined) return [asSource];
		try {
			lexed.resolve(new Map([...this.#tailLinks, ...this.#links]));
			return builder.build(lexed.tokens);
		} catch {
			return [asSource];
		}
	}
}

/** The blocks of a whole text. */
export function parseMarkdown(text: string): readonly Block[] {
	const document = new MarkdownDocument();
	document.append(text);
	document.readTail();
	return document.blocks;
}
