import type { IconComponent } from './types.ts';

/** What a toast says; one short sentence, and at most one thing to do about it. */
export interface ToastContent {
	readonly text: string;
	readonly icon?: IconComponent | undefined;
	readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

export interface Toast extends ToastContent {
	readonly id: number;
}

interface Timed extends Toast {
	/** Milliseconds that it will still be shown. */
	left: number;
}

/** How long a toast stays, unless it is hovered or focused. */
export const TOAST_MS = 6000;
const MOST = 3;

/**
 * The short news of the page. For what needs no answer: errors that do stand where they happened.
 * `Toasts.svelte`, placed once in the shell, shows them.
 */
export class ToastList {
	#shown = $state.raw<readonly Timed[]>([]);
	#lastId = 0;
	#paused = false;
	/** When the time left last began to run, or undefined while it rests. */
	#runningSince: number | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	/** Oldest first. */
	get shown(): readonly Toast[] {
		return this.#shown;
	}

	/** Shows a toast for six seconds of not being hovered; the result takes it away earlier. */
	show(content: ToastContent): () => void {
		this.#settle();
		const id = ++this.#lastId;
		this.#shown = [...this.#shown, { ...content, id, left: TOAST_MS }].slice(-MOST);
		this.#schedule();
		return () => {
			this.dismiss(id);
		};
	}

	dismiss(id: number): void {
		this.#settle();
		this.#shown = this.#shown.filter((toast) => toast.id !== id);
		// What was pointed at is gone, and no event tells that the pointer has left it.
		if (this.#shown.length === 0) this.#paused = false;
		this.#schedule();
	}

	/** Someone reads or reaches for a toast: time stands still for all. */
	pause(): void {
		this.#settle();
		this.#paused = true;
		this.#schedule();
	}

	resume(): void {
		this.#paused = false;
		this.#schedule();
	}

	/** Takes the time that has run since the last look off every toast. */
	#settle(): void {
		if (this.#runningSince === undefined) return;
		const now = performance.now();
		const passed = now - this.#runningSince;
		this.#runningSince = now;
		for (const toast of this.#shown) toast.left -= passed;
	}

	#schedule(): void {
		clearTimeout(this.#timer);
		if (this.#paused || this.#shown.length === 0) {
			this.#runningSince = undefined;
			return;
		}
		this.#runningSince ??= performance.now();
		const next = Math.min(...this.#shown.map((toast) => toast.left));
		this.#timer = setTimeout(
			() => {
				this.#settle();
				this.#shown = this.#shown.filter((toast) => toast.left > 0);
				this.#schedule();
			},
			Math.max(0, next)
		);
	}
}

/** The page's toasts. */
export const toasts = new ToastList();
