/** The few lucide icons that the rendered text itself needs, drawn without a component. */
const shapes = {
	wrap: ['m16 16-3 3 3 3', 'M3 12h14.5a1 1 0 0 1 0 7H13', 'M3 19h6', 'M3 5h18'],
	download: ['M12 15V3', 'M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4', 'm7 10 5 5 5-5'],
	copy: [
		'M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2',
		'M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2'
	],
	check: ['M20 6 9 17l-5-5'],
	image: [
		'M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2',
		'M7 9a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
		'm21 15-3.086-3.086a2 2 0 0 0-2.828 0L6 21'
	]
} as const;

export type IconName = keyof typeof shapes;

const drawn = new Map<IconName, SVGSVGElement>();
const namespace = 'http://www.w3.org/2000/svg';

/** A decorative icon of 15 px in the colour of the text. */
export function icon(name: IconName): SVGSVGElement {
	let svg = drawn.get(name);
	if (svg === undefined) {
		svg = document.createElementNS(namespace, 'svg');
		svg.setAttribute('viewBox', '0 0 24 24');
		svg.setAttribute('class', 'md-icon');
		svg.setAttribute('aria-hidden', 'true');
		for (const shape of shapes[name]) {
			const path = document.createElementNS(namespace, 'path');
			path.setAttribute('d', shape);
			svg.append(path);
		}
		drawn.set(name, svg);
	}
	return svg.cloneNode(true) as SVGSVGElement;
}
