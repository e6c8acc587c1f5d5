import { mount, unmount } from 'svelte';
import Rehearsal from './Rehearsal.svelte';

let rehearsal: Promise<void> | undefined;

/**
 * Shows a turn to nobody, once in a page's life: what has been shown before is shown in half the
 * time, and the first turn is the one by which an app is judged.
 * @param context that of a component below the desk
 */
export const rehearseTurn = (context: Map<unknown, unknown>): Promise<void> =>
	(rehearsal ??= play(context));

async function play(context: Map<unknown, unknown>): Promise<void> {
	const target = document.createElement('div');
	let stage: Record<string, never> = {};
	await new Promise<void>((onend) => {
		stage = mount(Rehearsal, { target, context, props: { onend } });
	});
	await unmount(stage);
}
