// The browsers of the tests: finds them and, as `pretest`, installs what is missing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';

const isRoot = process.getuid?.() === 0;

/** Root cannot use Chromium's sandbox. @type {string[]} */
export const chromiumArgs = isRoot ? ['--no-sandbox'] : [];

/** @param {string} path */
function runs(path) {
	return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

/** @param {string} name a command or a path @returns {string | undefined} where it lies */
function locate(name) {
	if (isAbsolute(name)) return existsSync(name) ? name : undefined;
	const file = process.platform === 'win32' ? `${name}.exe` : name;
	return (process.env['PATH'] ?? '')
		.split(delimiter)
		.map((folder) => join(folder, file))
		.find((path) => isAbsolute(path) && existsSync(path));
}

/** @param {(string | undefined)[]} names @returns {string | undefined} */
function firstThatRuns(names) {
	for (const name of names) {
		const path = name === undefined || name === '' ? undefined : locate(name);
		if (path !== undefined && runs(path)) return path;
	}
	return undefined;
}

/**
 * A Chromium that starts on this machine: CHROMIUM_PATH, Playwright's own, or one on the PATH.
 * @returns {string | undefined} its absolute path
 */
export const findChromium = () =>
	firstThatRuns([
		process.env['CHROMIUM_PATH'],
		chromium.executablePath(),
		'chromium',
		'chromium-browser',
		'google-chrome-stable',
		'google-chrome'
	]);

/**
 * A Firefox that starts on this machine: FIREFOX_PATH, or one on the PATH.
 * @returns {string | undefined} its absolute path
 */
export const findFirefox = () =>
	firstThatRuns([process.env['FIREFOX_PATH'], 'firefox-esr', 'firefox']);

/** @param {string} command @param {string[]} args @param {number} minutes */
function run(command, args, minutes) {
	return spawnSync(command, args, {
		stdio: ['ignore', 'inherit', 'inherit'],
		timeout: minutes * 60_000,
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
	});
}

const hasApt = () => isRoot && existsSync('/usr/bin/apt-get');
let aptIsFresh = false;

/** @param {string} name a Debian package */
function aptInstall(name) {
	if (!hasApt()) return;
	if (!aptIsFresh) run('apt-get', ['update', '-qq'], 5);
	aptIsFresh = true;
	run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], 10);
}

function installChromium() {
	const cli = fileURLToPath(new URL('../node_modules/playwright/cli.js', import.meta.url));
	// Without root its --with-deps would ask for a password.
	const withDeps = isRoot || process.platform !== 'linux' ? ['--with-deps'] : [];
	run(process.execPath, [cli, 'install', ...withDeps, 'chromium'], hasApt() ? 4 : 15);
	if (findChromium() === undefined) aptInstall('chromium');
}

/** @returns {number} the exit code: Chromium must be there, Firefox may be */
function ensureBrowsers() {
	if (findChromium() === undefined) {
		console.log('No Chromium to run the tests in: installing one …');
		installChromium();
	}
	const found = findChromium();
	if (found === undefined) {
		console.error(
			'The tests need Chromium, and it could not be installed. Install Chromium or Chrome, ' +
				'or name one in CHROMIUM_PATH, then run them again.'
		);
		return 1;
	}
	console.log(`Chromium: ${found}`);
	if (findFirefox() === undefined && hasApt()) {
		console.log('No Firefox for the smoke test: installing one …');
		aptInstall('firefox-esr');
	}
	console.log(`Firefox: ${findFirefox() ?? 'none, so its smoke test is skipped'}`);
	return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = ensureBrowsers();
