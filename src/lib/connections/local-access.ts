import { urlReach, type PermissionsLike } from '#lib/providers';

/** Longest wait for an answer to the browser's question (ms). */
const longestWait = 60_000;

/**
 * Lets the browser ask whether this page may reach servers on this computer, where it wants to be
 * asked: only a page can, inside a click, and the engine's request afterwards goes the same way.
 * Sends nothing but a bare request without key or referrer. Never rejects: what it came to shows
 * in the test that follows.
 */
export async function askForLocalAccess(
	baseUrl: string,
	realm: {
		readonly pageOrigin: string;
		readonly permissions: PermissionsLike;
		readonly fetch: (url: string, init: RequestInit) => Promise<unknown>;
	}
): Promise<void> {
	if (urlReach(baseUrl) !== 'loopback' || urlReach(realm.pageOrigin) === 'loopback') return;
	try {
		const { state } = await realm.permissions.query({ name: 'loopback-network' });
		if (state !== 'prompt') return;
		await realm.fetch(new URL(baseUrl).origin, {
			mode: 'no-cors',
			credentials: 'omit',
			cache: 'no-store',
			referrerPolicy: 'no-referrer',
			signal: AbortSignal.timeout(longestWait)
		});
	} catch {
		// A browser without that permission, a refusal, or no server: the test tells them apart.
	}
}
