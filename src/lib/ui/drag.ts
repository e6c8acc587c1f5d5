/** How a drawer follows a finger. Pure: positions in px, times in ms. */

export interface Point {
	readonly x: number;
	readonly y: number;
	readonly time: number;
}

/** Undecided until the finger has moved this far. */
const SLACK = 8;
/** Faster than this (px per ms) the direction decides, slower the place. */
const FLICK = 0.45;
/** A finger that has not moved for this long has stopped. */
const REST_MS = 80;

/** Whether a finger that began at `start` means to move the drawer, the page, or neither yet. */
export function intent(start: Point, now: Point, opening: boolean): 'drag' | 'other' | undefined {
	const across = opening ? now.x - start.x : start.x - now.x;
	const along = Math.abs(now.y - start.y);
	if (Math.abs(across) < SLACK && along < SLACK) return undefined;
	return across > along * 1.2 ? 'drag' : 'other';
}

/** How much of a drawer of this width shows, 0 to 1. */
export function shareShown(start: Point, now: Point, width: number, opening: boolean): number {
	const moved = (now.x - start.x) / width;
	return Math.min(1, Math.max(0, opening ? moved : 1 + moved));
}

/** Whether it opens when the finger lets go: by its speed, or, if it rested, by what shows. */
export function settlesOpen(
	share: number,
	previous: Point,
	last: Point,
	released: number
): boolean {
	const speed = (last.x - previous.x) / Math.max(1, last.time - previous.time);
	if (Math.abs(speed) > FLICK && released - last.time < REST_MS) return speed > 0;
	return share > 0.5;
}
