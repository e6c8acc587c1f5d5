/** Ways to cut a body into the pieces a network might deliver. */
const encoder = new TextEncoder();

/** One byte a piece. */
export function byteByByte(body: string): Uint8Array[] {
	const bytes = encoder.encode(body);
	return Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
}

/** Cut at the given fractions of its length, each between 0 and 1, in any order. */
export function cutAt(body: string, fractions: readonly number[]): Uint8Array[] {
	const bytes = encoder.encode(body);
	const edges = fractions.map((fraction) => Math.floor(fraction * bytes.length));
	const points = [0, ...edges.sort((a, b) => a - b), bytes.length];
	return points.slice(1).map((end, index) => bytes.subarray(points[index], end));
}
