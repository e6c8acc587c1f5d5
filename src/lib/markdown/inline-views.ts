/** What stands inside a line: emphasis, code, links, images, formulas and a few tags. Pure. */
import { safeLink } from './addresses.ts';
import { decodeEntities } from './entities.ts';
import type { ParsedToken } from './lexer.ts';
import {
	element,
	formulaView,
	imageView,
	joinText,
	textView,
	type Tag,
	type View
} from './view.ts';

/** Elements nested deeper than this are shown as their source: no real answer needs it. */
export const maxDepth = 40;

/** Tokens between an inline tag and its end. */
const maxTagDistance = 200;

const inlineTags: ReadonlySet<string> = new Set<Tag>([
	'b',
	'cite',
	'code',
	'del',
	'em',
	'i',
	'ins',
	'kbd',
	'mark',
	'q',
	's',
	'samp',
	'small',
	'strong',
	'sub',
	'sup',
	'u',
	'var'
]);

const isInlineTag = (name: string): name is Tag => inlineTags.has(name);

/**
 * Views of inline tokens.
 * @param depth how many elements they are in
 * @param inLink a link in a link is its words
 */
export function inlineViews(tokens: readonly ParsedToken[], depth: number, inLink = false): View[] {
	if (depth > maxDepth) return [textView(tokens.map(({ raw }) => raw).join(''))];
	const views: View[] = [];
	for (let index = 0; index < tokens.length; index++) {
		const token = tokens[index];
		if (token === undefined) break;
		const end = token.type === 'html' ? closingTag(tokens, index) : undefined;
		if (end !== undefined) {
			views.push(
				element(end.tag, inlineViews(tokens.slice(index + 1, end.index), depth + 1, inLink))
			);
			index = end.index;
		} else views.push(...tokenViews(token, depth, inLink));
	}
	return joinText(views);
}

function tokenViews(token: ParsedToken, depth: number, inLink: boolean): View[] {
	switch (token.type) {
		case 'strong':
		case 'em':
		case 'del':
			return [element(token.type, inlineViews(token.tokens as ParsedToken[], depth + 1, inLink))];
		case 'codespan':
			return [element('code', [textView(token.text)])];
		case 'br':
			return [element('br', [])];
		case 'html':
			return /^<br\s*\/?>$/i.test(token.raw) ? [element('br', [])] : [textView(token.raw)];
		case 'link':
			return linkViews(token, depth, inLink);
		case 'image':
			return [imageView(token.href, token.text, inLink)];
		case 'maths':
			return [formulaView(token.raw, token.tex, token.display)];
		case 'escape':
			return [textView(token.text)];
		case 'text':
			return token.tokens === undefined
				? [textView(decodeEntities(token.text))]
				: inlineViews(token.tokens as ParsedToken[], depth, inLink);
		default:
			return [textView(token.raw)];
	}
}

function linkViews(
	token: Extract<ParsedToken, { type: 'link' }>,
	depth: number,
	inLink: boolean
): View[] {
	const isLiteral = token.autolink === true;
	const address = safeLink(isLiteral ? token.href : decodeEntities(token.href));
	if (isLiteral && address === undefined) return [textView(token.raw)];
	const children = isLiteral
		? [textView(token.text)]
		: inlineViews(token.tokens as ParsedToken[], depth + 1, inLink || address !== undefined);
	if (inLink || address === undefined) return children;
	const title = decodeEntities(token.title ?? '');
	return [element('a', children, title === '' ? { href: address } : { href: address, title })];
}

/** The end of an attribute-free inline tag that is opened at `index`, if it is allowed and closed. */
function closingTag(
	tokens: readonly ParsedToken[],
	index: number
): { tag: Tag; index: number } | undefined {
	const name = /^<([a-z]+)>$/i.exec(tokens[index]?.raw ?? '')?.[1]?.toLowerCase() ?? '';
	if (!isInlineTag(name)) return undefined;
	let open = 0;
	const end = Math.min(tokens.length, index + maxTagDistance);
	for (let at = index; at < end; at++) {
		const token = tokens[at];
		if (token?.type !== 'html') continue;
		const raw = token.raw.toLowerCase();
		if (raw === `<${name}>`) open++;
		else if (raw === `</${name}>` && --open === 0) return { tag: name, index: at };
	}
	return undefined;
}
