/**
 * A code block on the screen: header with keys, text in chunks of lines, colours when the block is
 * complete. Text only ever grows at the end, unless the block is given another text.
 */
import { requestHighlight } from './highlight.ts';
import { icon, type IconName } from './icons.ts';
import { findLanguage } from './languages.ts';
import { watchOverflow } from './overflow.ts';
import { kinds } from './runs.ts';
import { soon } from './slices.ts';
import { words } from './words.ts';

/** A block with more lines than `foldOver` opens with its first `foldedLines`. */
const foldOver = 40;
const foldedLines = 24;
/** Lines per chunk: what one more character makes the browser lay out again at most. */
const chunkLines = 48;
/** Characters after which a chunk ends even inside a line. */
const chunkLength = 8_000;
/** One growing text node costs the browser more than several short ones. */
const nodeLength = 200;
const copiedFor = 1_500;
const quietBeforeHighlight = 120;

/**
 * Long blocks that are open in this tab, by their text: written while one looked on, or unfolded.
 * Shown again, as after a look at another conversation, such a block is as high as it was left.
 */
const opened = new Set<string>();
const mostOpened = 100;

function keepOpen(text: string): void {
	opened.delete(text);
	opened.add(text);
	const [oldest] = opened;
	if (opened.size > mostOpened && oldest !== undefined) opened.delete(oldest);
}

interface Chunk {
	readonly element: HTMLElement;
	length: number;
	lines: number;
}

function key(
	name: string,
	iconName: IconName,
	act: (button: HTMLButtonElement) => void
): HTMLButtonElement {
	const button = document.createElement('button');
	button.type = 'button';
	button.className = 'code-key';
	button.title = name;
	button.setAttribute('aria-label', name);
	button.append(icon(iconName));
	button.addEventListener('click', () => {
		act(button);
	});
	return button;
}

function save(name: string, text: string): void {
	const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => {
		URL.revokeObjectURL(address);
	}, 10_000);
}

export interface CodeContent {
	readonly language: string;
	readonly text: string;
	/** More may follow. */
	readonly open: boolean;
}

export class CodeBlock {
	readonly element = document.createElement('div');
	#content: CodeContent = { language: '', text: '', open: true };
	readonly #code = document.createElement('code');
	readonly #fold = document.createElement('button');
	#chunks: Chunk[] = [];
	#job = new AbortController();
	#timer = 0;
	#mayFold: boolean;

