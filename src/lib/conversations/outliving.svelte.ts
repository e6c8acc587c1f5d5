/**
 * Makes something that outlives the component which asked for it: its derived values belong to none,
 * and stay alive. For what starts no effects, so that there is nothing to end.
 */
export function outliving<T>(make: () => T): T {
	const made: { value?: T } = {};
	$effect.root(() => {
		made.value = make();
	});
	return made.value as T;
}
