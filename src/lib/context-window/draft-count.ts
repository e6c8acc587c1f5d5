/** Tokens of a text that is being typed: a key press costs what it changed, not what is there. */
import { countScripts, familyFactor, weightOfCounts, type ScriptCounts } from './estimate.ts';

/** Compared at once where two texts may differ (UTF-16 units). */
const BLOCK = 4096;

/** How many units two texts have in common at their beginning. */
function commonStart(a: string, b: string): number {
	const most = Math.min(a.length, b.length);
	let at = 0;
	while (at + BLOCK <= most && a.slice(at, at + BLOCK) === b.slice(at, at + BLOCK)) at += BLOCK;
	while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
	return at;
}

/** How many units two texts have in common at their end, of at most `most`. */
function commonEnd(a: string, b: string, most: number): number {
	const same = (from: number, to: number): boolean =>
		a.slice(a.length - to, a.length - from) === b.slice(b.length - to, b.length - from);
	let at = 0;
	while (at + BLOCK <= most && same(at, at + BLOCK)) at += BLOCK;
	while (at < most && a.charCodeAt(a.length - 1 - at) === b.charCodeAt(b.length - 1 - at)) at += 1;
	return at;
}

/** Counts a draft. Give it the whole text after each change; only what differs is looked at. */
export class DraftCount {
	#text = '';
	#counts: ScriptCounts = countScripts('');

	update(text: string): void {
		const before = this.#text;
		const start = commonStart(before, text);
		const end = commonEnd(before, text, Math.min(before.length, text.length) - start);
		const gone = countScripts(before, start, before.length - end);
		const come = countScripts(text, start, text.length - end);
		this.#counts = Object.fromEntries(
			Object.entries(this.#counts).map(([script, count]) => {
				const name = script as keyof ScriptCounts;
				return [name, count - gone[name] + come[name]];
			})
		) as ScriptCounts;
		this.#text = text;
	}

	/** ≈ tokens for a model, as `estimateTokens` has them for the same text. */
	tokens(modelId: string): number {
		return Math.ceil(weightOfCounts(this.#counts) * familyFactor(modelId));
	}
}
