/**
 * Hybrid logical clock (Kulkarni et al., “Logical Physical Clocks”, 2014): stamps that order the
 * writes of several devices. A stamp is text that sorts by time: 12 hex digits of milliseconds,
 * 4 hex digits of a counter, then the device id.
 */

/** `mmmmmmmmmmmm` `cccc` `-` device id. */
export type Stamp = string;

const COUNTER_LIMIT = 0xffff;
/** A stamp from further in the future than this is data, but does not move our clock (ms). */
const FUTURE_TOLERANCE = 5 * 60_000;

export interface ClockState {
	readonly deviceId: string;
	/** The last stamp made or seen. */
	readonly last: Stamp;
}

function encode(time: number, counter: number, deviceId: string): Stamp {
	return `${time.toString(16).padStart(12, '0')}${counter.toString(16).padStart(4, '0')}-${deviceId}`;
}

function decode(stamp: Stamp): { time: number; counter: number } {
	const time = Number.parseInt(stamp.slice(0, 12), 16);
	const counter = Number.parseInt(stamp.slice(12, 16), 16);
	return Number.isFinite(time) && Number.isFinite(counter)
		? { time, counter }
		: { time: 0, counter: 0 };
}

/** The next stamp: later than every stamp made or seen, whatever the wall clock says. */
export function tick(state: ClockState, now: number): ClockState {
	const last = decode(state.last);
	if (now > last.time) return { ...state, last: encode(now, 0, state.deviceId) };
	if (last.counter < COUNTER_LIMIT)
		return { ...state, last: encode(last.time, last.counter + 1, state.deviceId) };
	return { ...state, last: encode(last.time + 1, 0, state.deviceId) };
}

/** Takes note of a stamp made elsewhere, so that our next one is later. */
export function observe(state: ClockState, seen: Stamp, now: number): ClockState {
	if (seen.slice(0, 16) <= state.last.slice(0, 16)) return state;
	if (decode(seen).time > now + FUTURE_TOLERANCE) return state;
	return { ...state, last: `${seen.slice(0, 16)}-${state.deviceId}` };
}
