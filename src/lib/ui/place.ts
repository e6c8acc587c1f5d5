/** Where a pop stands beside its trigger. Pure; all lengths in CSS px of the viewport. */

export interface Box {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

export interface Size {
	readonly width: number;
	readonly height: number;
}

export interface PlaceOptions {
	/** Preferred side; the other one is taken when only it has room. */
	readonly side: 'above' | 'below';
	/** Which edges line up. */
	readonly align: 'start' | 'center' | 'end';
	/** Between trigger and pop. */
	readonly gap: number;
}

export interface Placement {
	readonly left: number;
	readonly top: number;
	readonly side: 'above' | 'below';
	/** The room on the side taken: what is taller scrolls. */
	readonly maxHeight: number;
}

/** Kept free between a pop and the edge of the window. */
const MARGIN = 8;

/**
 * The anchor of a pop that shall stand above all of `around`, of which its trigger is a part; the
 * trigger itself when less than `least` is free there.
 */
export function clearOf(trigger: Box, around: Box | undefined, least: number, gap: number): Box {
	if (around === undefined || around.top - gap - MARGIN < least) return trigger;
	const { left, width } = trigger;
	return { left, width, top: around.top, height: around.height };
}

/** Places a pop of a given size at an anchor so that it stays inside the window. */
export function place(anchor: Box, size: Size, viewport: Size, options: PlaceOptions): Placement {
	const { side: wanted, align, gap } = options;
	const room = {
		above: anchor.top - gap - MARGIN,
		below: viewport.height - anchor.top - anchor.height - gap - MARGIN
	};
	const other = wanted === 'above' ? 'below' : 'above';
	const side = size.height > room[wanted] && room[other] > room[wanted] ? other : wanted;
	const maxHeight = Math.max(0, room[side]);
	const height = Math.min(size.height, maxHeight);
	const overhang = {
		start: 0,
		center: (anchor.width - size.width) / 2,
		end: anchor.width - size.width
	};
	const rightmost = viewport.width - size.width - MARGIN;
	return {
		left: Math.max(MARGIN, Math.min(anchor.left + overhang[align], rightmost)),
		top: side === 'below' ? anchor.top + anchor.height + gap : anchor.top - gap - height,
		side,
		maxHeight
	};
}
