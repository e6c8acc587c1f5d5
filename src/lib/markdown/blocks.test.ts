import fc from 'fast-check';
import { expect, test } from 'vitest';
import commonmark from './__fixtures__/commonmark.json' with { type: 'json' };
import gfm from './__fixtures__/gfm.json' with { type: 'json' };
import { MarkdownDocument, parseMarkdown, type Block } from './blocks.ts';
import { lexBlocks } from './lexer.ts';
import { ViewBuilder, type View } from './view.ts';

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
