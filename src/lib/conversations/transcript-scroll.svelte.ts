/**
 * Which messages of a branch are in the page, and where the reader stands.
 *
 * A run of messages around the view is in the page in normal flow, between two spaces as high as
 * the rest is reckoned to be. What is read never moves: when messages come or go above it, or
 * change their height there, the space above takes up the difference, and only when that is used
 * up the scroll position is corrected. (Safari does no anchoring of its own, and a written scroll
 * position ends a fling on touch screens.) A reader at the end is kept there until they scroll up.
 */
import type { MessageId } from '#lib/db';
import { flushSync } from 'svelte';
import type { Place } from './desk.svelte.ts';
import { MessageHeights } from './message-heights.ts';
import { FIRST, nextRun, STEP, withoutFar, type Span } from './transcript-run.ts';

/** Nearer to the end than this counts as at the end (px). */
const AT_END = 24;
/** So much of the free space above a message is out of view when it stands at the top (px). */
const EDGE = 8;
/** How often a change of heights is looked at (ms). */
const LOOK_EVERY = 100;

export interface ScrollOptions {
	readonly branch: () => readonly MessageId[];
	/** Resolves when these bodies can be shown at once. */
	readonly load: (ids: readonly MessageId[]) => Promise<void>;
	readonly isLoaded: (id: MessageId) => boolean;
	/** The messages in the page have changed. */
	readonly onwindow: (ids: readonly MessageId[]) => void;
}

export class TranscriptScroll {
	readonly #options: ScrollOptions;
	#first = $state.raw<MessageId>();
	#count = $state.raw(FIRST);
	#isAtEnd = $state.raw(true);
	/** Follows the growing end. */
	#isFollowing = true;
	#scroller: HTMLElement | undefined;
	#above: HTMLElement | undefined;
	#below: HTMLElement | undefined;
	#end: HTMLElement | undefined;
	readonly #heights = new MessageHeights();
	#space = 0;
	#lastTop = 0;
	#lastHeight = 0;
	#isFilling = false;
	#frame: number | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#resizes: ResizeObserver | undefined;
	/** Where the shown run begins in the branch: the end of it, unless one has scrolled up. */
	readonly #from: number;
	readonly #shown: readonly MessageId[];

