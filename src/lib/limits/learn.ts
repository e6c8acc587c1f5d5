/** Which limits are in force, what providers said of them included. Pure. */
import type { ConnectionRow, LearntLimits } from '#lib/db';
import { presets, type PresetId } from '#lib/providers';
import type { Limits, LimitsInForce } from './log.ts';

/** The limits a provider named; never empty. */
export interface NamedLimits {
	readonly requestsPerMinute?: number;
	readonly tokensPerMinute?: number;
}

/** A limit that nobody has confirmed for so long may have changed (ms). */
const LIFETIME = 24 * 60 * 60_000;

type Row = Pick<ConnectionRow, 'presetId' | 'limits' | 'learntLimits' | 'learntByModel'>;

const isFresh = (learnt: LearntLimits | undefined, now: number): learnt is LearntLimits =>
	learnt !== undefined && Math.abs(now - learnt.at) <= LIFETIME;

/** What the provider said of the limits, unless that is too long ago. */
export function freshLimits({ learntLimits }: Row, now: number): LearntLimits | undefined {
	return isFresh(learntLimits, now) ? learntLimits : undefined;
}

/** The same by model, latest first. */
export function freshModelLimits(
	{ learntByModel = {} }: Row,
	now: number
): readonly (readonly [modelId: string, learnt: LearntLimits])[] {
	return Object.entries(learntByModel)
		.filter(([, learnt]) => isFresh(learnt, now))
		.toSorted(([, a], [, b]) => b.at - a.at);
}

/** The model, where its provider counts each model of a key by itself; else undefined. */
export const countedModel = (presetId: PresetId, modelId: string): string | undefined =>
	presets[presetId].limitsPer === 'model' ? modelId : undefined;

/** What the provider said of the limits that hold for a model, whenever that was. */
export const learntOf = (row: Row, modelId: string): LearntLimits | undefined =>
	countedModel(row.presetId, modelId) === undefined
		? row.learntLimits
		: row.learntByModel?.[modelId];

/** A connection with what was learnt of its limits from a request to one model. */
export function withLearnt<Connection extends Row>(
	row: Connection,
	modelId: string,
	said: NamedLimits,
	now: number
): Connection {
	// A refusal names one of the two; the other stays as it was.
	const learnt = { ...learntOf(row, modelId), ...said, at: now };
	if (countedModel(row.presetId, modelId) === undefined) return { ...row, learntLimits: learnt };
	const others = Object.fromEntries(freshModelLimits(row, now));
	return { ...row, learntByModel: { ...others, [modelId]: learnt } };
}

/**
 * The limits to keep: what the provider says replaces a published default in both directions, and
 * only lowers what a person typed. Where it counts each model by itself, what it says holds for
 * that model's requests alone, and all else for the connection as a whole.
 */
export function limitsInForce(row: Row, modelId: string, now: number): LimitsInForce {
	const { limits } = row;
	const counted = countedModel(row.presetId, modelId);
	const learnt = freshLimits(row, now);
	const model = row.learntByModel?.[modelId];
	const ofModel = counted !== undefined && isFresh(model, now) ? model : undefined;
	const one = (field: 'requestsPerMinute' | 'tokensPerMinute'): number | undefined => {
		const [own, said] = [limits[field], learnt?.[field]];
		if (limits.source === 'preset' && ofModel?.[field] !== undefined) return undefined;
		if (own === undefined || said === undefined) return own ?? said;
		return limits.source === 'preset' ? said : Math.min(own, said);
	};
	return {
		requestsPerMinute: one('requestsPerMinute'),
		tokensPerMinute: one('tokensPerMinute'),
		...(counted !== undefined && {
			ofModel: {
				modelId: counted,
				requestsPerMinute: ofModel?.requestsPerMinute,
				tokensPerMinute: ofModel?.tokensPerMinute
			}
		})
	};
}

const lower = (a: number | undefined, b: number | undefined): number | undefined =>
	a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** What one request may take at most, whoever counts. */
export const tightest = ({ ofModel, ...limits }: LimitsInForce): Limits => ({
	requestsPerMinute: lower(limits.requestsPerMinute, ofModel?.requestsPerMinute),
	tokensPerMinute: lower(limits.tokensPerMinute, ofModel?.tokensPerMinute)
});
