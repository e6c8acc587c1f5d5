/**
 * The one place where a string of HTML becomes nodes. Only the MathML that KaTeX writes comes
 * here: everything else is built from `view.ts`, node by node, without any HTML string.
 *
 * The checked nodes themselves are returned, not their markup: parsing checked markup a second
 * time is what mutation XSS lives on. DOMPurify parses under its own Trusted Types policy.
 */
import DOMPurify, { type Config } from 'dompurify';

const mathsOnly: Config = {
	ALLOWED_TAGS: [
		'math',
		'menclose',
		'merror',
		'mfrac',
		'mi',
		'mmultiscripts',
		'mn',
		'mo',
		'mover',
		'mpadded',
		'mphantom',
		'mprescripts',
		'mroot',
		'mrow',
		'ms',
		'mspace',
		'msqrt',
		'mstyle',
		'msub',
		'msubsup',
		'msup',
		'mtable',
		'mtd',
		'mtext',
		'mtr',
		'munder',
		'munderover',
		'semantics',
		'#text'
	],
	ALLOWED_ATTR: [
		'accent',
		'accentunder',
		'align',
		'columnalign',
		'columnlines',
		'columnspacing',
		'depth',
		'display',
		'displaystyle',
		'fence',
		'height',
		'largeop',
		'linethickness',
		'lspace',
		'mathbackground',
		'mathcolor',
		'mathsize',
		'mathvariant',
		'maxsize',
		'minsize',
		'movablelimits',
		'notation',
		'rowalign',
		'rowlines',
		'rowspacing',
		'rspace',
		'scriptlevel',
		'separator',
		'side',
		'stretchy',
		'symmetric',
		'voffset',
		'width',
		'xmlns'
	],
	ALLOW_ARIA_ATTR: false,
	ALLOW_DATA_ATTR: false,
	FORBID_CONTENTS: ['annotation', 'annotation-xml', 'script', 'style'],
	NAMESPACE: 'http://www.w3.org/1999/xhtml'
};

/** The formula in `markup`, without anything that is not MathML presentation. */
export function sanitizeMaths(markup: string): DocumentFragment {
	return DOMPurify.sanitize(markup, { ...mathsOnly, RETURN_DOM_FRAGMENT: true });
}
