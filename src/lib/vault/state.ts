/** Decisions of the vault as functions of what is stored. */
import type { Bytes } from './envelope.ts';
import { firstState, type StateRow, type VaultRecord } from './store.ts';
import type { VaultStatus } from './types.ts';

/** A last activity this far in the future means that a clock was changed: counts as idle. */
const clockSkewMs = 60_000;

/** Whether the idle time is over, given the latest sign of a person and the time (ms since epoch). */
export function isExpired(
	{ autoLockMs }: Pick<StateRow, 'autoLockMs'>,
	{ lastSign, now }: { lastSign: number; now: number }
): boolean {
	if (autoLockMs === null) return false;
	const idle = now - lastSign;
	return idle >= autoLockMs || idle < -clockSkewMs;
}

/** Only wraps that this version does not know: there is a key, and it must not be replaced. */
export const isForeign = ({ device, passphrase, unknown }: VaultRecord): boolean =>
	!device && !passphrase && unknown.length > 0;

/** What is left when the key and its wraps are gone; `undefined` for a damaged record. */
export function stateAfterReset(stored: StateRow | undefined, now: number): StateRow {
	// The counters are lost with the damaged rows; the time is above any counter.
	const state = stored ?? { ...firstState, epoch: now, lastKeyId: Math.floor(now / 1000) };
	return { ...state, epoch: state.epoch + 1, autoLockMs: null, lockedBy: null };
}

/** A record of `undefined` is a damaged one. */
export function statusOf(
	record: VaultRecord | undefined,
	memory: { holdsKey: boolean; lockedBy: VaultStatus['lockedBy'] }
): VaultStatus {
	if (!record || isForeign(record)) return damagedStatus;
	const { device, passphrase, state } = record;
	if (passphrase) {
		const { autoLockMs } = state;
		return memory.holdsKey
			? { state: 'unlocked', protection: 'passphrase', autoLockMs, lockedBy: null }
			: { state: 'locked', protection: 'passphrase', autoLockMs, lockedBy: memory.lockedBy };
	}
	return { ...damagedStatus, state: device ? 'unlocked' : 'empty' };
}

export const damagedStatus: VaultStatus = {
	state: 'damaged',
	protection: 'device',
	autoLockMs: null,
	lockedBy: null
};

export const isSameStatus = (a: VaultStatus, b: VaultStatus): boolean =>
	a.state === b.state &&
	a.protection === b.protection &&
	a.autoLockMs === b.autoLockMs &&
	a.lockedBy === b.lockedBy;

export const isSameBytes = (a: Bytes | undefined, b: Bytes): boolean =>
	a?.length === b.length && b.every((byte, index) => byte === a[index]);
