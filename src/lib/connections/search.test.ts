import fc from 'fast-check';
import { expect, test } from 'vitest';
import { index, parseQuery, rank, search } from './search.ts';

const ids = [
	'claude-3-5-sonnet-20241022',
	'claude-opus-4-5',
	'claude-sonnet-4-20250514',
	'claude-sonnet-4-5-20250929',
	'gemini-2.5-flash',
	'gemini-2.5-pro',
	'gpt-4.1',
	'gpt-5-mini',
	'gpt-5.1',
	'gpt-oss-120b',
	'llama-3.3-70b-versatile',
	'qwen3:32b',
	'typhoon-v2.1-12b-instruct'
];
const indexes = new Map(ids.map((id) => [id, index(id)]));
const find = (query: string) => search(ids, query, (id) => indexes.get(id) ?? index(id));

test.each([
	['sonnet 4.5', 'claude-sonnet-4-5-20250929'],
	['sonnet45', 'claude-sonnet-4-5-20250929'],
	['4.5 sonnet', 'claude-sonnet-4-5-20250929'],
	['Sonnet 3.5', 'claude-3-5-sonnet-20241022'],
	['gpt5', 'gpt-5-mini'],
	['gpt 5.1', 'gpt-5.1'],
	['gpt51', 'gpt-5.1'],
	['GPT 4', 'gpt-4.1'],
	['flash', 'gemini-2.5-flash'],
	['gem pro', 'gemini-2.5-pro'],
	['qwen 32b', 'qwen3:32b'],
	['llama 70b', 'llama-3.3-70b-versatile'],
	['typhon', 'typhoon-v2.1-12b-instruct'],
	['sonet', 'claude-sonnet-4-20250514']
])('“%s” finds %s first', (query, id) => {
	expect(find(query)[0]).toBe(id);
});

test('a version is one thing: 4.5 is not a 4 and a 5 somewhere', () => {
	expect(find('4.5')).toEqual(['claude-opus-4-5', 'claude-sonnet-4-5-20250929']);
	expect(find('sonnet 4')).toEqual(['claude-sonnet-4-20250514', 'claude-sonnet-4-5-20250929']);
});

test('letters scattered over a word count only when nothing better is there', () => {
	expect(find('gemini')).toHaveLength(2);
	expect(find('zzz')).toEqual([]);
});

test('an empty query keeps everything in its order', () => {
	expect(find('  ')).toEqual(ids);
});

test('accents and capitals do not matter; connection names count', () => {
	expect(rank(index('gpt-5.1', 'Équipe'), parseQuery('equipe gpt'))).toBe(0);
});

test('every id is found by itself, by its beginning and without its separators', () => {
	fc.assert(
		fc.property(fc.constantFrom(...ids), fc.nat(), (id, cut) => {
			expect(find(id)[0]).toBe(id);
			expect(find(id.slice(0, 1 + (cut % id.length)))).toContain(id);
			expect(find(id.replace(/[^a-z0-9]/g, ''))).toContain(id);
		})
	);
});

test('whatever is typed, searching ends well', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (query) => {
			expect(ids).toEqual(expect.arrayContaining([...find(query)]));
		})
	);
});
