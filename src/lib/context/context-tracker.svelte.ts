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
/** How long, when it is asked to count the draft itself: not between two words (ms). */
const REST = 700;
/** Longer drafts stay estimates (UTF-16 units). */
const COUNTED = 50_000;

export type OpenQuery = Omit<ContextQuery, 'draft' | 'draftTokens' | 'strategy'>;

/** What is open, read reactively. */
export interface ContextSource {
	readonly verbs: Pick<RequestVerbs, 'measure' | 'whenExact'>;
	/** Undefined while no model is chosen. */
	readonly query: () => OpenQuery | undefined;
	readonly draft: () => { readonly text: string };
	/** The draft is on its way to be a message: it is neither any more, nor yet. */
	readonly isSending: () => boolean;
	/** Whose tokens the draft is counted in: of a route the model that is asked first. */
	readonly modelId: () => string;
	/** All else that a measure rests on, as one text: another text, another measure. */
	readonly version: () => string;
}

interface Measured {
	readonly query: ContextQuery;
	/** The draft as it was. */
	readonly text: string;
	readonly measure: ContextMeasure;
}

export class ContextTracker {
	readonly #source: ContextSource;
	readonly #count = new DraftCount();
	#measured = $state.raw<Measured>();
	#asked = 0;
	#changes = $state.raw(0);
	/** Of a new conversation's draft, as it was before it was sent. */
	#firstTokens = 0;
	/** What exact counts were asked for. */
	#awaited = '';
	/** A model whose drafts the engine counts exactly. */
	#exactModel = '';
	/** Whether “What will be sent” is open. */
	isPanelOpen = $state(false);
	/** Equal requests are one text, so that a change of nothing asks for nothing. */
	readonly #open: string = $derived.by(() => JSON.stringify(this.#source.query() ?? null));
	readonly #isNew: boolean = $derived.by(() => this.#source.query()?.conversationId === '');
	/** By itself: a draft that is made while this is read is followed by whoever reads its text. */
	readonly #draft = $derived.by(() => this.#source.draft());
	readonly #draftTokens: number = $derived.by(() => {
		const { text } = this.#draft;
		this.#count.update(text);
		const tokens = text === '' ? 0 : this.#count.tokens(this.#source.modelId());
		if (this.#isNew && !this.#source.isSending()) this.#firstTokens = tokens;
		return tokens;
	});
	readonly #query: ContextQuery | undefined = $derived.by(() => {
		const query = JSON.parse(this.#open) as OpenQuery | null;
		return query === null ? undefined : { ...query, draftTokens: this.#draftTokens };
	});
	readonly #shown: ShownContext | undefined = $derived.by(() => {
		const measured = this.#measured;
		if (measured === undefined) return undefined;
		const { measure, query, text } = measured;
		const tokens = this.#draftTokens;
		// The first message makes its conversation: until that is measured, the figures still hold.
		if (query.conversationId === '' && (!this.#isNew || this.#source.isSending()))
			return shownContext(measure, this.#firstTokens - query.draftTokens);
		if (query.conversationId !== this.#query?.conversationId) return undefined;
		const typed = tokens === 0 ? Number.NEGATIVE_INFINITY : tokens - query.draftTokens;
		return shownContext(measure, typed, this.#draft.text !== text);
	});

	constructor(source: ContextSource) {
		this.#source = source;
	}

	/** The request as it would go out now; undefined while no model is chosen. */
	get query(): ContextQuery | undefined {
		const query = this.#query;
		return query && this.#withDraft(query);
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
		const { query } = this;
		if (query !== undefined) await this.#measure(query);
	}

	/** For an effect: asks the engine a moment after the last change of what it read. */
	follow(): (() => void) | undefined {
		const query = this.#query;
		const { text } = this.#draft;
		this.#source.version();
		if (query === undefined || this.#source.isSending()) return undefined;
		const timers = [
			setTimeout(() => {
				const isCounted = text !== '' && this.#measured?.query.draft === text;
				void this.#measure(isCounted ? { ...query, draft: text } : query);
			}, DELAY)
		];
		if (text !== '' && query.modelId === this.#exactModel)
			timers.push(setTimeout(() => void this.refresh(), REST));
		return () => {
			timers.forEach(clearTimeout);
		};
	}

	/** The draft itself goes along where that makes its count exact. */
	#withDraft(query: ContextQuery): ContextQuery {
		const { text } = this.#draft;
		const isCounted = query.modelId === this.#exactModel && text.length <= COUNTED;
		return isCounted && text !== '' ? { ...query, draft: text } : query;
	}

	async #measure(query: ContextQuery): Promise<void> {
		this.#asked += 1;
		const asked = this.#asked;
		const { text } = this.#draft;
		try {
			const measure = await this.#source.verbs.measure(query);
			if (asked !== this.#asked) return;
			this.#measured = { query, text, measure };
			this.#changes += 1;
			if (measure.isApproximate) void this.#awaitExact(query);
		} catch {
			// What cannot be measured is not shown; sending says what is wrong.
			if (asked === this.#asked) this.#measured = undefined;
		}
	}

	/** Measures again once what is stored is counted exactly; asked once for each branch and model. */
	async #awaitExact(query: ContextQuery): Promise<void> {
		const awaited = this.#open;
		if (awaited === this.#awaited) return;
		this.#awaited = awaited;
		const isExact = await this.#source.verbs.whenExact(query).catch(() => false);
		if (!isExact || awaited !== this.#open) return;
		this.#exactModel = query.modelId;
		await this.refresh();
	}
}
