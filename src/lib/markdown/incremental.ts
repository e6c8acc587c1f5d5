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

/**
 * Blocks per section. Full sections that have been laid out once are left alone by the browser
 * while they are out of sight, so that a long text costs no more per update than a short one.
 */
const sectionLength = 64;

/** Characters parsed at a time, and ms spent per frame, when much text comes at once. */
const sliceLength = 4_000;
const budget = 8;

/**
 * Ms between two updates of a text that streams in: every second frame. Nobody can see more, and
 * it halves what an answer costs. The first text after a pause and the last are shown at once.
 */
const pace = 24;

/** Ms without new text after which the caret pulses. A pulse costs style work in every frame, so not before. */
const patience = 600;

/** Updates that cost more ms than this are spread out, to leave most of the time to others. */
const cheapUpdate = 8;
const frame = 16;

/** Words that mean nothing to Markdown behind other such words. */
const plainAddition = /^[\p{L}\p{M}\p{N} ,.?'’–—]+$/u;
const plainLine = /\p{L}\p{M}* .*?(?:^|\s)[\p{L}\p{M}\p{N},'’]*$/u;

export class MarkdownRenderer {
	readonly #host: HTMLElement;
	#document = new MarkdownDocument();
	#blocks: Mounted[][] = [];
	#sections: HTMLElement[] = [];
	#resting = 0;
	/** What is wanted, and how much of it the document has. */
	#text = '';
	#taken = 0;
	#streaming = false;
	/** Blocks below this index are settled on the screen. */
	#shown = 0;
	#stale = false;
	#frame = 0;
	#timer = 0;
	#notBefore = 0;
	#caret: Element | undefined;
	#waiting = 0;
	#lastStart = 0;

	constructor(host: HTMLElement) {
		this.#host = host;
	}

	/** Sets the whole text so far. While `streaming`, more is expected to follow at its end. */
	update(text: string, streaming: boolean): void {
		if (!text.startsWith(this.#text)) this.#reset();
		this.#text = text;
		if (this.#streaming && !streaming) this.#stop();
		this.#streaming = streaming;
		this.#schedule();
	}

	/** Stops all work; the nodes stay. */
	destroy(): void {
		this.#stop();
		clearTimeout(this.#waiting);
		for (const mounted of this.#blocks)
			eachCode(mounted, (code) => {
				code.destroy();
			});
	}

	/** Forgets the planned update: the next one comes at once. */
	#stop(): void {
		cancelAnimationFrame(this.#frame);
		clearTimeout(this.#timer);
		this.#frame = this.#timer = 0;
		this.#notBefore = 0;
	}

	#reset(): void {
		for (const mounted of this.#blocks) for (const view of mounted) unmount(view);
		for (const section of this.#sections) section.remove();
		this.#blocks = [];
		this.#sections = [];
		this.#document = new MarkdownDocument();
		this.#taken = this.#shown = this.#resting = 0;
		this.#stale = false;
	}

	/** Renders at once after a pause, else in the first frame that is due. */
	#schedule(): void {
		if (this.#frame !== 0 || this.#timer !== 0) return;
		if (performance.now() >= this.#notBefore) this.#render();
		else this.#later();
	}

	#later(): void {
		const wait = this.#notBefore - performance.now();
		if (wait > 2 * frame) {
			this.#timer = window.setTimeout(() => {
				this.#timer = 0;
				this.#later();
			}, wait - frame);
			return;
		}
		this.#frame = requestAnimationFrame(() => {
			this.#frame = 0;
			if (performance.now() >= this.#notBefore) this.#render();
			else this.#later();
		});
	}

	#render(): void {
		const start = performance.now();
		this.#lastStart = start;
		for (; this.#resting < this.#sections.length - 2; this.#resting++) {
			this.#sections[this.#resting]?.classList.add('resting');
		}
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
		this.#host.classList.remove('waiting');
		if (this.#streaming && this.#waiting === 0) this.#watchForPause();
		const cost = performance.now() - start;
		this.#notBefore =
			start + (this.#streaming ? Math.max(pace, cost > cheapUpdate ? cost * 4 : 0) : frame);
		if (!isComplete) this.#later();
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
		const section = this.#section(Math.floor(index / sectionLength));
		const following = this.#blocks.slice(
			index + 1,
			index - (index % sectionLength) + sectionLength
		);
		const next = following.find((row) => row.length > 0)?.[0]?.nodes[0] ?? null;
		patchAll(mounted, block.views, { watched: this.#streaming }, (nodes) => {
			for (const node of nodes) section.insertBefore(node, next);
		});
		const [first] = mounted[0]?.nodes ?? [];
		if (block.continued && first instanceof Element) first.classList.add('continued');
	}

	#watchForPause(): void {
		this.#waiting = window.setTimeout(() => {
			this.#waiting = 0;
			if (!this.#streaming) return;
			if (performance.now() - this.#lastStart >= patience) this.#host.classList.add('waiting');
			else this.#watchForPause();
		}, patience);
	}

	#section(index: number): HTMLElement {
		let section = this.#sections[index];
		if (section === undefined) {
			section = document.createElement('div');
			section.className = index === 0 ? 'blocks first' : 'blocks';
			this.#sections[index] = section;
			this.#host.append(section);
		}
		return section;
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
			holder = this.#sections.at(-1) ?? this.#host;
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
