/** The one Trusted Types policy of our own: script URLs of this origin, and no others. */
const createPolicy = () =>
	window.trustedTypes?.createPolicy('app-url', {
		createScriptURL(input: string): string {
			const url = new URL(input, location.origin);
			if (url.origin !== location.origin) throw new TypeError(`blocked script URL ${url.href}`);
			return url.href;
		}
	});

let policy: ReturnType<typeof createPolicy>;

/**
 * Marks a same-origin URL as fit to be run as a worker or service worker.
 * @throws TypeError for a URL of another origin
 */
export const scriptURL = (input: string): string =>
	((policy ??= createPolicy())?.createScriptURL(input) ?? input) as unknown as string;
