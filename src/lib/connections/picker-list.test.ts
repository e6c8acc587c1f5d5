import type { ConnectionId } from '#lib/db';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultChoice, findOption, modelOption, type ConnectionChoice } from './choices.ts';
import { demoConnection } from './demo.ts';
import { newModelRow } from './model-list.ts';
import { choiceLines, choiceOf, pickerLines, type Capability } from './picker-list.ts';
import { rowWords } from './picker-row.ts';
import { offsetsOf, scrollTo, sliceOf } from './slice.ts';

function choice(id: string, models: readonly (readonly [string, object])[]): ConnectionChoice {
	const connectionId = id as ConnectionId;
	return {
		connection: { ...demoConnection, id: connectionId, presetId: 'openai', label: `Key ${id}` },
		options: models.map(([modelId, change]) =>
			modelOption({ ...newModelRow(connectionId, { id: modelId }), ...change })
		)
	};
}

const choices = [
	choice('a', [
		['gpt-5-mini', { favourite: 1, lastUsedAt: 9 }],
		['gpt-5.1', { lastUsedAt: 3 }],
		['gpt-4.1', { listed: { id: 'gpt-4.1', capabilities: { vision: true } } }]
	]),
	choice('b', [
		['gpt-5.1', { lastUsedAt: 5 }],
		['o3', {}]
	])
];
const shown = (query = '', capabilities: ('vision' | 'tools')[] = []) =>
	pickerLines(choices, query, capabilities).map((line) =>
		line.kind === 'group' ? `# ${line.label}` : `${line.option.modelId} (${line.source.id})`
	);

test('favourites, then recent by time, then each connection; every model once', () => {
	expect(shown()).toEqual([
		'# Favourites',
		'gpt-5-mini (a)',
		'# Recent',
		'gpt-5.1 (b)',
		'gpt-5.1 (a)',
		'# Key a',
		'gpt-4.1 (a)',
		'# Key b',
		'o3 (b)'
	]);
});

test('typing ranks across connections, whose labels count too', () => {
	expect(shown('5.1')).toEqual(['gpt-5.1 (a)', 'gpt-5.1 (b)']);
	expect(shown('key b 5.1')).toEqual(['gpt-5.1 (b)']);
	expect(shown('', ['vision'])).toEqual(['# Key a', 'gpt-4.1 (a)']);
	expect(shown('', ['vision', 'tools'])).toEqual([]);
});

test('a new conversation starts with the model used last, a favourite or a good one', () => {
	const last = { connectionId: 'b', modelId: 'o3' };
	expect(defaultChoice(choices, last)?.modelId).toBe('o3');
	expect(defaultChoice(choices, { ...last, modelId: 'gone' })?.modelId).toBe('gpt-5-mini');
	const [, second] = choices;
	expect(defaultChoice(second === undefined ? [] : [second], null)?.modelId).toBe('gpt-5.1');
	expect(defaultChoice([], last)).toBeUndefined();
	expect(findOption(choices, { connectionId: 'b' as ConnectionId, modelId: 'o3' })?.modelId).toBe(
		'o3'
	);
});

test('a slice holds everything in view, whatever the heights', () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 80 }),
			fc.nat(4000),
			fc.integer({ min: 1, max: 600 }),
			fc.nat(),
			(heights, top, height, pick) => {
				const offsets = offsetsOf(heights);
				const slice = sliceOf(offsets, { top, height }, 0);
				expect(slice.top).toBe(offsets[slice.from]);
				for (const [line, size] of heights.entries()) {
					const start = offsets[line] ?? 0;
					const isInView = start < top + height && start + size > top;
					if (isInView) expect(line >= slice.from && line < slice.to).toBe(true);
				}
				if (heights.length === 0) return;
				const line = pick % heights.length;
				const scrolled = scrollTo(offsets, line, { top, height });
				const start = offsets[line] ?? 0;
				expect(start + (heights[line] ?? 0)).toBeLessThanOrEqual(scrolled + Math.max(height, 60));
				expect(sliceOf(offsets, { top: scrolled, height }, 0).from).toBeLessThanOrEqual(line);
			}
		)
	);
});

test('routes come first, and are found by their names', () => {
	const routes = [
		{ id: 'r1', name: 'Smart', steps: [{ connectionId: 'a', modelId: 'b' }] },
		{ id: 'r2', name: 'Fast', steps: [{ connectionId: 'a', modelId: 'b' }] }
	];
	const shown = (query: string, capabilities: readonly Capability[] = []) =>
		choiceLines(routes, choices, query, capabilities)
			.slice(0, 3)
			.map((line) =>
				line.kind === 'group' ? line.label : line.kind === 'route' ? line.route.name : 'model'
			);
	expect(shown('')).toEqual(['Routes', 'Smart', 'Fast']);
	expect(shown('fas')[0]).toBe('Fast');
	expect(shown('', ['vision'])).not.toContain('Routes');
	const places = choiceLines(routes, choices, '', []).flatMap((line) =>
		line.kind === 'group' ? [] : [line.place]
	);
	expect(places).toEqual(places.map((_, place) => place));
});

test('the line below a name says what each figure is', () => {
	const info = { contextWindow: 200_000, prices: { input: 2.5, output: 10 } };
	const own = [
		choice('c', [
			['known', { listed: { id: 'known', ...info } }],
			['unknown', {}]
		])
	];
	const under = (namesSource: boolean) =>
		pickerLines(own, '', []).flatMap((line) =>
			line.kind === 'group' ? [] : [rowWords(line, own, namesSource).under]
		);
	expect(under(false)).toEqual(['200k context · $2.50 / $10.00 per M', 'Price unknown']);
	expect(under(true)[1]).toBe('Key c · Price unknown');
});

test('what no list names can be added to each connection, but for the demo', () => {
	const demo = { connection: demoConnection, options: [] };
	const added = (query: string, capabilities: readonly Capability[] = []) =>
		choiceLines([], [...choices, demo], query, capabilities).map((line) =>
			line.kind === 'add' ? choiceOf(line) : line.kind
		);
	expect(added(' my-own:7b ')).toEqual([
		'group',
		{ connectionId: 'a', modelId: 'my-own:7b' },
		{ connectionId: 'b', modelId: 'my-own:7b' }
	]);
	expect(added('o3')).toEqual(['option']);
	expect(added('no such model')).toEqual([]);
	expect(added('my-own:7b', ['vision'])).toEqual([]);
	expect(choiceLines([], [demo], 'my-own:7b', [])).toEqual([]);
});
