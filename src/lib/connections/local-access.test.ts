import { expect, test } from 'vitest';
import { askForLocalAccess } from './local-access.ts';

async function asked(
	baseUrl: string,
	pageOrigin: string,
	state: string | Error
): Promise<string[]> {
	const urls: string[] = [];
	await askForLocalAccess(baseUrl, {
		pageOrigin,
		permissions: {
			query: ({ name }) => {
				expect(name).toBe('loopback-network');
				return state instanceof Error ? Promise.reject(state) : Promise.resolve({ state });
			}
		},
		fetch: (url, init) => {
			expect(init).toMatchObject({ mode: 'no-cors', credentials: 'omit' });
			urls.push(url);
			return Promise.reject(new TypeError('Failed to fetch'));
		}
	});
	return urls;
}

test('the browser is asked only where it would ask', async () => {
	const page = 'https://chat.example.org';
	const ollama = 'http://localhost:11434/api';
	expect(await asked(ollama, page, 'prompt')).toEqual(['http://localhost:11434']);
	expect(await asked(ollama, page, 'granted')).toEqual([]);
	expect(await asked(ollama, page, 'denied')).toEqual([]);
	expect(await asked(ollama, page, new TypeError('unknown permission'))).toEqual([]);
	expect(await asked(ollama, 'http://localhost:8090', 'prompt')).toEqual([]);
	expect(await asked('https://api.openai.com/v1', page, 'prompt')).toEqual([]);
	expect(await asked('no address', page, 'prompt')).toEqual([]);
});
