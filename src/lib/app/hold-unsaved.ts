import { beforeNavigate } from '$app/navigation';
import { holdReload } from './hold-reload.ts';

/** A text that is being edited. */
export interface UnsavedText {
	/** Something typed would be lost. */
	readonly hasUnsaved: () => boolean;
	/** It is on its way: another page does not lose it. */
	readonly isSaving: () => boolean;
}

/**
 * No update reloads the page while there is unsaved text, and whoever leaves the page is asked
 * first. Call it while a component is set up; it ends with the component.
 */
export function holdUnsaved({ hasUnsaved, isSaving }: UnsavedText, question: string): void {
	holdReload(hasUnsaved);
	beforeNavigate((navigation) => {
		if (!hasUnsaved() || isSaving()) return;
		if (navigation.willUnload || !confirm(question)) navigation.cancel();
	});
}
