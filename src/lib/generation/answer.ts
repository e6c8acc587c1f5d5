import type { MessagePart } from '#lib/db/engine';

/** A piece that was added to an answer. `offset` is where it starts in its part (UTF-16 units). */
export interface Added {
	readonly part: 'text' | 'reasoning';
	readonly offset: number;
	readonly text: string;
}

type ToolCall = Extract<MessagePart, { type: 'tool-call' }>;

/**
 * An answer while it grows, in memory. It has at most one reasoning and one text part, so that an
 * offset into either is unambiguous; reasoning that is resumed later starts a new paragraph.
 */
export class GrowingAnswer {
	#text = '';
	#reasoning = '';
	readonly #toolCalls: ToolCall[] = [];
	readonly #others: MessagePart[] = [];
	#reasonedMs: number | undefined;
	#reasoningSince: number | undefined;
	readonly #startsAt: { readonly text: number; readonly reasoning: number };
	#hasArrived = false;

	/** @param start parts of the partial answer that this one goes on from */
	constructor(start: readonly MessagePart[] = []) {
		for (const part of start) {
			if (part.type === 'text') this.#text += part.text;
			else if (part.type === 'reasoning') {
				this.#reasoning += part.text;
				this.#reasonedMs = part.durationMs;
			} else if (part.type === 'tool-call') this.#toolCalls.push(part);
			else this.#others.push(part);
		}
		this.#startsAt = { text: this.#text.length, reasoning: this.#reasoning.length };
	}

	/** Whether anything has come since the start. */
	get hasArrived(): boolean {
		return this.#hasArrived;
	}

	/** What has come since the start, reasoning included: for counting tokens. */
	get arrived(): string {
		return this.#reasoning.slice(this.#startsAt.reasoning) + this.#text.slice(this.#startsAt.text);
	}

	get text(): string {
		return this.#text;
	}

	addText(delta: string, at: number): Added {
		this.#hasArrived = true;
		this.endReasoning(at);
		const offset = this.#text.length;
		this.#text += delta;
		return { part: 'text', offset, text: delta };
	}

	addReasoning(delta: string, at: number): Added {
		this.#hasArrived = true;
		const resumed = this.#reasoningSince === undefined && this.#reasoning !== '';
		this.#reasoningSince ??= at;
		const offset = this.#reasoning.length;
		const text = resumed ? `\n\n${delta}` : delta;
		this.#reasoning += text;
		return { part: 'reasoning', offset, text };
	}

	addToolCall(call: ToolCall, at: number): void {
		this.#hasArrived = true;
		this.endReasoning(at);
		this.#toolCalls.push(call);
	}

	/** Notes how long the model reasoned: the first text, or the end, says that it is over. */
	endReasoning(at: number): void {
		if (this.#reasoningSince === undefined) return;
		this.#reasonedMs = (this.#reasonedMs ?? 0) + Math.max(0, at - this.#reasoningSince);
		this.#reasoningSince = undefined;
	}

	/** The parts as they are stored: reasoning before text, none that is empty. */
	get parts(): MessagePart[] {
		const durationMs = this.#reasoningSince === undefined ? this.#reasonedMs : undefined;
		const parts: MessagePart[] = [...this.#others];
		if (this.#reasoning !== '')
			parts.push({
				type: 'reasoning',
				text: this.#reasoning,
				...(durationMs !== undefined && { durationMs })
			});
		if (this.#text !== '') parts.push({ type: 'text', text: this.#text });
		return [...parts, ...this.#toolCalls];
	}
}
