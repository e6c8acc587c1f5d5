import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const start = join(import.meta.dirname, '../scripts/start.js');

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

export interface AppServerOptions {
	/** Which build to serve; the project's own by default. */
	readonly buildDir?: string;
	/** Whether PocketBase serves it where there is one; true by default. */
	readonly sync?: boolean;
}

/** `npm start` without its build, at a port and with data of its own. */
export class AppServer {
	readonly url: string;
	readonly #args: readonly string[];
	readonly #dataDir: string;
	#child: ChildProcess | undefined;

	private constructor(port: number, options: AppServerOptions) {
		this.url = `http://localhost:${port}`;
		this.#dataDir = mkdtempSync(join(tmpdir(), 'parlance-data-'));
		this.#args = [
			...[start, '--no-build', '--host', 'localhost', '--port', `${port}`],
			...['--data-dir', this.#dataDir],
			...(options.buildDir === undefined ? [] : ['--build-dir', options.buildDir]),
			...(options.sync === false ? ['--no-sync'] : [])
		];
	}

	/** Resolves once it answers. */
	static async start(options: AppServerOptions = {}): Promise<AppServer> {
		const server = new AppServer(await freePort(), options);
		await server.restart();
		return server;
	}

	/** Starts it again at the same address, after `stop()`. */
	async restart(): Promise<void> {
		const child = spawn(process.execPath, this.#args, { stdio: ['ignore', 'pipe', 'pipe'] });
		this.#child = child;
		let said = '';
		await new Promise<void>((resolve, reject) => {
			const listen = (chunk: Buffer) => {
				said += chunk.toString();
				if (said.includes('ready at')) resolve();
			};
			child.stdout.on('data', listen);
			child.stderr.on('data', listen);
			child.once('close', (code) => {
				reject(new Error(`The server ended with ${String(code)}: ${said}`));
			});
		});
	}

	/** Resolves when nothing listens any more. The data stay. */
	async stop(): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		if (child === undefined || child.exitCode !== null) return;
		const closed = new Promise((resolve) => child.once('close', resolve));
		child.kill('SIGTERM');
		await closed;
	}

	/** Stops it for good and removes its data. */
	async dispose(): Promise<void> {
		await this.stop();
		rmSync(this.#dataDir, { recursive: true, force: true });
	}
}
