/** The requests of a period as a file. */
import type { Database, UsageRow } from '#lib/db';
import { usageHeader, usageRecord } from './csv.ts';
import type { Currency } from './money.ts';
import { requestsByDay } from './queries.ts';
import { daysOf, type Period } from './report.ts';

export interface ExportOptions {
	readonly currency: Currency | null;
	/** The name of the connection a request went to. */
	readonly labelOf: (row: {
		connectionId: UsageRow['connectionId'];
		connectionLabel: string;
	}) => string;
}

/** Every request of a period as CSV. */
export async function usageFile(
	db: Database,
	period: Period,
	{ currency, labelOf }: ExportOptions
): Promise<Blob> {
	const { from, to } = daysOf(period);
	const parts = [usageHeader(currency)];
	for await (const rows of requestsByDay(db, from, to)) {
		const records = rows.map((row) => {
			const label = labelOf({ connectionLabel: '', ...row });
			return usageRecord(row, label, currency);
		});
		parts.push(records.join(''));
	}
	return new Blob(parts, { type: 'text/csv;charset=utf-8' });
}

/** Hands the file to the browser to keep. */
export async function saveUsage(
	db: Database,
	period: Period,
	options: ExportOptions
): Promise<void> {
	const url = URL.createObjectURL(await usageFile(db, period, options));
	const link = document.createElement('a');
	link.href = url;
	link.download = `parlance-usage-${period.from}-to-${period.to}.csv`;
	link.click();
	// The browser reads the file after the click has returned.
	setTimeout(() => {
		URL.revokeObjectURL(url);
	}, 60_000);
}
