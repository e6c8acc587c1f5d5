import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright';

/** @param {string} command */
function runs(command) {
	return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A Chromium that starts on this machine, or undefined. @returns {string | undefined} */
export function findChromium() {
	const candidates = [
		process.env['CHROMIUM_PATH'],
		chromium.executablePath(),
		'/usr/bin/chromium',
		'chromium',
		'chromium-browser',
		'google-chrome-stable',
		'google-chrome'
	];
	return candidates.find((path) => path !== undefined && path !== '' && runs(path));
}

/** @type {string[]} */
export const chromiumArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
