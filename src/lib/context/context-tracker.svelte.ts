/**
 * The next request of what is open, measured as it changes. The draft is counted on the page with
 * each key; the engine measures the whole a moment after the last change. Nothing is measured
 * before something calls `follow`.
 */
import { DraftCount } from '#lib/context-window';
import type { ContextMeasure, ContextQuery, RequestVerbs } from '#lib/engine';
import { shownContext, type ShownContext } from './figures.ts';

/** How long the last change lies back when the engine is asked (ms). */
const DELAY = 150;

export type OpenQuery = Omit<ContextQuery, 'draftTokens' | 'strategy'>;

/** What is open, read reactively. */
export interface ContextSource {
	readonly verbs: Pick<RequestVerbs, 'measure'>;
	/** Undefined while no model is chosen. */
	readonly query: () => OpenQuery | undefined;
	readonly draft: () => { readonly text: string };
	/** Whose tokens the draft is counted in: of a route the model that is asked first. */
	readonly modelId: () => string;
	/** All else that a measure rests on, as one text: another text, another measure. */
	readonly version: () => string;
}

interface Measured {
	readonly query: ContextQuery;
	readonly measure: ContextMeasure;
}

export class ContextTracker {
	readonly #source: ContextSource;
	readonly #count = new DraftCount();
	#measured = $state.raw<Measured>();
	#asked = 0;
	#changes = $state.raw(0);
	/** Whether “What will be sent” is open. */
	isPanelOpen = $state(false);
	/** Equal requests are one text, so that a change of nothing asks for nothing. */
	readonly #open: string = $derived.by(() => JSON.stringify(this.#source.query() ?? null));
	/** By itself: a draft that is made while this is read is followed by whoever reads its text. */
	readonly #draft = $derived.by(() => this.#source.draft());
	readonly #draftTokens: number = $derived.by(() => {
		const { text } = this.#draft;
		this.#count.update(text);
		return text === '' ? 0 : this.#count.tokens(this.#source.modelId());
	});
	readonly #query: ContextQuery | undefined = $derived.by(() => {
		const query = JSON.parse(this.#open) as OpenQuery | null;
		return query === null ? undefined : { ...query, draftTokens: this.#draftTokens };
	});
	readonly #shown: ShownContext | undefined = $derived.by(() => {
		const measured = this.#measured;
		const of = measured?.query.conversationId;
		// The first message makes its conversation: until that is measured, the figures still hold.
		if (measured === undefined || (of !== '' && of !== this.#query?.conversationId))
			return undefined;
		return shownContext(measured.measure, this.#draftTokens - measured.query.draftTokens);
	});

	constructor(source: ContextSource) {
		this.#source = source;
	}

	/** The request as it would go out now; undefined while no model is chosen. */
	get query(): ContextQuery | undefined {
		return this.#query;
	}

	/** The figures to show; undefined until this conversation was measured. */
	get shown(): ShownContext | undefined {
		return this.#shown;
	}

	/** The last measure of this conversation; undefined while there is none. */
	measureOf(conversationId: ContextQuery['conversationId']): ContextMeasure | undefined {
		const measured = this.#measured;
		return measured?.query.conversationId === conversationId ? measured.measure : undefined;
	}

	/** Grows with each measure that was taken. */
	get version(): number {
		return this.#changes;
	}

	/** Something changed that the source does not tell of: a pin, a message left out. */
	async refresh(): Promise<void> {
		const query = this.#query;
		if (query !== undefined) await this.#measure(query);
	}

	/** For an effect: asks the engine a moment after the last change of what it read. */
	follow(): (() => void) | undefined {
		const query = this.#query;
		this.#source.version();
		if (query === undefined) return undefined;
		const timer = setTimeout(() => void this.#measure(query), DELAY);
		return () => {
			clearTimeout(timer);
		};
	}

	async #measure(query: ContextQuery): Promise<void> {
		this.#asked += 1;
		const asked = this.#asked;
		try {
			const measure = await this.#source.verbs.measure(query);
			if (asked !== this.#asked) return;
			this.#measured = { query, measure };
			this.#changes += 1;
		} catch {
			// What cannot be measured is not shown; sending says what is wrong.
			if (asked === this.#asked) this.#measured = undefined;
		}
	}
}
