import type { ConnectionRow } from '#lib/db';
import { freshLimits, freshModelLimits } from '#lib/limits';
import { ago } from './format.ts';
import { limitWords } from './words.ts';

/** More models than this are not told of. */
const MOST = 3;

/** What a provider said of its limits, in sentences, of models the latest first; empty when it said nothing. */
export function saidLimits(row: ConnectionRow, now: number): string[] {
	const whole = freshLimits(row, now);
	const byModel = freshModelLimits(row, now)
		.slice(0, MOST)
		.map(([modelId, learnt]) => limitWords.said(learnt, ago(learnt.at, now), modelId));
	return whole === undefined
		? byModel
		: [...byModel, limitWords.said(whole, ago(whole.at, now))].slice(0, MOST);
}
