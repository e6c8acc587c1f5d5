import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import commonmark from './__fixtures__/commonmark.json' with { type: 'json' };
import gfm from './__fixtures__/gfm.json' with { type: 'json' };
import { MarkdownDocument, parseMarkdown, type Block } from './blocks.ts';
import { lexBlocks } from './lexer.ts';
import { ViewBuilder } from './view-builder.ts';
import type { View } from './view.ts';

// thousands of documents each: more than the usual limit on a busy machine
vi.setConfig({ testTimeout: 60_000 });

const examples = [...commonmark, ...gfm];

/** What is seen of a document, without the identity of its blocks. */
const seen = (blocks: readonly Block[]) =>
	blocks.map(({ views, continued }) => ({ views, continued }));

/** Feeds `text` in pieces of the given lengths (the last repeated), reading the tail now and then. */
function stream(text: string, lengths: readonly number[]): MarkdownDocument {
	const document = new MarkdownDocument();
	for (let from = 0, step = 0; from < text.length; step++) {
		const length = Math.max(1, lengths[step % lengths.length] ?? 1);
		document.append(text.slice(from, from + length));
		if (length % 3 !== 0) document.readTail();
		from += length;
	}
	document.readTail();
	return document;
}

/** marked's reading of the whole text at once, without our segments. */
function whole(text: string): readonly View[] {
	const lexed = lexBlocks(text.replace(/\r\n?/g, '\n'));
	lexed.resolve(lexed.definitions);
	const place = { outline: [], ordinal: undefined, continued: false, repeatsTableHead: false };
	return new ViewBuilder(place).build(lexed.tokens);
}

/** An unclosed fence is known as such only by our own reading of fences. */
const closed = (view: View): View => (view.type === 'code' ? { ...view, open: false } : view);

const flat = (blocks: readonly Block[]) => blocks.flatMap(({ views }) => views.map(closed));

test('every example, character by character, equals the same text at once', () => {
	for (const text of examples) {
		expect(seen(stream(text, [1]).blocks), text).toEqual(seen(parseMarkdown(text)));
	}
});

test('at every moment of a stream the blocks equal those of the text so far', () => {
	for (const text of gfm) {
		const document = new MarkdownDocument();
		for (let end = 1; end <= text.length; end++) {
			document.append(text.slice(end - 1, end));
			document.readTail();
			expect(seen(document.blocks), text.slice(0, end)).toEqual(
				seen(parseMarkdown(text.slice(0, end)))
			);
		}
	}
});

test('any composition of examples in any cuts equals the same text at once', () => {
	const pieces = fc.array(
		fc.tuple(fc.constantFrom(...examples), fc.constantFrom('', '\n', '\n\n', ' ')),
		{ minLength: 1, maxLength: 6 }
	);
	const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 });
	fc.assert(
		fc.property(pieces, cuts, (parts, lengths) => {
			const text = parts.flat().join('');
			expect(seen(stream(text, lengths).blocks)).toEqual(seen(parseMarkdown(text)));
		}),
		{ numRuns: 400 }
	);
});

test('any string of markup characters in any cuts equals the same text at once', () => {
	const unit = fc.constantFrom(
		'\n',
		'\n',
		' ',
		'    ',
		'\t',
		'-',
		'*',
		'#',
		'>',
		'`',
		'```',
		'~~~',
		'|',
		'|-',
		'[',
		']',
		':',
		'(',
		')',
		'1.',
		'=',
		'_',
		'$',
		'\\',
		'&',
		'<',
		'a',
		'b',
		'x y',
		'\r'
	);
	fc.assert(
		fc.property(
			fc.string({ unit, maxLength: 60 }),
			fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
			(text, lengths) => {
				expect(seen(stream(text, lengths).blocks)).toEqual(seen(parseMarkdown(text)));
			}
		),
		{ numRuns: 1500 }
	);
});

test('segments parsed alone give what marked gives for the whole text', () => {
	const differing = examples.filter((text) => {
		const ours = flat(parseMarkdown(text));
		return JSON.stringify(ours) !== JSON.stringify(whole(text).map(closed));
	});
	expect(differing).toEqual([]);
});

const repeated = (unit: string, length: number) =>
	unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Texts whose segments are cut by force. */
const endless = {
	'one line': repeated('word and more words, ', 30_000),
	'one word': repeated('x😀', 30_000),
	'one paragraph': repeated('a line of text\n', 30_000),
	'one list': repeated('1. an item\n', 30_000),
	'one table': '| a | b |\n| - | - |\n' + repeated('| cell | 2 |\n', 40_000),
	'one quote': repeated('> quoted\n', 30_000),
	'one item': '- item\n' + repeated('  more of it\n\n', 30_000),
	'one heading': '# ' + repeated('word ', 20_000),
	'one fence line': '```' + repeated('info ', 20_000),
	'a code block': '```js\n' + repeated('let a;\n\n', 30_000)
};

test('endless blocks are cut in the same places however they arrive', () => {
	for (const [name, text] of Object.entries(endless)) {
		const once = parseMarkdown(text);
		expect(seen(stream(text, [1997, 310]).blocks), name).toEqual(seen(once));
		if (!/item|code/.test(name)) expect(once.length, name).toBeGreaterThan(1);
	}
});

test('a list that was cut goes on counting, a table keeps its columns', () => {
	const items = parseMarkdown(endless['one list']);
	const starts = items.map(({ views: [view] }) =>
		view?.type === 'element' ? Number(view.attributes.start ?? 1) : 0
	);
	const lengths = items.map(({ views: [view] }) =>
		view?.type === 'element' ? view.children.length : 0
	);
	for (const [index, start] of starts.entries()) {
		expect(start).toBe(1 + lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
	}
	expect(
		parseMarkdown(endless['one table']).every(({ views: [view] }) => view?.type === 'table')
	).toBe(true);
});

test('no text is lost where a block is cut', () => {
	for (const text of [endless['one line'], endless['one word']]) {
		const joined = parseMarkdown(text)
			.flatMap(({ views }) =>
				views.map((view) => (view.type === 'element' ? view.children : [])).flat()
			)
			.map((view) => (view.type === 'text' ? view.text : ''));
		expect(joined.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
	}
});

test('settled blocks are not parsed again', () => {
	const document = new MarkdownDocument();
	document.append('one\n\n[two][late]\n\nthree\n\nfour');
	document.readTail();
	const before = document.blocks.map(({ views }) => views);
	document.append(' and more\n\n[late]: https://example.com\n\nend');
	const change = document.readTail();
	const after = document.blocks.map(({ views }) => views);
	expect(change).toEqual({ from: 3, revised: [1] });
	expect(after[0]).toBe(before[0]);
	expect(after[2]).toBe(before[2]);
	expect(after[1]).not.toBe(before[1]);
});

test('nesting without end is shown as its source', () => {
	for (const unit of ['>', '- ', '**a ', '[']) {
		const text = repeated(unit, 20_000);
		expect(() => parseMarkdown(text), unit).not.toThrow();
	}
});
