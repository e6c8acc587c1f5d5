import { demoConnection } from '#lib/connections';
import { Live, type ConnectionRow, type Database, type UsageTotalRow } from '#lib/db';
import { addDays, localDay, spokenStart } from './days.ts';
import { readTotals } from './queries.ts';
import {
	namesOf,
	periodOf,
	type ConnectionName,
	type Group,
	type GroupBy,
	type Period,
	type PeriodChoice
} from './report.ts';
import { sumOf, type Figures } from './totals.ts';
import { purposeNames, words } from './words.ts';

/** Far from every day and month that a clock could say. */
const ever = { from: '0000', to: '9999-99' };
/** The longest period in days, and as many to compare with: few rows, however long the history. */
const DAYS = 60;
/** How often the time is looked at (ms). */
const LOOK_EVERY = 60_000;

/** What requests took in a period that a person chooses. To be made while a component is set up. */
export class UsageView {
	choice = $state<PeriodChoice>('30d');
	#now = $state(Date.now());
	readonly #today = $derived(localDay(this.#now));
	readonly #days: readonly UsageTotalRow[] | undefined;
	readonly #months: readonly UsageTotalRow[] | undefined;
	readonly #connections: readonly ConnectionRow[] | undefined;
	readonly #period = $derived.by(() => {
		const first = this.#months?.[0]?.start;
		const last = this.#months?.at(-1)?.start;
		const known = first === undefined || last === undefined ? undefined : { first, last };
		return periodOf(this.choice, this.#today, known);
	});
	readonly #totals = $derived(this.#within(this.#period.from, this.#period.to));
	readonly #figures = $derived(sumOf(this.#totals));
	readonly #before = $derived.by(() => {
		const { before } = this.#period;
		return before === undefined ? undefined : sumOf(this.#within(before.from, before.to));
	});
	readonly #nameOf = $derived.by(() => {
		const connections = [demoConnection, ...(this.#connections ?? [])];
		return namesOf(new Map(connections.map(({ id, label }) => [id, label])));
	});

	constructor(db: Database) {
		const days = $derived.by(() => {
			const to = this.#today;
			return new Live(() => readTotals(db, 'day', addDays(to, 1 - DAYS), to));
		});
		const months = new Live(() => readTotals(db, 'month', ever.from, ever.to));
		const connections = new Live(() => db.connections.orderBy('position').toArray());
		this.#days = $derived(days.current);
		this.#months = $derived(months.current);
		this.#connections = $derived(connections.current);
		$effect(() => {
			const timer = setInterval(() => {
				this.#now = Date.now();
			}, LOOK_EVERY);
			return () => {
				clearInterval(timer);
			};
		});
	}

	/** In ms since the epoch; a minute late at most. */
	get now(): number {
		return this.#now;
	}

	/** Local day. */
	get today(): string {
		return this.#today;
	}

	/** Totals of all months; undefined while loading. */
	get months(): readonly UsageTotalRow[] | undefined {
		return this.#months;
	}

	/** The saved connections in their order; undefined while loading. */
	get connections(): readonly ConnectionRow[] | undefined {
		return this.#connections;
	}

	/** Whether there ever was a request; undefined while loading. */
	get isUsed(): boolean | undefined {
		// The days alone can say yes, so the first picture does not wait for the months.
		if (this.#days !== undefined && this.#days.length > 0) return true;
		return this.#months && this.#months.length > 0;
	}

	get period(): Period {
		return this.#period;
	}

	/** The totals of the period. */
	get totals(): readonly UsageTotalRow[] {
		return this.#totals;
	}

	/** The period as a whole. */
	get figures(): Figures {
		return this.#figures;
	}

	/** As long a stretch before it, where there is one to compare with. */
	get before(): Figures | undefined {
		return this.#before;
	}

	/** A connection's name; `label` is `''` when it was never known. */
	connectionName(total: Pick<UsageTotalRow, 'connectionId' | 'connectionLabel'>): ConnectionName {
		return this.#nameOf(total);
	}

	/** What a group is called. */
	groupName({ sample }: Pick<Group, 'sample'>, by: GroupBy): { name: string; isDeleted: boolean } {
		if (by === 'model') return { name: sample.modelId, isDeleted: false };
		if (by === 'purpose') return { name: purposeNames[sample.purpose], isDeleted: false };
		if (by === 'time') return { name: spokenStart(sample.start), isDeleted: false };
		const { label, isDeleted } = this.#nameOf(sample);
		return { name: label === '' ? words.unknownConnection : label, isDeleted };
	}

	#within(from: string, to: string): readonly UsageTotalRow[] {
		const source = (this.#period.span === 'day' ? this.#days : this.#months) ?? [];
		return source.filter(({ start }) => start >= from && start <= to);
	}
}
