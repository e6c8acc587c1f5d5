import type { MessagePart, MessageRow } from '#lib/db';
import type { AnswerDelta } from '#lib/engine';
import { GrowingText } from './growing-text.ts';

/** All text of one kind in a message. */
export const textOf = (parts: readonly MessagePart[], type: 'text' | 'reasoning'): string =>
	parts.reduce((text, part) => (part.type === type ? text + part.text : text), '');

/**
 * A running answer as this tab shows it: the flushed row, with the deltas from its length on. The
 * own tab's answers and those of others come by the same path. At most one update per frame.
 */
export class LiveAnswer {
	readonly #parts = { text: new GrowingText(), reasoning: new GrowingText() };
	#text = $state.raw('');
	#reasoning = $state.raw('');
	#frame: number | undefined;
	#painted = false;

	get text(): string {
		return this.#text;
	}

	get reasoning(): string {
		return this.#reasoning;
	}

	/** The row was written again. */
	flush(row: Pick<MessageRow, 'parts'>): void {
		const grewText = this.#parts.text.flush(textOf(row.parts, 'text'));
		const grewReasoning = this.#parts.reasoning.flush(textOf(row.parts, 'reasoning'));
		if (grewText || grewReasoning) this.#grown();
	}

	push(delta: Pick<AnswerDelta, 'part' | 'offset' | 'text'>): void {
		if (this.#parts[delta.part].push(delta.offset, delta.text)) this.#grown();
	}

	/** Drops the pending update. */
	stop(): void {
		if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
		this.#frame = undefined;
	}

	/** The first piece at once: in the first frame of an opened conversation, too, it is there. */
	#grown(): void {
		if (this.#painted) this.#paintSoon();
		else this.#paint();
	}

	#paint(): void {
		this.#painted = true;
		this.#text = this.#parts.text.text;
		this.#reasoning = this.#parts.reasoning.text;
	}

	#paintSoon(): void {
		// A hidden tab has no frames: it shows the text when it is looked at again.
		this.#frame ??= requestAnimationFrame(() => {
			this.#frame = undefined;
			this.#paint();
		});
	}
}
