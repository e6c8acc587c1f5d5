/**
 * What the open page stands on, for what floats over it: the sheet, and the tray at its foot in
 * which one writes. Nothing that comes by itself covers the tray.
 */
class Ground {
	sheet = $state.raw<HTMLElement>();
	tray = $state.raw<HTMLElement>();
}

const ground = new Ground();

const noteAs = (part: keyof Ground) => (element: HTMLElement) => {
	ground[part] = element;
	return () => {
		if (ground[part] === element) ground[part] = undefined;
	};
};

/** Attachments: this is the sheet, this is the tray. */
export const sheet = noteAs('sheet');
export const tray = noteAs('tray');

/** The tray, if this is a part of it. */
export const trayAround = (part: HTMLElement | undefined): HTMLElement | undefined =>
	part && ground.tray?.contains(part) === true ? ground.tray : undefined;

/**
 * An attachment: keeps `--above`, `--start` and `--end` of what is fixed to the window at the
 * distances from its edges (px) between which it is centred on the sheet and above the tray.
 */
export function overSheet(element: HTMLElement): () => void {
	const parts = [ground.tray, ground.sheet].filter((part) => part !== undefined);
	const settle = () => {
		const box = parts[0]?.getBoundingClientRect();
		const { clientWidth } = document.documentElement;
		const set = (name: string, length: number) => {
			element.style.setProperty(name, `${length}px`);
		};
		set('--above', ground.tray && box ? window.innerHeight - box.top : 0);
		set('--start', box?.left ?? 0);
		set('--end', box ? clientWidth - box.right : 0);
	};
	settle();
	// The tray grows with its text; it moves without growing when the sidebar folds.
	const sizes = new ResizeObserver(settle);
	for (const part of parts) sizes.observe(part);
	return () => {
		sizes.disconnect();
	};
}
