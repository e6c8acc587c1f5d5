/** How a connection is, in a lamp and a few words. Pure. */
import type { ConnectionRow } from '#lib/db';
import {
	describeProviderError,
	type ErrorContext,
	type ErrorWords,
	type ProviderErrorDetails
} from '#lib/providers';
import type { LocalFailure } from '#lib/engine';
import { ago } from './format.ts';
import { lacksKey } from './lacks-key.ts';

export interface ConnectionStatus {
	readonly lamp: 'ready' | 'waiting' | 'failed' | 'off';
	readonly text: string;
}

/** Why the models of a connection may not answer: a badge on their rows. */
export interface Trouble {
	readonly tone: 'warn' | 'bad';
	readonly text: string;
}

const localKinds: readonly string[] = [
	'no-connection',
	'locked',
	'no-key',
	'key-unreadable',
	'key-needed-for-new-origin',
	'bad-form'
] satisfies readonly LocalFailure['kind'][];

/** Whether nothing left this device. */
export function isLocalFailure(error: ProviderErrorDetails | LocalFailure): error is LocalFailure {
	return localKinds.includes(error.kind);
}

/** The same for one refusal. */
export function troubleOfError(error: ProviderErrorDetails, hasKey = true): Trouble {
	switch (error.kind) {
		case 'auth':
			return { tone: 'bad', text: hasKey ? 'Key refused' : 'No key' };
		case 'permission':
			return { tone: 'bad', text: 'Not allowed' };
		case 'billing':
			return { tone: 'bad', text: 'No credit' };
		case 'rate_limit':
			return { tone: 'warn', text: 'Too many requests' };
		case 'overloaded':
			return { tone: 'warn', text: 'Overloaded' };
		case 'network_or_cors':
		case 'timeout':
			if (error.networkCause === 'offline') return { tone: 'warn', text: 'Offline' };
			if (error.networkCause === 'not-loaded') return { tone: 'warn', text: 'Not loaded yet' };
			return { tone: 'bad', text: 'Not reachable' };
		default:
			return { tone: 'bad', text: 'Test failed' };
	}
}

/** What stands in the way, as far as the last test says. */
export function troubleOf(row: ConnectionRow): Trouble | undefined {
	if (lacksKey(row)) return { tone: 'bad', text: 'No key' };
	return row.test?.ok === false
		? troubleOfError(row.test.error, row.sealedKey !== null)
		: undefined;
}

/** The line below a connection's label. */
export function statusOf(row: ConnectionRow, now: number, isTesting = false): ConnectionStatus {
	if (row.presetId === 'demo') return { lamp: 'ready', text: 'Works offline, needs no key' };
	if (isTesting) return { lamp: 'waiting', text: 'Testing' };
	if (row.enabled === 0) return { lamp: 'off', text: 'Switched off' };
	if (lacksKey(row)) return { lamp: 'off', text: 'Needs a key' };
	if (row.test === undefined) return { lamp: 'off', text: 'Not tested yet' };
	const tested = ago(row.test.at, now);
	if (row.test.ok) return { lamp: 'ready', text: `Ready, tested ${tested}` };
	const { tone, text } = troubleOfError(row.test.error, row.sealedKey !== null);
	return { lamp: tone === 'bad' ? 'failed' : 'waiting', text: `${text}, tested ${tested}` };
}

/** Words of the providers about a running conversation, which a test has not. */
const ofMessages = /(?:Your message|What arrived) is saved[.;]\s*(\w?)/g;

/** What a failed test means, in sentences for people. */
export function describeTestError(
	error: ProviderErrorDetails | LocalFailure,
	context: ErrorContext
): ErrorWords {
	if (isLocalFailure(error)) return { title: error.message, advice: '' };
	const words = describeProviderError(error, context);
	const advice = words.advice.replace(ofMessages, (_, next: string) => next.toUpperCase());
	return { ...words, advice };
}
