import type { MessageId } from '#lib/db';

const nothing = () => undefined;

/**
 * A key goes with its message when that makes room for an alternative, and the focus would fall to
 * the page. Call it before the branch changes, and what it returns when the page shows the change:
 * the same key of the alternative has the focus then, or its pager, or the transcript.
 *
 * @param parentOf the message that one in the page answers
 */
export function carryFocus(
	log: HTMLElement,
	next: readonly MessageId[],
	parentOf: (id: MessageId) => MessageId | '' | undefined
): () => void {
	const key = document.activeElement;
	const item = key instanceof HTMLButtonElement ? key.closest<HTMLElement>('[data-message]') : null;
	const id = item?.dataset['message'] as MessageId | undefined;
	if (key === null || id === undefined || !log.contains(key) || next.includes(id)) return nothing;
	const parentId = parentOf(id);
	const to = next[parentId === '' || parentId === undefined ? 0 : next.indexOf(parentId) + 1];
	const label = key.getAttribute('aria-label');
	return () => {
		// Whoever gave it a place meanwhile knows better.
		if (document.activeElement !== document.body) return;
		const keys = [
			...log.querySelectorAll<HTMLElement>(`[data-message="${to ?? ''}"] button:enabled`)
		];
		const same = keys.find((each) => label !== null && each.getAttribute('aria-label') === label);
		const paging = keys.find((each) => each.closest('[data-part="pager"]') !== null);
		(same ?? paging ?? log).focus({ preventScroll: true });
	};
}
