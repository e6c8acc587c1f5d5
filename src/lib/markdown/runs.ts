/** What a run of code can be; the order is the wire form between worker and page. */
export const kinds = [
	'plain',
	'keyword',
	'string',
	'number',
	'function',
	'type',
	'comment'
] as const;

export type Kind = (typeof kinds)[number];

export interface HighlightJob {
	readonly id: number;
	readonly code: string;
	readonly grammar: string;
}

export interface HighlightResult {
	readonly id: number;
	/** Absent when the grammar is not known or failed. */
	readonly runs: Uint32Array | undefined;
}
