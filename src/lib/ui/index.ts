/** What the primitives are used with; each of them is imported by its own name. */
export { Copied } from './copied.svelte.ts';
export { place } from './place.ts';
export { reorderGrip } from './reorder.ts';
export { toasts } from './toast.svelte.ts';
export { tooltip } from './tooltip.svelte.ts';
export { whenLeft } from './when-left.ts';
export type { IconComponent, MeterKind, MeterPart } from './types.ts';
