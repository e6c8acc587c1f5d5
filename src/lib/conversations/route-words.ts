/** Why a model of a route could not take a turn, and who did, in words. Loaded with the transcript. */
import type { MessageError, MessageRow, PassedModel } from '#lib/db';
import { OWN_LIMIT } from '#lib/engine';

function reasonOf(error: MessageError): string {
	const isOwnLimit = 'code' in error && error.code === OWN_LIMIT;
	switch (error.kind) {
		case 'rate_limit':
			return isOwnLimit ? 'had no place left within its limit' : 'was at its rate limit';
		case 'overloaded':
			return 'was overloaded';
		case 'server':
			return 'had an internal error';
		case 'network_or_cors':
			return error.networkCause === 'offline' || error.networkCause === 'not-loaded'
				? 'needs a network'
				: 'could not be reached';
		case 'timeout':
			return 'did not answer in time';
		case 'interrupted':
			return 'broke off before the first word';
		case 'auth':
			return 'had its key refused';
		case 'billing':
			return 'has no credit left';
		case 'permission':
			return 'may not be used with its key';
		case 'context_too_long':
			return 'has too small a context window for this';
		case 'too_large':
			return isOwnLimit ? 'has too low a limit for this' : 'refused so large a request';
		case 'model_not_found':
			return 'is not offered any more';
		case 'locked':
			return 'has a locked key';
		case 'no-key':
			return 'has no key';
		case 'key-unreadable':
			return 'has a key that cannot be read';
		case 'no-connection':
		case 'no-model':
			return 'cannot be used now';
		default:
			return 'answered in a way we do not understand';
	}
}

/** What stands above an answer that was not given by the first model of its route. */
export interface RouteNotice {
	readonly text: string;
	/** One line per model that was passed over: who, and the reason in full. */
	readonly details: readonly string[];
	/** A key that was refused: to be mended, not only passed over. */
	readonly needsCare: boolean;
}

const needsCare: readonly MessageError['kind'][] = ['auth', 'billing', 'key-unreadable', 'no-key'];

const detailOf = ({ connectionLabel, modelId, error }: PassedModel): string => {
	const status = 'status' in error ? `${String(error.status)} ` : '';
	const who = connectionLabel === '' ? modelId : `${modelId} (${connectionLabel})`;
	return `${who}: ${status}${error.message}`;
};

/** Undefined when the first model took the turn, or a model was chosen instead of a route. */
export function routeNotice(row: MessageRow, hasArrived: boolean): RouteNotice | undefined {
	const passed = row.route?.passed ?? [];
	if (passed.length === 0) return undefined;
	const reasons = passed.map(({ modelId, error }) => `${modelId} ${reasonOf(error)}`).join('; ');
	const head = hasArrived
		? `Answered by ${row.modelId}`
		: row.state === 'streaming'
			? `Asking ${row.modelId}`
			: `Asked ${row.modelId} in the end`;
	return {
		text: `${head}: ${reasons}.`,
		details: passed.map(detailOf),
		needsCare: passed.some(({ error }) => needsCare.includes(error.kind))
	};
}
