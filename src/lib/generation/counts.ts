/**
 * How many tokens a message has for the model that is asked, by the best that is known: what the
 * provider reported for it, else the model's own tokenizer where it is loaded, else the estimate,
 * corrected by what was learnt of the model. Each text is counted once.
 */
import {
	calibrated,
	familyFactor,
	MESSAGE_OVERHEAD,
	textWeight,
	UNCALIBRATED,
	type Calibration
} from '#lib/context-window';
import type { Tokenizer } from '#lib/context-window/engine';
import type { MessageRow } from '#lib/db/engine';
import { textOf } from './prompt.ts';

/** What a request takes from a message. */
export type BranchMessage = Pick<
	MessageRow,
	'id' | 'role' | 'parts' | 'state' | 'modelId' | 'usage' | 'continuedFrom' | 'pinned' | 'excluded'
>;

/** A message, or the text of something else that is sent as one: system prompt, summary. */
export type Countable = BranchMessage | string;

/** A number of tokens; approximate when it is an estimate. */
export interface Count {
	readonly tokens: number;
	readonly isApproximate: boolean;
}

const nothing: Count = { tokens: 0, isApproximate: false };

/** What was found out about a text, whichever model is asked. */
interface Counted {
	readonly isEmpty: boolean;
	readonly weight: number;
	exact?: number;
}

/** Rows never change, so what is found out about one holds as long as it does. */
const rows = new WeakMap<BranchMessage, Counted>();
const texts = new Map<string, Counted>();
/** System prompts and summaries of the conversations that are worked in. */
const MOST_TEXTS = 20;

const textIn = (message: Countable): string =>
	typeof message === 'string' ? message : textOf(message.parts);

function countedOf(message: Countable): Counted {
	const known = typeof message === 'string' ? texts.get(message) : rows.get(message);
	if (known !== undefined) return known;
	const text = textIn(message);
	const isEmpty = typeof message === 'string' ? text.trim() === '' : text === '';
	const counted = { isEmpty, weight: textWeight(text) };
	if (typeof message !== 'string') rows.set(message, counted);
	else {
		const [oldest] = texts.keys();
		if (texts.size >= MOST_TEXTS && oldest !== undefined) texts.delete(oldest);
		texts.set(message, counted);
	}
	return counted;
}

/** So much is counted exactly while somebody waits for it; the rest is counted ahead (UTF-16 units). */
const AT_ONCE = 8000;
/** Counting ahead lets others have their turn this often (ms). */
const SLICE = 8;
/** A report this far off the estimate counts something else than the text that was kept. */
const MOST_OFF = 2;

/** Tokens of an answer's text as the model that is asked now reported them itself. */
function reportedTokens(row: BranchMessage, modelId: string, estimate: number): number | undefined {
	const { usage, role, state, continuedFrom, parts } = row;
	if (role !== 'assistant' || state !== 'complete' || row.modelId !== modelId) return undefined;
	if (usage?.outputTokens === undefined || continuedFrom !== undefined) return undefined;
	// Output that is not sent again: reasoning of unknown length, calls of tools.
	if (parts.some(({ type }) => type === 'tool-call')) return undefined;
	const hasReasoned = parts.some(({ type }) => type === 'reasoning');
	if (hasReasoned && usage.reasoningTokens === undefined) return undefined;
	const tokens = usage.outputTokens - (usage.reasoningTokens ?? 0);
	return tokens * MOST_OFF >= estimate && tokens <= estimate * MOST_OFF ? tokens : undefined;
}

export interface CounterOptions {
	readonly modelId: string;
	readonly calibration?: Calibration | undefined;
	/** The model's own tokenizer, where there is one and it is loaded. */
	readonly tokenizer?: Tokenizer | undefined;
}

/** Counts for one request to one model. */
export class TokenCounter {
	readonly #modelId: string;
	readonly #factor: number;
	readonly #calibration: Calibration;
	readonly #tokenizer: Tokenizer | undefined;
	#atOnce = AT_ONCE;

	constructor({ modelId, calibration = UNCALIBRATED, tokenizer }: CounterOptions) {
		this.#modelId = modelId;
		this.#factor = familyFactor(modelId);
		this.#calibration = calibration;
		this.#tokenizer = tokenizer;
	}

	/** The tokens of a message; none for one without text, which is not sent. */
	of(message: Countable): Count {
		const counted = countedOf(message);
		if (counted.isEmpty) return nothing;
		const known = this.#reported(message, counted) ?? this.#exact(message, counted);
		if (known !== undefined) return { tokens: known + MESSAGE_OVERHEAD, isApproximate: false };
		const tokens = Math.ceil(counted.weight * this.#factor) + MESSAGE_OVERHEAD;
		return { tokens: calibrated(tokens, this.#calibration), isApproximate: true };
	}

	/** A message that is still being written. @param text where it is to be counted exactly */
	ofDraft(tokens: number, text?: string): Count {
		if (tokens <= 0) return nothing;
		if (this.#tokenizer !== undefined && text !== undefined)
			return { tokens: this.#tokenizer(text) + MESSAGE_OVERHEAD, isApproximate: false };
		const whole = Math.ceil(tokens) + MESSAGE_OVERHEAD;
		return {
			tokens: this.#tokenizer === undefined ? calibrated(whole, this.#calibration) : whole,
			isApproximate: true
		};
	}

	/** ≈ tokens by the text alone: what a report is held against to learn from it. */
	plainEstimate(message: Countable): number {
		const { isEmpty, weight } = countedOf(message);
		return isEmpty ? 0 : weight * this.#factor + MESSAGE_OVERHEAD;
	}

	/** Counts exactly what is not counted yet, a little at a time. */
	async countAhead(messages: readonly Countable[]): Promise<void> {
		if (this.#tokenizer === undefined) return;
		let since = performance.now();
		for (const message of messages) {
			const counted = countedOf(message);
			if (counted.isEmpty || counted.exact !== undefined) continue;
			counted.exact = this.#tokenizer(textIn(message));
			if (performance.now() - since < SLICE) continue;
			await new Promise((resolve) => setTimeout(resolve));
			since = performance.now();
		}
	}

	#reported(message: Countable, { weight }: Counted): number | undefined {
		return typeof message === 'string'
			? undefined
			: reportedTokens(message, this.#modelId, weight * this.#factor);
	}

	#exact(message: Countable, counted: Counted): number | undefined {
		if (this.#tokenizer === undefined) return undefined;
		if (counted.exact === undefined) {
			const text = textIn(message);
			if (text.length > this.#atOnce) return undefined;
			this.#atOnce -= text.length;
			counted.exact = this.#tokenizer(text);
		}
		return counted.exact;
	}
}
