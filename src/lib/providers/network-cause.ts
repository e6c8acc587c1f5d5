import { hostReach } from './base-url.ts';
import type { NetworkCause, PermissionsLike } from './types.ts';

/** What the browser knows of itself; read once per failure. */
export interface Surroundings {
	readonly online: boolean;
	/** Whether the app itself was loaded over https. */
	readonly secureScheme: boolean;
	/** Safari blocks plain http even to this device. */
	readonly blocksLoopbackHttp: boolean;
	readonly permissions: PermissionsLike | undefined;
}

/** The surroundings of the realm we run in. */
export function currentSurroundings(permissions: PermissionsLike | undefined): Surroundings {
	const agent: Partial<Navigator> = typeof navigator === 'undefined' ? {} : navigator;
	const own = agent.permissions as unknown as PermissionsLike | undefined;
	const userAgent = agent.userAgent ?? '';
	return {
		online: agent.onLine !== false,
		secureScheme: typeof location !== 'undefined' && location.protocol === 'https:',
		blocksLoopbackHttp:
			userAgent.includes('Safari/') && !/Chrom(?:e|ium)\/|Firefox\//.test(userAgent),
		permissions: permissions ?? own
	};
}

/** `undefined` where the browser does not know the permission. */
async function permissionState(
	permissions: PermissionsLike | undefined,
	names: readonly string[]
): Promise<string | undefined> {
	for (const name of names) {
		try {
			const answer = await permissions?.query({ name });
			if (answer !== undefined) return answer.state;
		} catch {
			// An unknown name throws: the next one is asked for.
		}
	}
	return undefined;
}

/** A name that only a network of one's own knows: without a dot, or under a domain kept for that. */
const isNameAtHome = (hostname: string): boolean =>
	/^[^.:]+$|\.(?:lan|home|internal|intranet|localdomain|home\.arpa|ts\.net)$/i.test(hostname);

/**
 * Why `fetch` failed without an answer, as far as can be told. Browsers hide the reason, so this
 * goes by what would explain it: no network, a refused permission, a blocked scheme.
 */
export async function networkCause(url: URL, around: Surroundings): Promise<NetworkCause> {
	const reach = hostReach(url.hostname);
	if (reach === 'public') return around.online || isNameAtHome(url.hostname) ? 'remote' : 'offline';
	const state = await permissionState(
		around.permissions,
		reach === 'loopback'
			? ['loopback-network', 'local-network-access']
			: ['local-network', 'local-network-access']
	);
	if (state === 'denied') return 'local-network-denied';
	const mixed = around.secureScheme && url.protocol === 'http:' && state === undefined;
	if (mixed && (reach === 'private' || around.blocksLoopbackHttp)) return 'mixed-content';
	return 'local-server';
}
