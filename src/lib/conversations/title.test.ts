import { expect, it } from 'vitest';
import { shortenTitle, titleFromText } from './title.ts';

it.each([
	['Hello', 'Hello'],
	['\n\n## A heading with `code`\nmore', 'A heading with code'],
	['- a list item', 'a list item'],
	['   ', 'New conversation'],
	['```\nconst x = 1;', 'const x = 1;']
])('the first line of %j is the title %j', (text, title) => {
	expect(titleFromText(text)).toBe(title);
});

it('cuts a long title at a word', () => {
	const title = titleFromText('word '.repeat(100));
	expect(title).toMatch(/word…$/);
	expect(title.length).toBeLessThanOrEqual(61);
});

it('never cuts inside a character', () => {
	const family = '👨‍👩‍👧‍👦';
	expect(shortenTitle(family.repeat(30), 3)).toBe(`${family.repeat(3)}…`);
});
