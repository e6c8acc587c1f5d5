/**
 * Opens what a long press or the right button calls up. On a phone only when the finger is off:
 * lifted outside a popover that has opened meanwhile, it would close that again.
 */
export function openByPress(event: MouseEvent, open: () => void): void {
	event.preventDefault();
	// Some browsers do not tell what pressed. The menu key of a keyboard lifts no finger.
	const isFinger =
		event instanceof PointerEvent
			? event.pointerType === 'touch'
			: matchMedia('(hover: none)').matches;
	if (!isFinger) {
		open();
		return;
	}
	const waiting = new AbortController();
	for (const type of ['pointerup', 'pointercancel', 'pointerdown'])
		addEventListener(
			type,
			() => {
				waiting.abort();
				if (type !== 'pointerdown') setTimeout(open);
			},
			{ signal: waiting.signal }
		);
}
