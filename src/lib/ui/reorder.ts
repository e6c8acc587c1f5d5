/**
 * A list in another order, by dragging an item's grip with mouse, pen or finger. The others make
 * room while it moves; only letting go changes anything. Esc puts it back.
 */
import type { Attachment } from 'svelte/attachments';

/** Where an item begins and how high it is (px). */
export interface Span {
	readonly top: number;
	readonly height: number;
}

const middle = ({ top, height }: Span): number => top + height / 2;
const bottom = ({ top, height }: Span): number => top + height;

/** The place an item that was moved by so much takes: its leading edge has passed the middles. */
export function placeAfter(spans: readonly Span[], from: number, moved: number): number {
	const own = spans[from];
	if (own === undefined) return from;
	const below = spans.slice(from + 1).filter((span) => bottom(own) + moved > middle(span));
	const above = spans.slice(0, from).filter((span) => own.top + moved < middle(span));
	return from + below.length - above.length;
}

/** How far each item stands from where it was while one is held over another place (px). */
export function shifts(spans: readonly Span[], from: number, to: number): readonly number[] {
	const own = spans[from];
	const next = spans[from + 1];
	const previous = spans[from - 1];
	const goal = spans[to];
	if (own === undefined || goal === undefined) return spans.map(() => 0);
	const up = next === undefined ? 0 : own.top - next.top;
	const down = previous === undefined ? 0 : bottom(own) - bottom(previous);
	return spans.map((_, at) => {
		if (at === from) return to > from ? bottom(goal) - bottom(own) : goal.top - own.top;
		if (at > from && at <= to) return up;
		return at < from && at >= to ? down : 0;
	});
}

export interface ReorderOptions {
	/** The items in their order. */
	readonly items: () => readonly HTMLElement[];
	/** An item was let go at another place, both counted from 0. */
	readonly onmove: (from: number, to: number) => void;
}

/** Nearer than this to an edge of what scrolls, the list scrolls along (px, and px per frame). */
const EDGE = 48;
const SPEED = 8;

function scrollerOf(element: HTMLElement): HTMLElement {
	let at = element.parentElement;
	while (at !== null && !/auto|scroll/.test(getComputedStyle(at).overflowY)) at = at.parentElement;
	return at ?? document.documentElement;
}

/** For the grip of each item. It also takes the arrow keys, so that it is a key for everybody. */
export function reorderGrip({ items, onmove }: ReorderOptions): Attachment<HTMLElement> {
	return (grip) => {
		let end: ((isKept: boolean) => void) | undefined;
		let moveTo: ((y: number) => void) | undefined;
		const placeOf = (list: readonly HTMLElement[]): number =>
			list.findIndex((item) => item.contains(grip));

		function begin(event: PointerEvent) {
			const list = items();
			const from = placeOf(list);
			const own = list[from];
			if (event.button !== 0 || own === undefined || list.length < 2) return;
			event.preventDefault();
			const { pointerId, clientY } = event;
			const scroller = scrollerOf(own);
			const spans = list.map((item) => ({ top: item.offsetTop, height: item.offsetHeight }));
			const scrolled = scroller.scrollTop;
			let y = clientY;
			let to = from;
			grip.setPointerCapture(pointerId);
			own.dataset['lifted'] = '';
			for (const item of list) item.dataset['reordering'] = '';

			const show = () => {
				const moved = y - clientY + scroller.scrollTop - scrolled;
				to = placeAfter(spans, from, moved);
				shifts(spans, from, to).forEach((shift, at) => {
					list[at]?.style.setProperty('translate', `0 ${at === from ? moved : shift}px`);
				});
			};
			const follow = () => {
				const { top, bottom } = scroller.getBoundingClientRect();
				const before = scroller.scrollTop;
				if (y < top + EDGE) scroller.scrollTop -= SPEED;
				else if (y > Math.min(bottom, innerHeight) - EDGE) scroller.scrollTop += SPEED;
				if (scroller.scrollTop !== before) show();
				frame = requestAnimationFrame(follow);
			};
			let frame = requestAnimationFrame(follow);
			const clear = () => {
				for (const item of list) {
					item.style.removeProperty('translate');
					delete item.dataset['reordering'];
				}
			};

			end = (isKept) => {
				end = undefined;
				moveTo = undefined;
				cancelAnimationFrame(frame);
				if (grip.hasPointerCapture(pointerId)) grip.releasePointerCapture(pointerId);
				const goal = isKept ? to : from;
				delete own.dataset['lifted'];
				shifts(spans, from, goal).forEach((shift, at) => {
					list[at]?.style.setProperty('translate', `0 ${shift}px`);
				});
				const settling = list.flatMap((item) => item.getAnimations().map((each) => each.finished));
				void Promise.allSettled(settling).then(() => {
					clear();
					if (goal !== from) onmove(from, goal);
				});
			};
			moveTo = (next) => {
				y = next;
				show();
			};
		}

		function pressed(event: KeyboardEvent) {
			const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
			const list = items();
			const from = placeOf(list);
			if (by === 0 || end !== undefined || list[from + by] === undefined) return;
			event.preventDefault();
			onmove(from, from + by);
		}

		/** Wherever the focus is while something is held. */
		function escaped(event: KeyboardEvent) {
			if (event.key !== 'Escape' || end === undefined) return;
			event.stopPropagation();
			end(false);
		}

		const move = ({ clientY }: PointerEvent) => moveTo?.(clientY);
		const letGo = () => end?.(true);
		const lost = () => end?.(false);
		grip.style.touchAction = 'none';
		grip.addEventListener('pointerdown', begin);
		grip.addEventListener('pointermove', move);
		grip.addEventListener('pointerup', letGo);
		grip.addEventListener('pointercancel', lost);
		grip.addEventListener('keydown', pressed);
		addEventListener('keydown', escaped, true);
		return () => {
			end?.(false);
			grip.removeEventListener('pointerdown', begin);
			grip.removeEventListener('pointermove', move);
			grip.removeEventListener('pointerup', letGo);
			grip.removeEventListener('pointercancel', lost);
			grip.removeEventListener('keydown', pressed);
			removeEventListener('keydown', escaped, true);
		};
	};
}
