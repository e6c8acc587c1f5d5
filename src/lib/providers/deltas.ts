import type { ProtocolEvent } from './types.ts';

const endsInHalf = (text: string): boolean => /[\uD800-\uDBFF]$/.test(text);

/**
 * Holds back the first half of a character whose second half is in the next delta, so that nothing
 * ever shows or stores half an emoji. A half that stays alone is dropped at the end.
 */
export class WholeCharacters {
	#half = '';

	push(delta: string): string {
		const text = this.#half + delta;
		if (!endsInHalf(text)) {
			this.#half = '';
			return text;
		}
		this.#half = text.slice(-1);
		return text.slice(0, -1);
	}
}

const opening = '<think>';
const closing = '</think>';

/** Length of the longest end of `text` that may become `mark`. */
function partialMark(text: string, mark: string): number {
	for (let length = Math.min(text.length, mark.length - 1); length > 0; length--)
		if (text.endsWith(mark.slice(0, length))) return length;
	return 0;
}

/**
 * Takes reasoning that a local server left inline (`<think>…</think>`) out of the text. Only where
 * the content begins with it: anywhere else it is something the model writes about.
 */
export class ThinkSplitter {
	#state: 'start' | 'opened' | 'thinking' | 'after' | 'text' = 'start';
	#held = '';

	push(delta: string): ProtocolEvent[] {
		if (this.#state === 'text') return events('', delta);
		this.#held += delta;
		if (this.#state === 'start') {
			const content = this.#held.trimStart();
			if (content.length < opening.length && opening.startsWith(content)) return [];
			if (!content.startsWith(opening)) return this.#rest('text');
			this.#state = 'opened';
			this.#held = content.slice(opening.length);
		}
		if (this.#state === 'opened') {
			this.#held = this.#held.trimStart();
			if (this.#held === '') return [];
			this.#state = 'thinking';
		}
		let thought = '';
		if (this.#state === 'thinking') {
			const end = this.#held.indexOf(closing);
			if (end < 0) {
				const keep = partialMark(this.#held, closing);
				thought = this.#held.slice(0, this.#held.length - keep);
				this.#held = this.#held.slice(this.#held.length - keep);
				return events(thought, '');
			}
			thought = this.#held.slice(0, end);
			this.#held = this.#held.slice(end + closing.length);
			this.#state = 'after';
		}
		this.#held = this.#held.replace(/^\s+/, '');
		if (this.#held === '') return events(thought, '');
		return [...events(thought, ''), ...this.#rest('text')];
	}

	/** What was still held when the answer ended. */
	end(): ProtocolEvent[] {
		const held = this.#held;
		this.#held = '';
		return this.#state === 'thinking' ? events(held, '') : events('', held);
	}

	#rest(state: 'text'): ProtocolEvent[] {
		const held = this.#held;
		this.#held = '';
		this.#state = state;
		return events('', held);
	}
}

function events(thought: string, text: string): ProtocolEvent[] {
	return [
		...(thought === '' ? [] : [{ type: 'reasoning-delta', delta: thought } as const]),
		...(text === '' ? [] : [{ type: 'text-delta', delta: text } as const])
	];
}
