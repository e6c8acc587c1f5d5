import type { Preset } from './types.ts';

/** Why an address is refused. */
export type BaseUrlProblem =
	'no-scheme' | 'space' | 'credentials' | 'bad-scheme' | 'insecure-http' | 'invalid';

export type BaseUrlResult =
	| {
			readonly ok: true;
			readonly url: string;
			readonly origin: string;
			/** What stood behind the base: an endpoint, a query; `''` for nothing. */
			readonly leftOut: string;
	  }
	| { readonly ok: false; readonly reason: BaseUrlProblem };

/** How near a host is: decides whether plain http is allowed, which waits and which advice fit. */
export type HostReach = 'loopback' | 'private' | 'public';

/** Endpoints that people paste along with the base. Some hosts have a base that ends in `/models`. */
const ENDPOINTS =
	/\/(?:chat\/completions|completions|responses|v1\/messages|messages|(?<=\/v\d[\w.]*\/)models|api\/(?:chat|tags|generate|version))$/i;

/** Tells loopback, private ranges (RFC 1918, link-local, ULA, `.local`) and the rest apart. */
export function hostReach(hostname: string): HostReach {
	const host = hostname
		.toLowerCase()
		.replace(/^\[|\]$/g, '')
		.replace(/\.$/, '');
	if (host === 'localhost' || host.endsWith('.localhost') || host === '::1') return 'loopback';
	if (host.endsWith('.local')) return 'private';
	if (host.includes(':'))
		return /^(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(host) ? 'private' : 'public';
	const parts = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(host);
	if (parts === null) return 'public';
	const first = Number(parts[1]);
	const second = Number(parts[2]);
	if (first === 127) return 'loopback';
	if (
		first === 10 ||
		(first === 172 && second >= 16 && second <= 31) ||
		(first === 192 && second === 168) ||
		(first === 169 && second === 254)
	)
		return 'private';
	return 'public';
}

/** `hostReach` of an address; `public` when it is no address at all. */
export function urlReach(url: string): HostReach {
	return URL.canParse(url) ? hostReach(new URL(url).hostname) : 'public';
}

/** One at a time: the base of `/api/chat/completions` is `/api`. */
function withoutEndpoints(path: string): string {
	const shorter = path.replace(ENDPOINTS, '').replace(/\/+$/, '');
	return shorter === path ? path : withoutEndpoints(shorter);
}

/**
 * The form in which a base URL is saved: no trailing slash, no query, no pasted endpoint. An empty
 * input means the preset's own address. Plain http is allowed on loopback, private ranges and
 * `.local` only, because a key would travel in clear.
 */
export function normalizeBaseUrl(input: string, preset?: Preset): BaseUrlResult {
	const text = input.trim() === '' ? (preset?.baseUrl ?? '') : input.trim();
	if (text === '') return { ok: false, reason: 'invalid' };
	// Browsers differ in what they make of one, in a host even.
	if (/\s/.test(text)) return { ok: false, reason: 'space' };
	const scheme = /^([a-z][a-z0-9+.-]*):(\/\/)?/i.exec(text);
	// `localhost:11434` parses as a scheme of its own: only `//` makes it one, or a known word.
	if (scheme === null || (scheme[2] === undefined && !/^https?$/i.test(scheme[1] ?? '')))
		return { ok: false, reason: 'no-scheme' };
	if (!/^https?$/i.test(scheme[1] ?? '')) return { ok: false, reason: 'bad-scheme' };
	if (!URL.canParse(text)) return { ok: false, reason: 'invalid' };
	const url = new URL(text);
	if (url.username !== '' || url.password !== '') return { ok: false, reason: 'credentials' };
	if (url.protocol === 'http:' && hostReach(url.hostname) === 'public')
		return { ok: false, reason: 'insecure-http' };
	// Some browsers take such a host for a good one.
	if (url.hostname.includes('%')) return { ok: false, reason: 'invalid' };
	const whole = url.pathname.replace(/\/+$/, '');
	const path = withoutEndpoints(whole);
	const leftOut = whole.slice(path.length) + url.search + url.hash;
	return { ok: true, url: url.origin + path, origin: url.origin, leftOut };
}

export type CleanKeyResult =
	| { readonly key: string; readonly cleaned: boolean }
	| { readonly problem: 'empty' | 'inner-space' | 'not-a-key' };

/**
 * Makes a pasted key fit for a header: surrounding space, line breaks, invisible characters, quotes
 * and a leading `Bearer` go (`cleaned` says so); what no header can carry is refused.
 */
export function cleanKey(input: string): CleanKeyResult {
	const key = input
		.replace(/[\r\n\u200B-\u200D\u2060\uFEFF]/g, '')
		.trim()
		.replace(/^bearer\s+/i, '')
		.replace(/^(["'`])(.*)\1$/, '$2')
		.trim();
	if (key === '') return { problem: 'empty' };
	if (/\s/.test(key)) return { problem: 'inner-space' };
	if (/[^\x21-\x7E\xA1-\xFF]/.test(key)) return { problem: 'not-a-key' };
	return { key, cleaned: key !== input };
}
