import type { WireRequest } from '#lib/providers/engine';

/** Stands where the key would be; the shell puts in whoever's key is set there. */
export const KEY_PLACEHOLDER = '$API_KEY';

/** One argument that the shell takes word for word. */
const literal = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function header(name: string, value: string): string {
	// Double quotes, so that the variable is filled in.
	return value.includes(KEY_PLACEHOLDER)
		? `"${name}: ${value.replace(/["\\`]/g, String.raw`\$&`)}"`
		: literal(`${name}: ${value}`);
}

function pretty(body: string): string {
	try {
		return JSON.stringify(JSON.parse(body), undefined, 2);
	} catch {
		return body;
	}
}

/** A request as a command for a terminal. */
export function curlCommand({ method, url, headers, body }: WireRequest): string {
	const lines = [
		`curl --no-buffer --request ${method} ${literal(url)}`,
		...Object.entries(headers).map(([name, value]) => `--header ${header(name, value)}`),
		...(body === '' ? [] : [`--data-raw ${literal(pretty(body))}`])
	];
	return lines.join(' \\\n  ');
}
