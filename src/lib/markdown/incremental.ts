/**
 * Keeps a host element equal to a growing Markdown text, with at most one update per frame.
 *
 * Settled blocks are mounted once and not looked at again. The tail is patched: text that grows
 * is appended to the text node that is there. Most updates of an answer are a few plain words,
 * which cannot change the structure: these go into the last text node without parsing anything;
 * the next update with markup, or the end of the text, parses the tail and puts all right.
 */
import { MarkdownDocument } from './blocks.ts';
import { eachCode, grow, patchAll, unmount, type Mounted } from './dom.ts';

/** Characters parsed at a time, and ms spent per frame, when much text comes at once. */
const sliceLength = 16_000;
const budget = 8;

/** Updates that cost more than this many ms are spread out, to leave most of the time to others. */
const cheapUpdate = 4;
const frame = 16;

/** Words that mean nothing to Markdown behind other such words. */
const plainAddition = /^[\p{L}\p{M}\p{N} ,.?'’–—]+$/u;
const plainLine = /\p{L}\p{M}* .*?(?:^|\s)[\p{L}\p{M}\p{N},'’]*$/u;

export class MarkdownRenderer {
	readonly #host: HTMLElement;
	#document = new MarkdownDocument();
	#blocks: Mounted[][] = [];
	/** What is wanted, and how much of it the document has. */
	#text = '';
	#taken = 0;
	#streaming = false;
	/** Blocks below this index are settled on the screen. */
	#shown = 0;
	#stale = false;
	#frame = 0;
	#timer = 0;
	#lastStart = -Infinity;
	#notBefore = 0;
	#caret: Element | undefined;

	constructor(host: HTMLElement) {
		this.#host = host;
	}

	/** Sets the whole text so far. While `streaming`, more is expected to follow at its end. */
	update(text: string, streaming: boolean): void {
		if (!text.startsWith(this.#text)) this.#reset();
		this.#text = text;
		this.#streaming = streaming;
		this.#schedule();
	}

	/** Stops all work; the nodes stay. */
	destroy(): void {
		cancelAnimationFrame(this.#frame);
		clearTimeout(this.#timer);
		this.#frame = this.#timer = 0;
		for (const mounted of this.#blocks)
			eachCode(mounted, (code) => {
				code.destroy();
			});
	}

	#reset(): void {
		for (const mounted of this.#blocks) for (const view of mounted) unmount(view);
		this.#blocks = [];
		this.#document = new MarkdownDocument();
		this.#taken = this.#shown = 0;
		this.#stale = false;
	}

	/** Renders at once when nothing was rendered in this frame yet, else in the next one. */
	#schedule(): void {
		if (this.#frame !== 0 || this.#timer !== 0) return;
		const now = performance.now();
		if (now - this.#lastStart >= frame && now >= this.#notBefore) this.#render();
		else this.#later(now);
	}

	#later(now: number): void {
		const onFrame = (): void => {
			this.#frame = requestAnimationFrame(() => {
				this.#frame = 0;
				this.#render();
			});
		};
		const wait = this.#notBefore - now;
		if (wait <= frame) onFrame();
		else {
			this.#timer = window.setTimeout(() => {
				this.#timer = 0;
				onFrame();
			}, wait - frame);
		}
	}

	#render(): void {
		const start = performance.now();
		this.#lastStart = start;
		if (this.#taken < this.#text.length && !this.#addPlainWords()) {
			do {
				const end = Math.min(this.#text.length, this.#taken + sliceLength);
				this.#document.append(this.#text.slice(this.#taken, end));
				this.#taken = end;
				this.#show();
			} while (this.#taken < this.#text.length && performance.now() - start < budget);
		} else if (this.#stale && !this.#streaming) this.#show();
		const isComplete = this.#taken === this.#text.length;
		if (isComplete && !this.#streaming) this.#finish();
		this.#placeCaret();
		const cost = performance.now() - start;
		this.#notBefore = cost > cheapUpdate ? start + cost * 4 : 0;
		if (!isComplete) this.#later(performance.now());
	}

	/** The cheap way; false when the addition has to be parsed. */
	#addPlainWords(): boolean {
		const addition = this.#text.slice(this.#taken);
		if (!this.#streaming || addition.length > 200 || !plainAddition.test(addition)) return false;
		const recent = this.#text.slice(Math.max(0, this.#taken - 200), this.#taken);
		const line = recent.slice(recent.lastIndexOf('\n') + 1);
		if (!plainLine.test(line) || /www$/i.test(line)) return false;
		const leaf = this.#lastText();
		if (leaf?.view.type !== 'text' || !leaf.view.text.endsWith(line.slice(-16))) return false;
		const length = this.#document.length;
		this.#document.append(addition);
		this.#taken = this.#text.length;
		this.#stale = true;
		if (this.#document.length !== length) this.#show();
		else grow(leaf, addition);
		return true;
	}

	/** The text at the very end of what is shown, unless it is part of a link, code or the like. */
	#lastText(): Mounted | undefined {
		let mounted = this.#blocks.at(-1)?.at(-1);
		while (mounted?.view.type === 'element') {
			if (mounted.view.tag === 'a' || mounted.view.tag === 'code') return undefined;
			mounted = mounted.children.at(-1);
		}
		return mounted;
	}

	#show(): void {
		this.#stale = false;
		const { from, revised } = this.#document.readTail();
		for (const index of revised) this.#showBlock(index);
		for (let index = Math.min(from, this.#shown); index < this.#document.length; index++)
			this.#showBlock(index);
		for (const surplus of this.#blocks.splice(this.#document.length))
			for (const view of surplus) unmount(view);
		this.#shown = Math.max(0, this.#document.length - 1);
	}

	#showBlock(index: number): void {
		const block = this.#document.block(index);
		if (block === undefined) return;
		const mounted = (this.#blocks[index] ??= []);
		const next = this.#blocks.slice(index + 1).find((row) => row.length > 0)?.[0]?.nodes[0] ?? null;
		patchAll(mounted, block.views, { watched: this.#streaming }, (nodes) => {
			for (const node of nodes) this.#host.insertBefore(node, next);
		});
		const [first] = mounted[0]?.nodes ?? [];
		if (block.continued && first instanceof Element) first.classList.add('continued');
	}

	#finish(): void {
		const last = this.#blocks.at(-1);
		if (last !== undefined)
			eachCode(last, (code) => {
				code.finish();
			});
	}

	/** The caret stands behind the last glyph: the element that holds it is marked. */
	#placeCaret(): void {
		let holder: Element | undefined;
		if (this.#streaming) {
			let mounted = this.#blocks.at(-1)?.at(-1);
			holder = this.#host;
			while (mounted !== undefined && mounted.view.type !== 'text') {
				const [node] = mounted.nodes;
				if (mounted.code !== undefined) holder = mounted.code.element;
				else if (
					mounted.view.type === 'element' &&
					!inlineTags.has(mounted.view.tag) &&
					node instanceof Element
				)
					holder = node;
				mounted = mounted.children.at(-1);
			}
		}
		if (holder === this.#caret) return;
		this.#caret?.classList.remove('caret');
		holder?.classList.add('caret');
		this.#caret = holder;
	}
}

const inlineTags: ReadonlySet<string> = new Set([
	'a',
	'b',
	'br',
	'cite',
	'code',
	'del',
	'em',
	'hr',
	'i',
	'ins',
	'kbd',
	'mark',
	'q',
	's',
	'samp',
	'small',
	'span',
	'strong',
	'sub',
	'sup',
	'table',
	'tbody',
	'thead',
	'tr',
	'u',
	'var'
]);
