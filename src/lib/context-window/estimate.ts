/**
 * Token counts without a tokenizer: characters per token by script, times a factor per model
 * family, then corrected by what the provider reported. Every figure made here is shown with “≈”.
 */

/** Characters per token of the GPT-4o tokenizer (o200k), measured over mixed text. */
const CHARACTERS_PER_TOKEN = { latin: 4.2, dense: 3, thai: 2.7, cjk: 1.3, other: 2.5 } as const;

/** What a message costs beside its text: role and separators. */
export const MESSAGE_OVERHEAD = 4;

type Script = keyof typeof CHARACTERS_PER_TOKEN;

const isBetween = (code: number, first: number, last: number): boolean =>
	code >= first && code <= last;

function scriptOf(code: number): Script {
	if (code < 0x80) {
		const isLetter = isBetween(code | 0x20, 0x61, 0x7a);
		return isLetter || code === 0x20 ? 'latin' : 'dense';
	}
	if (code < 0x250) return 'latin';
	if (isBetween(code, 0xe00, 0xe7f)) return 'thai';
	if (
		isBetween(code, 0x3040, 0x30ff) ||
		isBetween(code, 0x3400, 0x9fff) ||
		isBetween(code, 0xac00, 0xd7af) ||
		isBetween(code, 0xf900, 0xfaff)
	)
		return 'cjk';
	return 'other';
}

/** How many more tokens a family's tokenizer makes of the same text than o200k does. */
const FAMILY_FACTORS: readonly (readonly [pattern: RegExp, factor: number])[] = [
	[/claude/i, 1.15],
	[/gemini|gemma/i, 1.1],
	[/mi[sx]tral|codestral|devstral|magistral/i, 1.2],
	[/llama/i, 1.06]
];

/** The factor for a model id; 1 for families that were not measured. */
export function familyFactor(modelId: string): number {
	return FAMILY_FACTORS.find(([pattern]) => pattern.test(modelId))?.[1] ?? 1;
}

/** UTF-16 units of a text by script: whole numbers, so that counts of its pieces add up exactly. */
export type ScriptCounts = Readonly<Record<Script, number>>;

const scripts = Object.keys(CHARACTERS_PER_TOKEN) as readonly Script[];

/** Looked up instead of reckoned: nearly all of a text is below this. */
const SCRIPT_INDEX = Uint8Array.from({ length: 0x250 }, (_, code) =>
	scripts.indexOf(scriptOf(code))
);

/** Counts the characters of `text` from `start` up to `end`, not included. */
export function countScripts(text: string, start = 0, end = text.length): ScriptCounts {
	const counts = new Float64Array(scripts.length);
	for (let index = start; index < end; index += 1) {
		const code = text.charCodeAt(index);
		const script = SCRIPT_INDEX[code] ?? scripts.indexOf(scriptOf(code));
		counts[script] = (counts[script] ?? 0) + 1;
	}
	return Object.fromEntries(
		scripts.map((script, index) => [script, counts[index] ?? 0])
	) as ScriptCounts;
}

/** ≈ o200k tokens of a text with these counts, not rounded. */
export function weightOfCounts(counts: ScriptCounts): number {
	return scripts.reduce((sum, script) => sum + counts[script] / CHARACTERS_PER_TOKEN[script], 0);
}

/** ≈ o200k tokens of a text, not rounded: times a family's factor, what a model makes of it. */
export const textWeight = (text: string): number => weightOfCounts(countScripts(text));

/** ≈ tokens of a text for a model, without the overhead of a message. 0 for no text. */
export function estimateTokens(text: string, modelId: string): number {
	return Math.ceil(textWeight(text) * familyFactor(modelId));
}

/** How far our estimates of one model are off, learnt from reported usage. */
export interface Calibration {
	/** Real ÷ estimated. */
	readonly ratio: number;
	/** How many reports it rests on. */
	readonly samples: number;
}

export const UNCALIBRATED: Calibration = { ratio: 1, samples: 0 };

const MIN_RATIO = 0.6;
const MAX_RATIO = 1.8;
/** From here on a new report counts for a tenth. */
const MEMORY = 10;
/** Shorter inputs are mostly overhead and teach nothing (tokens). */
const SHORTEST_LESSON = 50;

/** Learns from one finished request: its estimated and its reported input tokens. */
export function calibrate(
	calibration: Calibration,
	lesson: { readonly estimated: number; readonly reported: number }
): Calibration {
	const { estimated, reported } = lesson;
	const usable = [estimated, reported].every(
		(tokens) => Number.isFinite(tokens) && tokens >= SHORTEST_LESSON
	);
	if (!usable) return calibration;
	const seen = Math.min(MAX_RATIO, Math.max(MIN_RATIO, reported / estimated));
	const weight = 1 / Math.min(calibration.samples + 1, MEMORY);
	return {
		ratio: calibration.ratio + (seen - calibration.ratio) * weight,
		samples: calibration.samples + 1
	};
}

/** An estimate corrected by what is known of the model. */
export const calibrated = (tokens: number, { ratio }: Calibration): number =>
	Math.ceil(tokens * ratio);
