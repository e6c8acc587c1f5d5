/** The list of conversations by date: pure. Days are those of the device's calendar. */
import type { ConversationRow } from '#lib/db';

const DAYS_OF_A_WEEK = 7;

/** Making an Intl.DateTimeFormat takes 40 ms of the first screen. */
const MONTHS = [
	'January',
	'February',
	'March',
	'April',
	'May',
	'June',
	'July',
	'August',
	'September',
	'October',
	'November',
	'December'
] as const;

export interface ConversationGroup {
	readonly label: string;
	readonly rows: readonly ConversationRow[];
}

/** Midnight this many days before the day of `at`; right across changes of the clock. */
function dayStart(at: number, daysBefore: number): number {
	const date = new Date(at);
	return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBefore).getTime();
}

/**
 * Groups conversations that are sorted by last activity, latest first.
 * @param now ms since the epoch: says what “Today” is
 */
export function groupByDate(rows: readonly ConversationRow[], now: number): ConversationGroup[] {
	const today = dayStart(now, 0);
	const yesterday = dayStart(now, 1);
	const week = dayStart(now, DAYS_OF_A_WEEK);
	const year = new Date(now).getFullYear();
	const labelOf = ({ lastActivityAt: at }: ConversationRow): string => {
		if (at >= today) return 'Today';
		if (at >= yesterday) return 'Yesterday';
		if (at >= week) return 'Previous 7 days';
		const date = new Date(at);
		const month = MONTHS[date.getMonth()] ?? '';
		return date.getFullYear() === year ? month : `${month} ${date.getFullYear()}`;
	};
	const groups = new Map<string, ConversationRow[]>();
	for (const row of rows) {
		const label = labelOf(row);
		const own = groups.get(label);
		if (own) own.push(row);
		else groups.set(label, [row]);
	}
	return [...groups].map(([label, own]) => ({ label, rows: own }));
}
