import { expect, test } from 'vitest';
import { markdownToPlainText } from './plain-text.ts';

test('markup goes, words stay, one line per paragraph, item and row', () => {
	const text =
		'# Title\n\nA **bold** [link](https://example.com), `code` &amp; $x^2$.\n\n- one\n- two\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n```js\nlet a;\n```\n';
	expect(markdownToPlainText(text)).toBe(
		'Title\nA bold link, code & $x^2$.\none\ntwo\na\tb\n1\t2\nlet a;'
	);
});

test('an empty text stays empty', () => {
	expect(markdownToPlainText(' \n\n')).toBe('');
});
