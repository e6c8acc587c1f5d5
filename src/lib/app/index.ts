/** Composition root of the page. */
export { afterFirstPaint, afterNextFrame, whenIdle } from './after-first-paint.ts';
export { getApp, getUpdates, setApp, setUpdates, Startup, type App } from './app.svelte.ts';
export { holdReload } from './hold-reload.ts';
export { holdUnsaved, type UnsavedText } from './hold-unsaved.ts';
export { default as AppContext } from './AppContext.svelte';
export { default as StartFailed } from './StartFailed.svelte';
export { default as UpdatePrompt } from './UpdatePrompt.svelte';
export { Updates } from './updates.svelte.ts';
export { getShell } from './shell.svelte.ts';
export { default as Shell } from './Shell.svelte';