	constructor(options: ScrollOptions) {
		this.#options = options;
		this.#from = $derived.by(() => {
			const branch = options.branch();
			const at = this.#first === undefined ? -1 : branch.indexOf(this.#first);
			return at < 0 ? Math.max(0, branch.length - this.#count) : at;
		});
		this.#shown = $derived(options.branch().slice(this.#from, this.#from + this.#count));
	}

	/** The messages that are in the page. */
	get shown(): readonly MessageId[] {
		return this.#shown;
	}

	/** Place of the first of them in the branch, from 0. */
	get from(): number {
		return this.#from;
	}

	get isAtEnd(): boolean {
		return this.#isAtEnd;
	}

	/** The element that scrolls, with the spaces above and below the messages. */
	attach(scroller: HTMLElement, above: HTMLElement, below: HTMLElement): () => void {
		this.#scroller = scroller;
		this.#above = above;
		this.#below = below;
		const onScroll = () => {
			this.#scrolled();
		};
		const letGo = (event: Event) => {
			if (!(event instanceof WheelEvent) || event.deltaY < 0) this.#isFollowing = false;
		};
		scroller.addEventListener('scroll', onScroll, { passive: true });
		scroller.addEventListener('wheel', letGo, { passive: true });
		scroller.addEventListener('touchmove', letGo, { passive: true });
		const frame = new ResizeObserver(() => {
			if (this.#isFollowing) this.#toBottom();
			this.#settle();
		});
		frame.observe(scroller);
		return () => {
			frame.disconnect();
			this.#resizes?.disconnect();
			scroller.removeEventListener('scroll', onScroll);
			scroller.removeEventListener('wheel', letGo);
			scroller.removeEventListener('touchmove', letGo);
			if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
			clearTimeout(this.#timer);
			this.#scroller = undefined;
		};
	}

	/** An attachment for each message. */
	readonly observe = (element: HTMLElement): (() => void) => {
		this.#resizes ??= new ResizeObserver((entries) => {
			this.#resized(entries);
		});
		this.#resizes.observe(element);
		return () => {
			this.#resizes?.unobserve(element);
			this.#heights.forget(element);
		};
	};

	/**
	 * An attachment for a mark of no height where the last message's words end: below it may be room
	 * that was only made so that a question can stand at the top.
	 */
	readonly observeEnd = (element: HTMLElement): (() => void) => {
		this.#end = element;
		// An answer that grows into that room changes the size of nothing.
		const crossings = new IntersectionObserver(() => {
			this.#look();
		});
		crossings.observe(element);
		return () => {
			crossings.disconnect();
			if (this.#end === element) this.#end = undefined;
		};
	};

	/** Shows the end, or where the reader was. */
	start(place: Place | undefined): void {
		const at = place === undefined ? -1 : this.#options.branch().indexOf(place.messageId);
		if (place === undefined || at < 0) {
			this.toEnd();
			return;
		}
		this.#isFollowing = false;
		this.#show(at - 2, FIRST + 4);
		this.#scrollTo(this.#offsetOf(place.messageId) - place.top);
		this.#settle();
	}

	/** Goes to the end and stays there until the reader scrolls up. */
	toEnd(): void {
		this.#isFollowing = true;
		const branch = this.#options.branch();
		if (this.#from + this.#count < branch.length) this.#show(branch.length - FIRST, FIRST);
		this.#toBottom();
		this.#settle();
	}

	/**
	 * Puts a message to the top of the view and leaves it there. The shadow of what comes before it
	 * reaches into the space above it, and would peek out below the bar.
	 */
	toTop(id: MessageId): void {
		this.#isFollowing = false;
		const at = this.#options.branch().indexOf(id);
		if (at < 0) return;
		if (at < this.#from || at >= this.#from + this.#count) this.#show(at - STEP, STEP + 2);
		else if (this.#from + this.#count < at + 2)
			this.#show(this.#from, this.#options.branch().length - this.#from);
		this.#scrollTo(this.#offsetOf(id) + (at === 0 ? 0 : EDGE));
		this.#settle();
	}

	/** Where the reader is; undefined at the end. */
	place(): Place | undefined {
		const scroller = this.#scroller;
		if (scroller === undefined || this.#isAtEnd) return undefined;
		for (const id of this.#shown) {
			const element = this.#elementOf(id);
			if (element === null) continue;
			const top = element.offsetTop - scroller.scrollTop;
			if (top + element.offsetHeight > 0) return { messageId: id, top };
		}
		return undefined;
	}

	/**
	 * The branch is about to have another shape: more above, more below, or another turn. Call what
	 * it returns when the page shows that shape.
	 */
	hold(next: readonly MessageId[]): () => void {
		const anchor = this.#anchor(next);
		const before = anchor?.offsetTop ?? 0;
		return () => {
			if (anchor?.isConnected === true) this.#takeUp(anchor.offsetTop - before);
			this.#setBelow();
			if (this.#isFollowing) this.#toBottom();
			this.#settle();
		};
	}

	#elementOf(id: MessageId): HTMLElement | null {
		return this.#scroller?.querySelector<HTMLElement>(`[data-message="${id}"]`) ?? null;
	}

	#offsetOf(id: MessageId): number {
		return this.#elementOf(id)?.offsetTop ?? 0;
	}

	/** Where a message stands in the view; undefined while it is not in the page. */
	#spanOf(id: MessageId | undefined): Span | undefined {
		const element = id === undefined ? null : this.#elementOf(id);
		if (element === null || !this.#scroller) return undefined;
		const top = element.offsetTop - this.#scroller.scrollTop;
		return { top, bottom: top + element.offsetHeight };
	}

	#show(from: number, count: number): void {
		const branch = this.#options.branch();
		const start = Math.max(0, Math.min(from, branch.length - 1));
		this.#first = branch[start];
		this.#count = Math.max(1, count);
		flushSync();
		this.#setSpace(start * this.#heights.average);
		this.#setBelow();
	}

	#setSpace(height: number): void {
		this.#space = height;
		if (this.#above) this.#above.style.blockSize = `${height}px`;
	}

	#setBelow(): void {
		const rest = this.#options.branch().length - this.#from - this.#shown.length;
		if (this.#below) this.#below.style.blockSize = `${Math.max(0, rest) * this.#heights.average}px`;
	}

	#scrollTo(top: number): void {
		if (!this.#scroller) return;
		this.#scroller.scrollTop = top;
		this.#remember();
	}

	#toBottom(): void {
		if (this.#scroller) this.#scrollTo(this.#scroller.scrollHeight);
	}

	#remember(): void {
		const scroller = this.#scroller;
		if (!scroller) return;
		this.#lastTop = scroller.scrollTop;
		this.#lastHeight = scroller.scrollHeight;
	}

	/** Does something to the messages above the view without moving what is in it. */
	#keepStill(change: () => void): void {
		const scroller = this.#scroller;
		if (!scroller) {
			change();
			return;
		}
		const anchor = this.#anchor();
		const before = anchor?.offsetTop ?? 0;
		change();
		if (anchor?.isConnected === true) this.#takeUp(anchor.offsetTop - before);
		this.#setBelow();
	}

	/** The first message that touches the view. */
	#anchor(among = this.#shown): HTMLElement | undefined {
		const top = this.#scroller?.scrollTop ?? 0;
		for (const element of this.#scroller?.querySelectorAll<HTMLElement>('[data-message]') ?? []) {
			if (!among.includes(element.dataset['message'] as MessageId)) continue;
			if (element.offsetTop + element.offsetHeight > top) return element;
		}
		return undefined;
	}

	/** What is read has moved down by so much: the space above gives way, or the position follows. */
	#takeUp(moved: number): void {
		const wanted = this.#from === 0 ? 0 : this.#from * this.#heights.average;
		const space = this.#space - moved;
		// At the beginning nothing is above; elsewhere any positive space will do.
		if (this.#from > 0 && space > 0) {
			this.#setSpace(space);
			return;
		}
		if (moved === 0 && this.#space === wanted) return;
		this.#setSpace(wanted);
		const correction = wanted - space;
		if (this.#scroller && correction !== 0) this.#scrollTo(this.#scroller.scrollTop + correction);
	}

	#resized(entries: readonly ResizeObserverEntry[]): void {
		const scroller = this.#scroller;
		if (!scroller) return;
		const top = scroller.scrollTop;
		let moved = 0;
		for (const { target, borderBoxSize } of entries) {
			const height = borderBoxSize[0]?.blockSize ?? 0;
			const before = this.#heights.note(target, height);
			if (before === undefined || !(target instanceof HTMLElement)) continue;
			if (target.offsetTop + before <= top) moved += height - before;
		}
		if (this.#isFollowing) this.#toBottom();
		else if (moved !== 0) this.#takeUp(moved);
		// A growing answer need not be looked at in every frame.
		this.#timer ??= setTimeout(() => {
			this.#timer = undefined;
			this.#settle();
		}, LOOK_EVERY);
	}

	#scrolled(): void {
		const scroller = this.#scroller;
		if (!scroller) return;
		const wentUp = scroller.scrollTop < this.#lastTop - 2;
		if (wentUp && scroller.scrollHeight >= this.#lastHeight) this.#isFollowing = false;
		this.#settle();
	}

	/** Soon: looks what is near the view. */
	#settle(): void {
		this.#remember();
		this.#frame ??= requestAnimationFrame(() => {
			this.#frame = undefined;
			this.#look();
			void this.#fill();
		});
	}

	#look(): void {
		const scroller = this.#scroller;
		if (!scroller) return;
		const left = this.#end
			? this.#end.getBoundingClientRect().top - scroller.getBoundingClientRect().bottom
			: scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
		const isWhole = this.#from + this.#shown.length >= this.#options.branch().length;
		this.#isAtEnd = isWhole && left <= AT_END;
	}

	/** Takes in what comes near the view and lets go what is far from it. */
	async #fill(): Promise<void> {
		if (this.#isFilling || !this.#scroller) return;
		this.#isFilling = true;
		try {
			for (let round = 0; round < 40; round += 1) if (!(await this.#fillOnce())) break;
		} finally {
			this.#isFilling = false;
		}
		this.#options.onwindow(this.#shown);
	}

	/** @returns whether anything changed */
	async #fillOnce(): Promise<boolean> {
		const scroller = this.#scroller;
		const first = this.#shown[0];
		const last = this.#shown.at(-1);
		if (!scroller || first === undefined || last === undefined) return false;
		const run = { from: this.#from, to: this.#from + this.#shown.length };
		const height = scroller.clientHeight;
		const top = this.#spanOf(first)?.top ?? -scroller.scrollTop;
		const bottom = this.#spanOf(last)?.bottom ?? -scroller.scrollTop;
		const { length } = this.#options.branch();
		const next = nextRun(run, { length, span: { top, bottom }, height });
		if (next === 'jump') await this.#jump();
		else if (next !== undefined) await this.#extend(next.from, next.to - next.from);
		else {
			const branch = this.#options.branch();
			const { from, to } = withoutFar(run, height, (place) => this.#spanOf(branch[place]));
			if (from === run.from && to === run.to) return false;
			this.#keepStill(() => {
				this.#first = branch[from];
				this.#count = to - from;
				flushSync();
			});
		}
		return true;
	}

	async #extend(from: number, count: number): Promise<void> {
		const branch = this.#options.branch();
		await this.#options.load(branch.slice(from, from + count));
		if (this.#options.branch() !== branch || !this.#scroller) return;
		this.#keepStill(() => {
			this.#first = branch[from];
			this.#count = Math.min(count, branch.length - from);
			flushSync();
		});
	}

	/** The scroll bar was dragged to where no message is: shows those that belong there. */
	async #jump(): Promise<void> {
		const scroller = this.#scroller;
		const branch = this.#options.branch();
		if (!scroller) return;
		const share = scroller.scrollTop / Math.max(1, scroller.scrollHeight - scroller.clientHeight);
		const at = Math.round(share * (branch.length - 1));
		const from = Math.max(0, at - 2);
		await this.#options.load(branch.slice(from, from + FIRST));
		if (this.#options.branch() !== branch) return;
		this.#first = branch[from];
		this.#count = Math.min(FIRST, branch.length - from);
		flushSync();
		const anchor = branch[at];
		if (anchor === undefined) return;
		this.#setSpace(
			from === 0 ? 0 : Math.max(1, this.#space + scroller.scrollTop - this.#offsetOf(anchor))
		);
		this.#setBelow();
		this.#scrollTo(this.#offsetOf(anchor));
	}
}
