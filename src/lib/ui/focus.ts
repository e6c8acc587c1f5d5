const TABBABLE =
	'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]:not([tabindex="-1"])';

/**
 * Keeps Tab going round inside a modal dialog. The page behind is inert, but past the last field
 * browsers step out to their own bars, and from there it is a long way back.
 */
export function wrapTab(event: KeyboardEvent, dialog: HTMLElement): void {
	if (event.key !== 'Tab') return;
	const stops = [...dialog.querySelectorAll<HTMLElement>(TABBABLE)].filter(
		(element) => element.checkVisibility() && element.tabIndex >= 0
	);
	const [first, last] = [stops[0], stops.at(-1)];
	const at = document.activeElement;
	const leaving = event.shiftKey ? at === first || at === dialog : at === last;
	if (!leaving || !first || !last) return;
	event.preventDefault();
	(event.shiftKey ? last : first).focus();
}
