/** Comma-separated values (RFC 4180) that are safe to open in a spreadsheet. Pure. */
import type { UsageRow } from '#lib/db';
import { inCurrency, type Currency } from './money.ts';

/** What a spreadsheet takes for the start of a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

function field(value: string | number | undefined): string {
	if (value === undefined) return '';
	if (typeof value === 'number') return decimal(value);
	const text = FORMULA.test(value) ? `'${value}` : value;
	return /[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Without an exponent, which not every reader understands. */
function decimal(value: number): string {
	if (Number.isInteger(value)) return String(value);
	return value.toFixed(9).replace(/\.?0+$/, '');
}

/** One record, its line end included. */
export const csvRecord = (fields: readonly (string | number | undefined)[]): string =>
	`${fields.map(field).join(',')}\r\n`;

/** The header of an export; costs come in USD and, when one is chosen, in the other currency. */
export const usageHeader = (currency: Currency | null): string =>
	csvRecord([
		'time',
		'day',
		'connection',
		'provider',
		'model',
		'purpose',
		'input_tokens',
		'cached_input_tokens',
		'cache_write_tokens',
		'output_tokens',
		'reasoning_tokens',
		'tokens_estimated',
		'cost_usd',
		'saved_usd',
		...(currency === null ? [] : [`cost_${currency.code.toLowerCase()}`])
	]);

/** One request as a record. What is unknown stays empty, it is not 0. */
export function usageRecord(row: UsageRow, label: string, currency: Currency | null): string {
	const { usage, costUsd } = row;
	return csvRecord([
		new Date(row.at).toISOString(),
		row.day,
		label,
		row.presetId,
		row.modelId,
		row.purpose,
		usage.inputTokens,
		usage.cachedInputTokens,
		usage.cacheWriteTokens,
		usage.outputTokens,
		usage.reasoningTokens,
		row.estimated === 1 ? 'yes' : 'no',
		costUsd,
		row.savedUsd,
		...(currency === null ? [] : [costUsd && inCurrency(costUsd, currency)])
	]);
}
