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
import type { MessageRow } from '#lib/db/engine';
import { textOf } from './prompt.ts';

/** What a request takes from a message. */
export type BranchMessage = Pick<
	MessageRow,
	'id' | 'role' | 'parts' | 'state' | 'modelId' | 'usage' | 'continuedFrom' | 'pinned' | 'excluded'
>;

/** A number of tokens; approximate when it is an estimate. */
export interface Count {
	readonly tokens: number;
	readonly isApproximate: boolean;
}

const nothing: Count = { tokens: 0, isApproximate: false };

/** Rows never change, so what is found out about one holds as long as it does. */
interface Counted {
	readonly isEmpty: boolean;
	readonly weight: number;
	exact?: number;
}

const rows = new WeakMap<BranchMessage, Counted>();

function countedOf(row: BranchMessage): Counted {
	const known = rows.get(row);
	if (known !== undefined) return known;
	const text = textOf(row.parts);
	const counted = { isEmpty: text === '', weight: textWeight(text) };
	// A row that still grows is another one each time.
	rows.set(row, counted);
	return counted;
}

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
	readonly tokenizer?: ((text: string) => number) | undefined;
}

/** Counts for one model. */
export class TokenCounter {
	readonly #modelId: string;
	readonly #factor: number;
	readonly #calibration: Calibration;
	readonly #tokenizer: CounterOptions['tokenizer'];

	constructor({ modelId, calibration = UNCALIBRATED, tokenizer }: CounterOptions) {
		this.#modelId = modelId;
		this.#factor = familyFactor(modelId);
		this.#calibration = calibration;
		this.#tokenizer = tokenizer;
	}

	/** A text as a message of its own; nothing for no text. */
	ofText(text: string): Count {
		if (text.trim() === '') return nothing;
		return this.#tokenizer === undefined
			? this.#estimated(textWeight(text))
			: { tokens: this.#tokenizer(text) + MESSAGE_OVERHEAD, isApproximate: false };
	}

	/** A message whose text is known by its estimated length alone. */
	ofDraft(tokens: number): number {
		if (tokens <= 0) return 0;
		const whole = Math.ceil(tokens) + MESSAGE_OVERHEAD;
		return this.#tokenizer === undefined ? calibrated(whole, this.#calibration) : whole;
	}

	/** A message of a branch; nothing for one without text, which is not sent. */
	ofRow(row: BranchMessage): Count {
		const counted = countedOf(row);
		if (counted.isEmpty) return nothing;
		const estimate = counted.weight * this.#factor;
		const reported = reportedTokens(row, this.#modelId, estimate);
		if (reported !== undefined)
			return { tokens: reported + MESSAGE_OVERHEAD, isApproximate: false };
		if (this.#tokenizer === undefined) return this.#estimated(counted.weight);
		counted.exact ??= this.#tokenizer(textOf(row.parts));
		return { tokens: counted.exact + MESSAGE_OVERHEAD, isApproximate: false };
	}

	/** ≈ tokens of a message by its text alone: what a report is held against to learn from it. */
	plainEstimate(message: BranchMessage | string): number {
		const weight = typeof message === 'string' ? textWeight(message) : countedOf(message).weight;
		return weight === 0 ? 0 : weight * this.#factor + MESSAGE_OVERHEAD;
	}

	#estimated(weight: number): Count {
		const tokens = Math.ceil(weight * this.#factor) + MESSAGE_OVERHEAD;
		return { tokens: calibrated(tokens, this.#calibration), isApproximate: true };
	}
}
