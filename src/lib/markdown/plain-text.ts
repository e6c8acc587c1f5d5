import { parseMarkdown } from './blocks.ts';
import { viewToText, type View } from './view.ts';

const lineTags: ReadonlySet<string> = new Set([
	'blockquote',
	'h2',
	'h3',
	'h4',
	'h5',
	'h6',
	'li',
	'ol',
	'p',
	'tr',
	'ul'
]);

function lines(view: View): string {
	if (view.type === 'table') return lines(view.table);
	if (view.type !== 'element') return viewToText([view]);
	const isRow = view.tag === 'tr';
	const text = view.children.map(lines).join(isRow ? '\t' : '');
	if (view.tag === 'br' || view.tag === 'hr') return '\n';
	return lineTags.has(view.tag) ? `\n${text}\n` : text;
}

/** The words of a Markdown text, one line per paragraph, item or row; code stays as it is. */
export function markdownToPlainText(text: string): string {
	return parseMarkdown(text)
		.flatMap(({ views }) => views.map(lines))
		.join('\n')
		.replace(/\n{2,}/g, '\n')
		.trim();
}
