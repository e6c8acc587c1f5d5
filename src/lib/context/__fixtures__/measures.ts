/** Measures and previews as an engine would answer, small enough to read. */
import type { MessageId } from '#lib/db';
import type { ContextEntry, ContextMeasure, ContextPreview } from '#lib/engine';
import { contextMeasure } from '#lib/engine/testing';

export const messageId = (number: number): MessageId =>
	`m${String(number).padStart(6, '0')}` as MessageId;

/** A measure with something in most of its parts. */
export const measureWith = (fields: Partial<ContextMeasure> = {}): ContextMeasure =>
	contextMeasure({
		parts: {
			system: 100,
			summary: 0,
			pinned: 50,
			history: 2950,
			attachments: 0,
			draft: 0,
			input: 3100
		},
		inputCostUsd: 0.0093,
		...fields
	});

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
