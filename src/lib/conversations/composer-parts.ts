/** Parts of the composer that the first paint does without. */
export { default as ComposerContext } from './ComposerContext.svelte';
export { default as TrayNotes } from './TrayNotes.svelte';
