/**
 * Character references in text. Numeric ones and the names of HTML 4, the only ones that appear in
 * answers, become characters; unknown names stay as they are written.
 */
const latin1 =
	'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'.split(
		' '
	);

/** Greek from U+0391; `-` holds the place of code points without a name. */
const greek =
	'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega - - - - - - - alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon phi chi psi omega'.split(
		' '
	);

const others: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	OElig: 'Œ',
	oelig: 'œ',
	Scaron: 'Š',
	scaron: 'š',
	Yuml: 'Ÿ',
	fnof: 'ƒ',
	circ: 'ˆ',
	tilde: '˜',
	ensp: '\u2002',
	emsp: '\u2003',
	thinsp: '\u2009',
	zwnj: '\u200C',
	zwj: '\u200D',
	lrm: '\u200E',
	rlm: '\u200F',
	ndash: '–',
	mdash: '—',
	lsquo: '‘',
	rsquo: '’',
	sbquo: '‚',
	ldquo: '“',
	rdquo: '”',
	bdquo: '„',
	dagger: '†',
	Dagger: '‡',
	bull: '•',
	hellip: '…',
	permil: '‰',
	prime: '′',
	Prime: '″',
	lsaquo: '‹',
	rsaquo: '›',
	oline: '‾',
	frasl: '⁄',
	euro: '€',
	image: 'ℑ',
	weierp: '℘',
	real: 'ℜ',
	trade: '™',
	alefsym: 'ℵ',
	larr: '←',
	uarr: '↑',
	rarr: '→',
	darr: '↓',
	harr: '↔',
	crarr: '↵',
	lArr: '⇐',
	uArr: '⇑',
	rArr: '⇒',
	dArr: '⇓',
	hArr: '⇔',
	forall: '∀',
	part: '∂',
	exist: '∃',
	empty: '∅',
	nabla: '∇',
	isin: '∈',
	notin: '∉',
	ni: '∋',
	prod: '∏',
	sum: '∑',
	minus: '−',
	lowast: '∗',
	radic: '√',
	prop: '∝',
	infin: '∞',
	ang: '∠',
	and: '∧',
	or: '∨',
	cap: '∩',
	cup: '∪',
	int: '∫',
	there4: '∴',
	sim: '∼',
	cong: '≅',
	asymp: '≈',
	ne: '≠',
	equiv: '≡',
	le: '≤',
	ge: '≥',
	sub: '⊂',
	sup: '⊃',
	nsub: '⊄',
	sube: '⊆',
	supe: '⊇',
	oplus: '⊕',
	otimes: '⊗',
	perp: '⊥',
	sdot: '⋅',
	lceil: '⌈',
	rceil: '⌉',
	lfloor: '⌊',
	rfloor: '⌋',
	lang: '⟨',
	rang: '⟩',
	loz: '◊',
	spades: '♠',
	clubs: '♣',
	hearts: '♥',
	diams: '♦',
	thetasym: 'ϑ',
	upsih: 'ϒ',
	piv: 'ϖ',
	Tab: '\t',
	NewLine: '\n',
	colon: ':',
	sol: '/',
	num: '#',
	lpar: '(',
	rpar: ')',
	check: '✓',
	cross: '✗'
};

const characters = new Map<string, string>([
	...latin1.map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
	...greek.map((name, index) => [name, String.fromCharCode(0x391 + index)] as const),
	...Object.entries(others)
]);

function fromCode(code: number): string {
	const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
	return isCharacter ? String.fromCodePoint(code) : '\uFFFD';
}

/** Replaces character references by the characters they stand for, once. */
export function decodeEntities(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(
		/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,31}));/g,
		(whole, decimal?: string, hex?: string, name?: string) => {
			if (decimal !== undefined) return fromCode(Number.parseInt(decimal, 10));
			if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
			return characters.get(name ?? '') ?? whole;
		}
	);
}
