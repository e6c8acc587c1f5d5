import { mount } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import TooltipLayer from './TooltipLayer.svelte';

/**
 * One tooltip for the whole page: every trigger shares one element in the top layer, which is
 * mounted when the first tooltip is due. 1 KiB instead of the 9 that a component per trigger
 * from bits-ui would add to the first screen, which is full of icon buttons.
 *
 * A tooltip is never the only place of a fact: its trigger carries the same words as its name or
 * description, so the layer itself is hidden from assistive technology.
 */
export interface TooltipContent {
	readonly text: string;
	/** A shortcut, shown beside the text. */
	readonly keys?: string | undefined;
}

const DELAY_MS = 500;
/** Leaving for a moment keeps it, so that the pointer can reach the tooltip or its neighbour. */
const LINGER_MS = 120;
/** How long it stays after a finger has left. */
const TOUCH_STAY_MS = 2000;

const layer = $state<{
	anchor: HTMLElement | undefined;
	content: TooltipContent | undefined;
	onhold: () => void;
	onleave: () => void;
}>({
	anchor: undefined,
	content: undefined,
	onhold: () => {
		clearTimeout(timer);
	},
	onleave: () => {
		hide(LINGER_MS);
	}
});
let mounted = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function show(anchor: HTMLElement, content: () => TooltipContent | undefined, delay: number) {
	clearTimeout(timer);
	timer = setTimeout(
		() => {
			const current = content();
			if (!anchor.isConnected || current === undefined) return;
			layer.content = current;
			layer.anchor = anchor;
			if (!mounted) {
				mounted = true;
				mount(TooltipLayer, { target: document.body, props: layer });
			}
		},
		layer.anchor ? 0 : delay
	);
}

function hide(delay = 0) {
	clearTimeout(timer);
	// Never at once: a focused key that leaves the page blurs while Svelte takes it out, and state
	// may not change then.
	timer = setTimeout(() => {
		layer.anchor = undefined;
	}, delay);
}

/**
 * Shows words beside an element: 500 ms after the pointer or the keyboard's focus came, at once
 * when another was just open, while a finger rests on it, and at once when a button that has
 * nothing to do yet is pressed. Esc, scrolling and a press take it away.
 */
export function tooltip(content: () => TooltipContent | undefined): Attachment<HTMLElement> {
	return (element) => {
		const listeners = new AbortController();
		const on = <K extends keyof HTMLElementEventMap>(
			type: K,
			listener: (event: HTMLElementEventMap[K]) => void
		) => {
			element.addEventListener(type, listener, { signal: listeners.signal });
		};
		on('pointerenter', (event) => {
			if (event.pointerType !== 'touch') show(element, content, DELAY_MS);
		});
		on('pointerleave', (event) => {
			hide(event.pointerType === 'touch' ? TOUCH_STAY_MS : LINGER_MS);
		});
		on('pointerdown', (event) => {
			if (event.pointerType === 'touch') show(element, content, DELAY_MS);
			else hide();
		});
		on('click', () => {
			if (element.ariaDisabled !== 'true') return;
			show(element, content, 0);
		});
		on('focus', () => {
			if (element.matches(':focus-visible')) show(element, content, DELAY_MS);
		});
		on('blur', () => {
			hide();
		});
		on('keydown', (event) => {
			if (event.key === 'Escape') hide();
		});
		return () => {
			listeners.abort();
			if (layer.anchor === element) hide();
		};
	};
}
