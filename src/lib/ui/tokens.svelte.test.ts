import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../app.css';

/*
 * The contrast of every pair of tokens that meet on the screen, computed from what the browser
 * makes of app.css, against WCAG 2.2 AA: 4.5 for text, 3 for lamps, focus rings and fills.
 */

let probe: HTMLElement;
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

beforeAll(() => {
	probe = document.body.appendChild(document.createElement('div'));
});

afterAll(() => {
	probe.remove();
	delete document.documentElement.dataset['theme'];
});

type Rgb = readonly [number, number, number];

/** Paints tokens over one another and reads the pixel. */
function painted(...tokens: readonly string[]): Rgb {
	if (!canvas) throw new Error('no canvas');
	canvas.clearRect(0, 0, 1, 1);
	for (const token of tokens) {
		probe.style.color = `var(--${token})`;
		canvas.fillStyle = getComputedStyle(probe).color;
		canvas.fillRect(0, 0, 1, 1);
	}
	const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
	return [red, green, blue];
}

function luminance(rgb: Rgb): number {
	const [red, green, blue] = rgb.map((value) => {
		const share = value / 255;
		return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
	}) as [number, number, number];
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(text: Rgb, ground: Rgb): number {
	const [high, low] = [luminance(text), luminance(ground)].toSorted((a, b) => b - a) as [
		number,
		number
	];
	return (high + 0.05) / (low + 0.05);
}

const surfaces = [
	'chassis',
	'chassis-hi',
	'chassis-lo',
	'sheet',
	'sheet-hi',
	'raised',
	'raised-hi'
];
const sunk = ['well', 'press'];
const pops = ['pop', 'pop-hi'];
const keys = ['key-hi', 'key-lo', 'key-hover-hi', 'key-hover-lo'];
const everywhere = [...surfaces, ...sunk, ...pops, ...keys];

const pairs: readonly (readonly [readonly string[], readonly string[], number])[] = [
	[['ink', 'ink2'], everywhere, 4.5],
	// On a lit key the faintest ink steps up to ink2.
	[['ink3'], [...surfaces, ...sunk, ...pops, 'key-lo'], 4.5],
	[['ember-ink', 'bad', 'warn', 'ok'], [...surfaces, ...sunk, ...pops, 'key-hi', 'key-lo'], 4.5],
	[['ember'], [...surfaces, ...sunk, ...pops, 'key-hi', 'key-lo'], 3],
	[['on-ember'], ['ember-hi', 'ember-lo', 'ember-hover-hi', 'ember-hover-lo', 'ember-held'], 4.5],
	[
		['code-keyword', 'code-string', 'code-number', 'code-function', 'code-type', 'code-comment'],
		['well'],
		4.5
	]
];

describe.each(['dark', 'light'])('%s', (theme) => {
	beforeAll(() => {
		document.documentElement.dataset['theme'] = theme;
	});

	test('every ink reads on every ground it stands on', () => {
		const tooFaint = pairs.flatMap(([inks, grounds, least]) =>
			inks.flatMap((ink) =>
				grounds
					.map((ground) => ({
						ink,
						ground,
						ratio: contrast(painted(ground, ink), painted(ground))
					}))
					.filter(({ ratio }) => ratio < least)
			)
		);
		expect(tooFaint).toEqual([]);
	});

	test('a wash takes nothing from the word on it', () => {
		const badges = ['ember-wash', 'warn-wash', 'bad-wash', 'ok-wash'].map((wash) => {
			const tone = wash === 'ember-wash' ? 'ember-ink' : wash.replace('-wash', '');
			return contrast(painted(tone), painted('sheet', wash));
		});
		expect(Math.min(...badges)).toBeGreaterThan(4.5);
		for (const wash of ['hover', 'select']) {
			expect(contrast(painted('ink2'), painted('pop-hi', wash))).toBeGreaterThan(4.5);
		}
	});
});

test('the theme follows the root, and a part can be shown in the other one', () => {
	document.documentElement.dataset['theme'] = 'dark';
	const dark = painted('sheet');
	probe.dataset['scheme'] = 'light';
	const light = painted('sheet');
	delete probe.dataset['scheme'];
	expect(luminance(dark)).toBeLessThan(0.05);
	expect(luminance(light)).toBeGreaterThan(0.85);
});
