/** What the engine tells a page, for tests of pages: complete, small enough to read. */
import type { MessageId } from '#lib/db';
import type { ContextMeasure } from './index.ts';

/** A request of 3,100 tokens for a window of 8,192, with nothing left out. */
export const contextMeasure = (fields: Partial<ContextMeasure> = {}): ContextMeasure => ({
	budget: {
		input: 6000,
		reservedOutput: 2000,
		margin: 192,
		window: 8192,
		boundBy: 'window',
		step: 1024
	},
	isWindowKnown: true,
	parts: {
		system: 0,
		summary: 0,
		pinned: 0,
		history: 3100,
		attachments: 0,
		draft: 0,
		input: 3100
	},
	isApproximate: false,
	strategy: { kind: 'newest' },
	strategyFrom: 'settings',
	startsAt: 'm000000' as MessageId,
	leftOutCount: 0,
	toSummarise: { count: 0 },
	isSummaryPassedOver: false,
	...fields
});
