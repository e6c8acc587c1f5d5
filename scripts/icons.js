// Draws the PNG icons of the manifest from the SVGs beside them, with Chromium.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from './browser.js';

/** @type {readonly { source: string, target: string, size: number }[]} */
const icons = [
	// Apple rounds the corners itself and shows transparency as black.
	{ source: 'maskable', target: 'icon-180', size: 180 },
	{ source: 'icon', target: 'icon-192', size: 192 },
	{ source: 'icon', target: 'icon-512', size: 512 },
	{ source: 'maskable', target: 'maskable-192', size: 192 },
	{ source: 'maskable', target: 'maskable-512', size: 512 },
	{ source: 'monochrome', target: 'monochrome-512', size: 512 }
];

/** @param {string} name */
const at = (name) => fileURLToPath(new URL(`../static/icons/${name}`, import.meta.url));

const executablePath = findChromium();
const browser = await chromium.launch({
	...(executablePath !== undefined && { executablePath }),
	args: chromiumArgs
});
try {
	for (const { source, target, size } of icons) {
		const page = await browser.newPage({ viewport: { width: size, height: size } });
		const svg = readFileSync(at(`${source}.svg`), 'utf8').replace(
			'<svg ',
			`<svg width="${size}" height="${size}" `
		);
		await page.setContent(`<style>html,body{margin:0}svg{display:block}</style>${svg}`);
		await page.screenshot({ path: at(`${target}.png`), omitBackground: true });
		await page.close();
	}
} finally {
	await browser.close();
}
console.log(`Drawn: ${icons.map(({ target }) => `${target}.png`).join(', ')}`);