	/** @param watched whether the block is being read as it is written: then it never folds by itself */
	constructor(content: CodeContent, watched: boolean) {
		this.#mayFold = !watched;
		const label =
			findLanguage(content.language)?.label ??
			(content.language === '' ? words.plainCode : content.language);
		this.element.className = 'code-block';
		this.element.setAttribute('role', 'group');
		this.element.setAttribute('aria-label', words.codeBlock(label));
		const box = document.createElement('pre');
		box.append(this.#code);
		this.#fold.type = 'button';
		this.#fold.className = 'code-fold';
		this.#fold.hidden = true;
		this.#fold.addEventListener('click', () => {
			this.#unfold();
		});
		this.#code.addEventListener('beforematch', () => {
			this.#unfold();
		});
		this.element.append(this.#header(label), box, this.#fold);
		watchOverflow(box, this.#code, words.codeBlock(label));
		this.update({ ...content, language: content.language });
	}

	/** Shows `content`; cheap when the new text begins with the old. */
	update(content: CodeContent): void {
		const before = this.#content;
		this.#content = content;
		const grows = content.text.startsWith(before.text);
		if (!grows) {
			this.#chunks = [];
			this.#code.replaceChildren();
		}
		const added = grows ? content.text.slice(before.text.length) : content.text;
		if (added === '' && content.open === before.open) return;
		this.#job.abort();
		clearTimeout(this.#timer);
		this.#append(added);
		if (content.open) return;
		this.#foldIfLong();
		this.#timer = window.setTimeout(() => {
			this.#highlight();
		}, quietBeforeHighlight);
	}

	/** The answer has ended: a fence that was never closed counts as complete. */
	finish(): void {
		if (this.#content.open) this.update({ ...this.#content, open: false });
	}

	destroy(): void {
		clearTimeout(this.#timer);
		this.#job.abort();
	}

	#header(label: string): HTMLElement {
		const header = document.createElement('div');
		header.className = 'code-header';
		const language = document.createElement('span');
		language.className = 'code-language';
		language.textContent = label;
		const wrap = key(words.wrapLines, 'wrap', (button) => {
			const wraps = this.element.classList.toggle('wraps');
			button.setAttribute('aria-pressed', String(wraps));
		});
		wrap.setAttribute('aria-pressed', 'false');
		const download = key(words.downloadCode, 'download', () => {
			const extension = findLanguage(this.#content.language)?.extension ?? 'txt';
			save(
				extension === 'dockerfile' ? 'Dockerfile' : `code.${extension}`,
				this.#content.text + '\n'
			);
		});
		header.append(language, wrap, download, this.#copyKey());
		return header;
	}

	#copyKey(): HTMLButtonElement {
		const text = document.createElement('span');
		text.textContent = words.copy;
		text.setAttribute('aria-live', 'polite');
		let timer = 0;
		const say = (sentence: string, name: IconName): void => {
			text.textContent = sentence;
			button.querySelector('svg')?.replaceWith(icon(name));
		};
		const button = key(words.copyCode, 'copy', () => {
			clearTimeout(timer);
			navigator.clipboard.writeText(this.#content.text).then(
				() => {
					say(words.copied, 'check');
				},
				() => {
					say(words.copyFailed, 'copy');
				}
			);
			timer = window.setTimeout(() => {
				say(words.copy, 'copy');
			}, copiedFor);
		});
		button.append(text);
		return button;
	}

	#append(text: string): void {
		for (let from = 0; from < text.length;) {
			let chunk = this.#chunks.at(-1);
			const limit = this.#chunks.length === 1 ? foldedLines : chunkLines;
			if (chunk === undefined || chunk.lines >= limit || chunk.length >= chunkLength) {
				chunk = { element: document.createElement('span'), length: 0, lines: 0 };
				chunk.element.className = 'code-lines';
				this.#chunks.push(chunk);
				this.#code.append(chunk.element);
				continue;
			}
			const lineEnd = text.indexOf('\n', from) + 1;
			const room = from + chunkLength - chunk.length;
			const end = Math.min(lineEnd === 0 ? text.length : lineEnd, room);
			const piece = text.slice(from, end);
			const last = chunk.element.lastChild;
			if (last instanceof Text && last.length < nodeLength) last.appendData(piece);
			else chunk.element.append(piece);
			chunk.length += piece.length;
			if (end === lineEnd) chunk.lines++;
			from = end;
		}
	}

	#foldIfLong(): void {
		if (this.#chunks.length < 2) return;
		const lines = this.#chunks.reduce((sum, chunk) => sum + chunk.lines, 1);
		if (lines <= foldOver) return;
		const { text } = this.#content;
		if (!this.#mayFold || opened.has(text)) {
			keepOpen(text);
			return;
		}
		this.#mayFold = false;
		for (const { element } of this.#chunks.slice(1)) element.setAttribute('hidden', 'until-found');
		this.#fold.textContent = words.showAllLines(lines);
		this.#fold.hidden = false;
	}

	#unfold(): void {
		if (this.#fold.hidden) return;
		keepOpen(this.#content.text);
		for (const { element } of this.#chunks) element.removeAttribute('hidden');
		const hadFocus = document.activeElement === this.#fold;
		this.#fold.hidden = true;
		if (hadFocus)
			this.element.querySelector<HTMLElement>('.code-key')?.focus({ preventScroll: true });
	}

	#highlight(): void {
		const grammar = findLanguage(this.#content.language)?.grammar;
		if (grammar === undefined) return;
		this.#job = new AbortController();
		const { signal } = this.#job;
		requestHighlight({
			code: this.#content.text,
			grammar,
			signal,
			done: (runs) => {
				this.#paint(runs, signal);
			}
		});
	}

	/** Colours the chunks one by one, so that a long block costs no frame. */
	#paint(runs: Uint32Array, signal: AbortSignal): void {
		const { text } = this.#content;
		let run = 0;
		let left = runs[0] ?? 0;
		let from = 0;
		for (const chunk of this.#chunks) {
			const nodes: (readonly [text: string, kind: string])[] = [];
			for (let room = chunk.length; room > 0;) {
				if (left === 0) {
					run += 2;
					left = runs[run] ?? room;
				}
				const length = Math.min(left, room);
				nodes.push([text.slice(from, from + length), kinds[runs[run + 1] ?? 0] ?? 'plain']);
				from += length;
				room -= length;
				left -= length;
			}
			soon(() => {
				if (!signal.aborted) chunk.element.replaceChildren(...nodes.map(colour));
			});
		}
	}
}

function colour([text, kind]: readonly [text: string, kind: string]): Node {
	if (kind === 'plain') return document.createTextNode(text);
	const span = document.createElement('span');
	span.className = `code-${kind}`;
	span.textContent = text;
	return span;
}
