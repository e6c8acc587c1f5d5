/**
 * What is shown, as plain values: a closed set of nodes. There is no HTML string on the way from an
 * answer to the page, so nothing in it can become an element or an attribute not named here.
 */
import { imageSource, type ImageSource } from './addresses.ts';
import { decodeEntities } from './entities.ts';

export type Tag =
	| 'a'
	| 'b'
	| 'blockquote'
	| 'br'
	| 'cite'
	| 'code'
	| 'del'
	| 'em'
	| 'h2'
	| 'h3'
	| 'h4'
	| 'h5'
	| 'h6'
	| 'hr'
	| 'i'
	| 'ins'
	| 'kbd'
	| 'li'
	| 'mark'
	| 'ol'
	| 'p'
	| 'q'
	| 's'
	| 'samp'
	| 'small'
	| 'span'
	| 'strong'
	| 'sub'
	| 'sup'
	| 'table'
	| 'tbody'
	| 'td'
	| 'th'
	| 'thead'
	| 'tr'
	| 'u'
	| 'ul'
	| 'var';

export type Attribute = 'aria-label' | 'class' | 'href' | 'role' | 'scope' | 'start' | 'title';

export type View =
	| { readonly type: 'text'; readonly text: string }
	| ElementView
	| { readonly type: 'table'; readonly table: ElementView }
	| {
			readonly type: 'code';
			readonly language: string;
			readonly text: string;
			readonly open: boolean;
	  }
	| {
			readonly type: 'formula';
			readonly source: string;
			readonly tex: string;
			readonly display: boolean;
	  }
	| {
			readonly type: 'image';
			readonly alt: string;
			readonly source: ImageSource;
			readonly inLink: boolean;
	  };

export interface ElementView {
	readonly type: 'element';
	readonly tag: Tag;
	readonly attributes: Readonly<Partial<Record<Attribute, string>>>;
	readonly children: readonly View[];
}

/** Plain text. */
export const textView = (text: string): View => ({ type: 'text', text });

/** An element with what is in it. */
export const element = (
	tag: Tag,
	children: readonly View[],
	attributes: ElementView['attributes'] = {}
): ElementView => ({
	type: 'element',
	tag,
	attributes,
	children
});

/** Text nodes side by side become one, so that equal text gives equal views. */
export function joinText(views: readonly View[]): View[] {
	const joined: View[] = [];
	for (const view of views) {
		const last = joined.at(-1);
		if (view.type === 'text' && last?.type === 'text')
			joined[joined.length - 1] = textView(last.text + view.text);
		else if (view.type !== 'text' || view.text !== '') joined.push(view);
	}
	return joined;
}

/** A code block; `info` is what stands behind the opening fence. */
export function codeView(info: string, text: string, open: boolean): View {
	const language = /^[^\s{:,]+/.exec(decodeEntities(info.trim()))?.[0] ?? '';
	return { type: 'code', language: language.toLowerCase(), text, open };
}

/** A formula; `source` is what was written, with its delimiters. */
export const formulaView = (source: string, tex: string, display: boolean): View => ({
	type: 'formula',
	source: source.trim(),
	tex,
	display
});

/** An image that is to be opened, never loaded; its words where the address is none to open. */
export function imageView(address: string, text: string, inLink: boolean): View {
	const alt = decodeEntities(text);
	const source = imageSource(decodeEntities(address));
	return source === undefined
		? textView(alt === '' ? address : alt)
		: { type: 'image', alt, source, inLink };
}

/** The words of a view, without its markup. */
export function viewToText(views: readonly View[]): string {
	return views
		.map((view) => {
			switch (view.type) {
				case 'text':
				case 'code':
					return view.text;
				case 'formula':
					return view.source;
				case 'image':
					return view.alt;
				case 'table':
					return viewToText([view.table]);
				case 'element':
					return view.tag === 'br' ? '\n' : viewToText(view.children);
			}
		})
		.join('');
}
