/** Measures and previews as an engine would answer, small enough to read. */
import type { MessageId } from '#lib/db';
import type { ContextEntry, ContextMeasure, ContextPreview } from '#lib/engine';

export const messageId = (number: number): MessageId =>
	`m${String(number).padStart(6, '0')}` as MessageId;

export function measureWith(fields: Partial<ContextMeasure> = {}): ContextMeasure {
	return {
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
			system: 100,
			summary: 0,
			pinned: 50,
			history: 2950,
			attachments: 0,
			draft: 0,
			input: 3100
		},
		isApproximate: false,
		strategy: { kind: 'newest' },
		strategyFrom: 'settings',
		startsAt: messageId(0),
		leftOutCount: 0,
		toSummarise: { count: 0 },
	isSummaryPassedOver: false,
		inputCostUsd: 0.0093,
		...fields
	};
}

export const entryWith = (number: number, fields: Partial<ContextEntry> = {}): ContextEntry => ({
	id: messageId(number),
	role: number % 2 === 0 ? 'user' : 'assistant',
	excerpt: `Message number ${number}`,
	tokens: 100,
	isApproximate: false,
	pinned: false,
	excluded: false,
	...fields
});

export function previewWith(
	entries: readonly ContextEntry[],
	fields: Partial<ContextMeasure> = {}
): ContextPreview {
	const leftOutCount = entries.filter(({ leftOut }) => leftOut !== undefined).length;
	return { ...measureWith({ leftOutCount, ...fields }), entries };
}
