/** What an address in an answer may do. Whatever is not named here is shown as text. */

const linkSchemes: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/** Bytes of base64 that an inline picture may have. */
const maxImageLength = 2_000_000;

const rasterImage = /^data:image\/(?:png|jpeg|gif|webp|avif);base64,[A-Za-z\d+/=\s]+$/i;

/** The address as the browser understands it, if it is absolute and of a scheme that may be followed. */
export function safeLink(address: string): string | undefined {
	try {
		const { protocol, href } = new URL(address);
		return linkSchemes.has(protocol) ? href : undefined;
	} catch {
		return undefined;
	}
}

export type ImageSource =
	| { readonly kind: 'inline'; readonly address: string }
	| { readonly kind: 'remote'; readonly address: string; readonly host: string };

/** Pictures in the text itself may show; remote ones are only ever named. */
export function imageSource(address: string): ImageSource | undefined {
	const trimmed = address.trim();
	if (trimmed.length <= maxImageLength && rasterImage.test(trimmed)) {
		return { kind: 'inline', address: trimmed };
	}
	const link = safeLink(trimmed);
	if (link === undefined || link.startsWith('mailto:')) return undefined;
	return { kind: 'remote', address: link, host: new URL(link).host };
}
