import type { Component } from 'svelte';

/** An icon component, as `@lucide/svelte/icons/<name>` exports it. */
export type IconComponent = Component<{ size?: number | string; strokeWidth?: number | string }>;

/** What a lamp, badge or notice says by colour; there is always a word or an icon beside it. */
export type Tone = 'neutral' | 'ember' | 'ok' | 'warn' | 'bad';

/** What fills a context window. */
export type MeterKind = 'system' | 'pinned' | 'conversation' | 'message' | 'reserved';

/** One colour of a meter. */
export interface MeterPart {
	readonly kind: MeterKind;
	/** In tokens. */
	readonly amount: number;
}
