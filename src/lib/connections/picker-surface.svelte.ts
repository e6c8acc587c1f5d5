import { clearOf, place, trayAround } from '#lib/ui';
import { untrack } from 'svelte';

/** In CSS px, where the window allows it. */
const WIDTH = 600;
const HEIGHT = 560;
/** Less room than this above the tray, and it covers a part of it. */
const LEAST = 360;
const GAP = 8;

/** Where the picker stands, and how high its lines are. All lengths in CSS px. */
export class PickerSurface {
	readonly #anchor: () => HTMLElement | undefined;
	#spot = $state.raw({ left: 0, top: 0, height: HEIGHT });
	#rem = $state(16);
	#isCoarse = $state(false);
	#isNarrow = $state(false);

	/** @param anchor the key that opened it; without one it stands in the middle of the window */
	constructor(anchor: () => HTMLElement | undefined) {
		this.#anchor = anchor;
	}

	get spot(): { readonly left: number; readonly top: number; readonly height: number } {
		return this.#spot;
	}

	/** It is a sheet that fills a phone. */
	get isNarrow(): boolean {
		return this.#isNarrow;
	}

	get rowHeight(): number {
		return ((this.#isNarrow ? 56 : this.#isCoarse ? 48 : 38) / 16) * this.#rem;
	}

	get groupHeight(): number {
		return (30 / 16) * this.#rem;
	}

	/**
	 * An attachment for the popover: opens it, keeps it in its place, and gives the focus back where
	 * it came from when it goes.
	 */
	readonly show = (focus: () => void) => (element: HTMLElement) => {
		const before = document.activeElement;
		const backTo = untrack(this.#anchor) ?? (before instanceof HTMLElement ? before : undefined);
		const settle = () => {
			this.#settle();
			element.focus();
			focus();
		};
		untrack(() => {
			element.showPopover();
			settle();
		});
		window.addEventListener('resize', settle);
		return () => {
			window.removeEventListener('resize', settle);
			const isHeld =
				element.contains(document.activeElement) || document.activeElement === document.body;
			if (isHeld) backTo?.focus({ preventScroll: true });
		};
	};

	#settle(): void {
		this.#rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
		this.#isCoarse = matchMedia('(pointer: coarse)').matches;
		this.#isNarrow = matchMedia('(width < 600px)').matches;
		const viewport = { width: document.documentElement.clientWidth, height: window.innerHeight };
		const middle = {
			left: (viewport.width - WIDTH) / 2,
			top: (viewport.height + HEIGHT) / 2,
			width: WIDTH,
			height: 0
		};
		const size = { width: Math.min(WIDTH, viewport.width - 16), height: HEIGHT };
		const key = this.#anchor();
		const { left, top, maxHeight } = place(
			clearOf(
				key?.getBoundingClientRect() ?? middle,
				trayAround(key)?.getBoundingClientRect(),
				LEAST,
				GAP
			),
			size,
			viewport,
			{ side: 'above', align: 'start', gap: GAP }
		);
		this.#spot = { left, top, height: Math.min(HEIGHT, maxHeight) };
	}
}
