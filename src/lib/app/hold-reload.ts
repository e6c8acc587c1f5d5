import { onDestroy } from 'svelte';
import { getUpdates } from './app.svelte.ts';

/**
 * No update reloads the page by itself while this says that something typed here would be lost.
 * Call it while a component is set up; it ends with the component.
 */
export function holdReload(hasUnsaved: () => boolean): void {
	onDestroy(getUpdates().guard({ mayReload: () => !hasUnsaved() }));
}
