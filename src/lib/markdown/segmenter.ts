/**
 * Cuts a growing text into segments that can be parsed alone: parsing the segments one by one
 * gives the blocks of the whole text. Each line is looked at once, when it is complete or long
 * enough to be judged, so the cost of an update is that of the new text.
 *
 * Where a segment ends depends on the text alone, never on how it was cut into updates. That is
 * what makes a streamed answer equal to one that is parsed whole.
 *
 * A cut is made (1) before and after a top-level code fence; (2) at a line that follows a blank
 * line, starts in the first column and cannot belong to a list; (3) by force, where a segment
 * grows beyond what may be parsed again in every frame: in a list before an item, in other blocks
 * at a line end, in a very long line between two words. A forced cut is marked `continued`.
 */

/** A piece of the text that is parsed alone. */
export interface Segment {
	readonly kind: 'flow' | 'fence';
	/** What to parse; line ends are `\n`. */
	readonly text: string;
	/** Cut by force from the segment before it, whose last block it goes on. */
	readonly continued: boolean;
	/** Head of the table that a forced cut went through, to be parsed before `text`. */
	readonly tableHead: string;
}

const limits = {
	/** Characters after which a list is cut before its next item, other blocks at a line end. */
	block: 6_000,
	/** The same for a table, whose columns lose their common width. */
	table: 16_000,
	/** A longer line is cut between two words, and each piece is at most so long. */
	line: 6_000,
	piece: 4_000,
	/** A line is judged by this many characters at most. */
	judged: 1_000
};

