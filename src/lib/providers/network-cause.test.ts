import { describe, expect, test } from 'vitest';
import { networkCause, type Surroundings } from './network-cause.ts';

const around = (
	change: Partial<Surroundings> & { states?: Readonly<Record<string, string>> } = {}
): Surroundings => ({
	online: true,
	secureScheme: true,
	blocksLoopbackHttp: false,
	permissions: {
		query: ({ name }) => {
			const state = change.states?.[name];
			return state === undefined
				? Promise.reject(new TypeError(`${name} is not a permission`))
				: Promise.resolve({ state });
		}
	},
	...change
});
const ollama = new URL('http://localhost:11434');
const lan = new URL('http://192.168.1.5:1234');
const remote = new URL('https://api.openai.com');

describe('why a request failed without an answer', () => {
	test('remote: the network, or a CORS setting', async () => {
		expect(await networkCause(remote, around())).toBe('remote');
		expect(await networkCause(remote, around({ online: false }))).toBe('offline');
	});

	test('this device: works offline, so offline explains nothing', async () => {
		expect(await networkCause(ollama, around({ online: false }))).toBe('local-server');
	});

	test.each([
		'http://192.168.1.5:1234',
		'http://box.local',
		'https://nas',
		'https://ai.lan',
		'https://box.tail1.ts.net'
	])('%s may be reached without the internet: offline explains nothing', async (url) => {
		const cause = await networkCause(new URL(url), around({ online: false, secureScheme: false }));
		expect(cause).not.toBe('offline');
	});

	test('a refused permission, under each of its names', async () => {
		const denied = (name: string) => around({ states: { [name]: 'denied' } });
		expect(await networkCause(ollama, denied('loopback-network'))).toBe('local-network-denied');
		expect(await networkCause(ollama, denied('local-network-access'))).toBe('local-network-denied');
		expect(await networkCause(lan, denied('local-network'))).toBe('local-network-denied');
	});

	test('a granted permission leaves the server', async () => {
		expect(await networkCause(lan, around({ states: { 'local-network': 'granted' } }))).toBe(
			'local-server'
		);
	});

	test('http from an https page, where the browser has no permission for it', async () => {
		expect(await networkCause(lan, around())).toBe('mixed-content');
		expect(await networkCause(lan, around({ secureScheme: false }))).toBe('local-server');
		expect(await networkCause(ollama, around())).toBe('local-server');
		expect(await networkCause(ollama, around({ blocksLoopbackHttp: true }))).toBe('mixed-content');
	});
});
