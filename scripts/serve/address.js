import { createServer } from 'node:net';
import { Trouble } from './trouble.js';

/** @param {unknown} error */
export const codeOf = (error) =>
	error instanceof Error && 'code' in error ? String(error.code) : undefined;

/** The address to hand to listen(): localhost is IPv4 loopback everywhere. @param {string} host */
export const listenAddress = (host) => (host === 'localhost' ? '127.0.0.1' : host);

/** @param {string} host @param {number} port */
export const hostAndPort = (host, port) => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Whether this host answers at localhost. @param {string} host */
export const isLoopback = (host) => /^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|::)$/.test(host);

/**
 * The one address to open in a browser on this machine. 127.0.0.1 and localhost would be two
 * origins, thus two histories: it is always localhost.
 * @param {string} host @param {number} port
 */
export const canonicalOrigin = (host, port) =>
	`http://${hostAndPort(isLoopback(host) ? 'localhost' : host, port)}`;

/** Whether other devices can reach this address. @param {string} host */
export const isPublicHost = (host) => !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);

/**
 * Resolves when the address is free.
 * @param {string} host @param {number} port
 * @throws {Trouble} when it is not, or does not exist
 */
export async function expectFree(host, port) {
	await tryListen(listenAddress(host), port);
	// A browser tries the IPv6 loopback too, and would find the other program there.
	if (host === 'localhost') await tryListen('::1', port);
}

/** @param {string} address @param {number} port */
async function tryListen(address, port) {
	const server = createServer();
	/** @type {unknown} */
	const error = await new Promise((resolve) => {
		server.once('error', resolve);
		server.listen(port, address, () => server.close(resolve));
	});
	if (error === undefined) return;
	const code = codeOf(error);
	if (code === 'EADDRINUSE') throw inUse(port);
	if (code === 'EACCES') {
		throw new Trouble(`Port ${port} needs more rights than this account has. ${another}`);
	}
	// No IPv6 here: then nobody else listens there either.
	if (address === '::1') return;
	throw new Trouble(`This machine has no address “${address}” to listen at. Check HOST.`, {
		cause: error
	});
}

const another = 'Choose another one: PORT=8091 npm start';

/** @param {number} port */
export const inUse = (port) =>
	new Trouble(`Port ${port} is already in use, perhaps by Parlance itself. ${another}`);
