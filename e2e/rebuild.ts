import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const inputs = [
	'package.json',
	'package-lock.json',
	'svelte.config.js',
	'tsconfig.json',
	'vite.config.ts',
	'src',
	'static'
];

/** A copy of the project's sources, to be changed and built apart from it. */
export class ProjectCopy {
	readonly #folder = mkdtempSync(join(tmpdir(), 'parlance-copy-'));

	constructor() {
		for (const path of inputs) {
			cpSync(join(root, path), join(this.#folder, path), { recursive: true });
		}
		symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'));
	}

	/** Replaces a text that must be there. */
	edit(path: string, from: string, to: string): void {
		const file = join(this.#folder, path);
		const text = readFileSync(file, 'utf8');
		if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`);
		writeFileSync(file, text.replace(from, to));
	}

	/** Builds it as a person would, without variables. @returns the folder of the build */
	async build(): Promise<string> {
		const env = { ...process.env, NODE_ENV: 'production', APP_VERSION: undefined };
		const vite = join(root, 'node_modules/vite/bin/vite.js');
		const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
			cwd: this.#folder,
			env,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		let said = '';
		const listen = (chunk: Buffer) => (said += chunk.toString());
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		const code = await new Promise((resolve) => child.once('close', resolve));
		if (code !== 0) throw new Error(`The build failed: ${said}`);
		return join(this.#folder, 'build');
	}

	remove(): void {
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

/** The version that a build says it is. */
export function versionOf(buildDir: string): string {
	const text = readFileSync(join(buildDir, '_app/version.json'), 'utf8');
	return /"version":"([^"]+)"/.exec(text)?.[1] ?? '';
}

/** Puts one build in the place of another, as a deployment does. */
export function deploy(buildDir: string, target: string): void {
	rmSync(target, { recursive: true, force: true });
	cpSync(buildDir, target, { recursive: true });
}
