import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ThinkSplitter, WholeCharacters } from './deltas.ts';

/** Cuts a text between UTF-16 units, also in the middle of a character. */
const pieces = fc.tuple(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40))).map(([text, at]) => {
	const edges = [
		0,
		...at.map((edge) => edge % (text.length + 1)).sort((a, b) => a - b),
		text.length
	];
	return edges.slice(1).map((end, index) => text.slice(edges[index], end));
});

test('no delta holds half a character, and together they are the text', () => {
	fc.assert(
		fc.property(pieces, (deltas) => {
			const whole = new WholeCharacters();
			const out = deltas.map((delta) => whole.push(delta));
			expect(out.every((delta) => delta.isWellFormed())).toBe(true);
			expect(out.join('')).toBe(deltas.join(''));
		})
	);
});

function split(deltas: readonly string[]) {
	const splitter = new ThinkSplitter();
	const events = [...deltas.flatMap((delta) => splitter.push(delta)), ...splitter.end()];
	const join = (type: string) =>
		events.map((event) => ('delta' in event && event.type === type ? event.delta : '')).join('');
	return [join('reasoning-delta'), join('text-delta')];
}

test('inline reasoning is told from text, wherever it is cut', () => {
	const text = '<think>\nLet me <see>.</think>\n\nAnswer with </think> in it.';
	fc.assert(
		fc.property(fc.array(fc.nat(text.length)), (at) => {
			const edges = [0, ...at.sort((a, b) => a - b), text.length];
			const deltas = edges.slice(1).map((end, index) => text.slice(edges[index], end));
			expect(split(deltas)).toEqual(['Let me <see>.', 'Answer with </think> in it.']);
		})
	);
});

test('a tag anywhere but at the beginning is text', () => {
	expect(split(['I ', '<think>', 'so</think>'])).toEqual(['', 'I <think>so</think>']);
	expect(split(['<thi', 'ng>'])).toEqual(['', '<thing>']);
	expect(split(['<th'])).toEqual(['', '<th']);
});

test('reasoning that never ends stays reasoning', () => {
	expect(split(['<think>a</thi'])).toEqual(['a</thi', '']);
});
