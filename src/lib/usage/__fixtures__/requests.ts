import { newId, newRid, type ConnectionId, type UsageRow } from '#lib/db/engine';
import type { PresetId } from '#lib/providers';
import { localDay } from '../days.ts';

/** Local noon of a day, ms since the epoch. */
export const noon = (day: string): number => new Date(`${day}T12:00:00`).getTime();

/** A finished request with the given properties. */
export function request(
	day: string,
	fields: Partial<Omit<UsageRow, 'connectionId' | 'presetId'>> & {
		readonly connectionId?: string;
		readonly presetId?: PresetId;
	} = {}
): UsageRow {
	const { connectionId = 'openai-1', presetId = 'openai', ...rest } = fields;
	const at = noon(day);
	return {
		id: newId(),
		rid: newRid(),
		day: localDay(at),
		at,
		connectionId: connectionId as ConnectionId,
		connectionLabel: 'OpenAI, personal',
		presetId,
		modelId: 'gpt-5.1',
		purpose: 'answer',
		usage: { inputTokens: 1000, outputTokens: 200 },
		costUsd: 0.01,
		...rest
	};
}

/** A finished request whose price nobody knows. */
export function unpriced(day: string): UsageRow {
	const row: { -readonly [Field in keyof UsageRow]: UsageRow[Field] } = request(day);
	delete row.costUsd;
	return row;
}