const fenceOpening = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})/;
const listMarker = /^([ \t]*)([*+-]|\d{1,9}[.)])([ \t]+|$)/;
const topLevelBlock =
	/^ {0,3}(?:#{1,6}(?:\s|$)|>|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$|(?:\*[ \t]*){3,}$)/;
const tableDelimiter = /^ {0,3}(?=.*[|:])\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

/** Columns of the white space at the start of `line`. */
function indentOf(line: string): number {
	let columns = 0;
	for (const character of line) {
		if (character === ' ') columns++;
		else if (character === '\t') columns += 4 - (columns % 4);
		else break;
	}
	return columns;
}

export class Segmenter {
	/** Judged text of the open segment. */
	#open = '';
	/** The last line, as long as it cannot be judged. */
	#line = '';
	/** The last line has been judged and is being added to `#open`, where it starts at `#lineStart`. */
	#insideLine = false;
	#lineStart = 0;
	#kind: Segment['kind'] = 'flow';
	#continued = false;
	#tableHead = '';
	#fence = { mark: '', length: 0 };
	#afterBlank = true;
	/** Column at which the content of the last list item starts; 0 outside lists. */
	#itemColumn = 0;
	/** Last complete line, and the head of the table that the open block is. */
	#lineBefore = '';
	#openTable = '';
	#settled: Segment[] = [];
	#heldReturn = false;

	/** The segment that may still change. */
	get tail(): Segment {
		return this.#segment(this.#open + this.#line);
	}

	/** Adds text and returns the segments that cannot change any more. */
	push(delta: string): Segment[] {
		let text = this.#heldReturn ? '\r' + delta : delta;
		this.#heldReturn = text.endsWith('\r');
		if (this.#heldReturn) text = text.slice(0, -1);
		if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
		let from = 0;
		while (from < text.length) {
			const end = text.indexOf('\n', from);
			if (end < 0) this.#addPart(text.slice(from));
			else this.#addLineEnd(text.slice(from, end));
			from = end < 0 ? text.length : end + 1;
		}
		const settled = this.#settled;
		this.#settled = [];
		return settled;
	}

	#addPart(part: string): void {
		if (this.#insideLine) {
			this.#append(part);
			return;
		}
		this.#line += part;
		if (this.#kind === 'flow' && this.#startsTextForSure()) this.#settle();
		if (this.#line.length > limits.judged) this.#judge();
	}

	#addLineEnd(rest: string): void {
		if (this.#insideLine) {
			this.#append(rest + '\n');
			this.#insideLine = false;
			return;
		}
		this.#line += rest;
		if (this.#judge()) return;
		this.#append('\n');
		this.#insideLine = false;
	}

	/** The first character of a line can be enough to know that a new segment starts with it. */
	#startsTextForSure(): boolean {
		if (!this.#afterBlank || this.#open.trim() === '') return false;
		return this.#itemColumn > 0 ? /^[^\s*+\-\d]/.test(this.#line) : /^\S/.test(this.#line);
	}

	/** Decides what the line is, and moves it into the open segment; true when that has ended it. */
	#judge(): boolean {
		const line = this.#line;
		this.#line = '';
		const head = line.slice(0, limits.judged + 1);
		const isLong = head.length > limits.judged;
		this.#insideLine = true;
		if (this.#kind === 'fence') return this.#judgeInFence(line, isLong);
		if (!isLong && /^[ \t]*$/.test(line)) this.#judgeBlank(line);
		else this.#judgeText(line, head, isLong);
		return false;
	}

	#judgeInFence(line: string, isLong: boolean): boolean {
		this.#append(line);
		const closing = isLong ? null : /^ {0,3}(`{3,}|~{3,}) *$/.exec(line);
		const mark = closing?.[1];
		if (mark?.startsWith(this.#fence.mark) !== true || mark.length < this.#fence.length)
			return false;
		this.#append('\n');
		this.#insideLine = false;
		this.#settle();
		return true;
	}

	#judgeBlank(line: string): void {
		this.#startLine(line);
		this.#afterBlank = true;
		this.#openTable = '';
		this.#lineBefore = '';
	}

	#judgeText(line: string, head: string, isLong: boolean): void {
		const indent = indentOf(head);
		const fence = isLong ? null : fenceOpening.exec(line);
		const inList = this.#itemColumn > 0;
		const marker =
			indent < (inList ? Math.min(4, this.#itemColumn) : 4) ? listMarker.exec(head) : null;
		if (fence !== null && (!inList || indent < this.#itemColumn)) {
			this.#settle();
			this.#kind = 'fence';
			const mark = fence[2] ?? '';
			this.#fence = { mark: mark.charAt(0), length: mark.length };
			this.#startLine(line);
			return;
		}
		const startsBlock = this.#afterBlank && indent === 0 && !(inList && marker !== null);
		if (startsBlock) this.#settle();
		else this.#cutAtLine(inList && marker !== null);
		this.#trackList(head, marker, indent);
		if (tableDelimiter.test(head) && this.#lineBefore.includes('|')) {
			this.#openTable = `${this.#lineBefore}\n${line}\n`;
		}
		this.#lineBefore = isLong ? '' : line;
		this.#afterBlank = false;
		this.#startLine(line);
	}

	#trackList(head: string, marker: RegExpExecArray | null, indent: number): void {
		const isRule = topLevelBlock.test(head);
		if (marker !== null && !isRule) {
			const [, , bullet = '', gap = ''] = marker;
			const isEmpty = head.length === marker[0].length;
			const followsText = !this.#afterBlank && !topLevelBlock.test(this.#lineBefore);
			const interrupts = !isEmpty && /^(?:[*+-]|1[.)])$/.test(bullet);
			if (this.#itemColumn === 0 && followsText && !interrupts) return;
			const space = indentOf(gap);
			this.#itemColumn = indent + bullet.length + (isEmpty || space > 4 ? 1 : space);
		} else if (isRule && indent < this.#itemColumn) {
			this.#itemColumn = 0;
		} else if (this.#afterBlank && indent === 0) {
			this.#itemColumn = 0;
		}
	}

	#cutAtLine(isTopItem: boolean): void {
		const limit = this.#openTable === '' ? limits.block : limits.table;
		if (this.#open.length < limit || (this.#itemColumn > 0 && !isTopItem)) return;
		const tableHead = this.#openTable;
		const afterBlank = this.#afterBlank;
		const column = this.#itemColumn;
		this.#settle();
		this.#continued = true;
		this.#tableHead = this.#openTable = tableHead;
		this.#afterBlank = afterBlank;
		this.#itemColumn = column;
	}

	#startLine(text: string): void {
		this.#lineStart = this.#open.length;
		this.#append(text);
	}

	#append(text: string): void {
		this.#open += text;
		if (this.#kind === 'fence') return;
		while (this.#insideLine && this.#open.length - this.#lineStart > limits.line) {
			const cut = wordBoundary(this.#open, this.#lineStart + limits.piece);
			const rest = this.#open.slice(cut);
			this.#open = this.#open.slice(0, cut);
			this.#settle();
			this.#continued = true;
			this.#open = rest;
			this.#afterBlank = false;
		}
	}

	#settle(): void {
		if (this.#open.trim() !== '') this.#settled.push(this.#segment(this.#open));
		this.#open = '';
		this.#lineStart = 0;
		this.#kind = 'flow';
		this.#continued = false;
		this.#tableHead = '';
		this.#openTable = '';
		this.#lineBefore = '';
		this.#afterBlank = true;
		this.#itemColumn = 0;
	}

	#segment(text: string): Segment {
		return { kind: this.#kind, text, continued: this.#continued, tableHead: this.#tableHead };
	}
}

/** A place at or before `limit` where a word starts; `limit` itself in text without spaces. */
function wordBoundary(text: string, limit: number): number {
	const window = text.slice(limit - 1_000, limit + 1);
	for (const match of [...window.matchAll(/\s(?=\p{L})/gu)].reverse()) {
		return limit - 1_000 + match.index + 1;
	}
	const code = text.charCodeAt(limit - 1);
	const splitsPair = code >= 0xd800 && code < 0xdc00;
	return splitsPair ? limit - 1 : limit;
}
