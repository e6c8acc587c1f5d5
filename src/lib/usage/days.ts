/** Calendar days and months of the person's own time zone, as sortable text. Pure. */

const two = (n: number): string => String(n).padStart(2, '0');

/** `YYYY-MM-DD` in the local time zone. */
export function localDay(at: number): string {
	const date = new Date(at);
	const year = String(date.getFullYear()).padStart(4, '0');
	return `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `YYYY-MM` of a day. */
export const monthOf = (day: string): string => day.slice(0, 7);

function utcOf(start: string): Date {
	const [year = 0, month = 1, day = 1] = start.split('-').map(Number);
	return new Date(Date.UTC(year, month - 1, day));
}

/** A day that many days later; earlier when negative. Counts days, not hours: no DST inside. */
export function addDays(day: string, count: number): string {
	const date = utcOf(day);
	date.setUTCDate(date.getUTCDate() + count);
	return date.toISOString().slice(0, 10);
}

/** A month (`YYYY-MM`) that many months later; earlier when negative. */
export function addMonths(month: string, count: number): string {
	const date = utcOf(month);
	date.setUTCMonth(date.getUTCMonth() + count);
	return date.toISOString().slice(0, 7);
}

/** 0 is Monday. */
export const weekdayOf = (day: string): number => (utcOf(day).getUTCDay() + 6) % 7;

const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat('en-GB', {
	weekday: 'long',
	day: 'numeric',
	month: 'short',
	timeZone: 'UTC'
});
const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });
const monthAndYear = new Intl.DateTimeFormat('en-GB', {
	month: 'long',
	year: 'numeric',
	timeZone: 'UTC'
});

/** A day, month or year on an axis: “18 Nov”, “Nov” (January brings its year), “2025”. */
export function axisLabel(start: string): string {
	if (start.length === 4) return start;
	if (start.length === 10) return short.format(utcOf(start));
	return start.endsWith('-01')
		? `${month.format(utcOf(start))} ${start.slice(0, 4)}`
		: month.format(utcOf(start));
}

/** A day, month or year in a sentence: “Tuesday 18 Nov”, “November 2025”, “2025”. */
export function spokenStart(start: string): string {
	if (start.length === 4) return start;
	return start.length === 10
		? long.format(utcOf(start)).replace(',', '')
		: monthAndYear.format(utcOf(start));
}
