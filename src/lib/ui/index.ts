export { Copied } from './copied.svelte.ts';
export { place, type Placement } from './place.ts';
export { reorderGrip } from './reorder.ts';
export { toasts, ToastList, type ToastContent } from './toast.svelte.ts';
export { tooltip, type TooltipContent } from './tooltip.svelte.ts';
export type { IconComponent, MeterKind, MeterPart, Tone } from './types.ts';
