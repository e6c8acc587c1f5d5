import type { Attachment } from 'svelte/attachments';

/**
 * An attachment for a field: does something when it is left. Where a press takes the focus away,
 * only after that press: what is then said below the field may move the key under the pointer.
 */
export const whenLeft =
	(work: () => void): Attachment<HTMLElement> =>
	(field) => {
		const end = new AbortController();
		const { signal } = end;
		let isPressed = false;
		let isLeft = false;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const workSoon = () => {
			clearTimeout(timer);
			timer = setTimeout(() => {
				isLeft = false;
				work();
			});
		};
		const release = () => {
			isPressed = false;
			if (isLeft) workSoon();
		};
		field.addEventListener(
			'blur',
			() => {
				isLeft = true;
				if (!isPressed) workSoon();
			},
			{ signal }
		);
		const everywhere = { capture: true, signal };
		window.addEventListener('pointerdown', () => (isPressed = true), everywhere);
		window.addEventListener('pointerup', release, everywhere);
		window.addEventListener('pointercancel', release, everywhere);
		return () => {
			clearTimeout(timer);
			end.abort();
		};
	};
