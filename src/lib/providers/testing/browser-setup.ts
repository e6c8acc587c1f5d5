import type { TestProject } from 'vitest/node';
import { startFixtureServer, strictHeaders } from './fixture-server.ts';

declare module 'vitest' {
	interface ProvidedContext {
		/** Addresses of replay servers: one with a strict CORS setting, one without any. */
		replayServers: { readonly strict: string; readonly withoutCors: string };
	}
}

/** Starts the providers that browser tests talk to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const strict = await startFixtureServer({ cors: { allowHeaders: strictHeaders } });
	const withoutCors = await startFixtureServer();
	project.provide('replayServers', { strict: strict.url, withoutCors: withoutCors.url });
	return async () => {
		await Promise.all([strict.close(), withoutCors.close()]);
	};
}
