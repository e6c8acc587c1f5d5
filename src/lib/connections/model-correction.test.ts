import { expect, test } from 'vitest';
import { correctionOf, fieldsOf } from './model-correction.ts';

const nothing = fieldsOf(undefined);

test('empty fields correct nothing', () => {
	expect(correctionOf('m', nothing, '2026-11-20')).toEqual({ ok: true, user: null });
});

test('what is typed becomes a correction, and reads back the same', () => {
	const fields = {
		...nothing,
		name: ' My model ',
		contextWindow: '128k',
		maxOutput: '8,192',
		inputPrice: '$2.50',
		outputPrice: '10',
		abilities: { vision: 'yes', reasoning: 'no', tools: 'listed' }
	} as const;
	const user = {
		id: 'm',
		name: 'My model',
		contextWindow: 128_000,
		maxOutput: 8192,
		prices: { input: 2.5, output: 10, asOf: '2026-11-20' },
		capabilities: { vision: true, reasoning: false }
	};
	expect(correctionOf('m', fields, '2026-11-20')).toEqual({ ok: true, user });
	expect(correctionOf('m', fieldsOf(user), '2026-11-20')).toEqual({ ok: true, user });
});

test.each([
	[{ contextWindow: 'many' }, 'contextWindow'],
	[{ maxOutput: '-5' }, 'maxOutput'],
	[{ maxOutput: '0' }, 'maxOutput'],
	[{ inputPrice: 'cheap' }, 'inputPrice'],
	[{ inputPrice: '3' }, 'outputPrice'],
	[{ outputPrice: '3' }, 'inputPrice']
])('%o is refused at its field', (change, field) => {
	const correction = correctionOf('m', { ...nothing, ...change }, '2026-11-20');
	expect(correction.ok ? [] : Object.keys(correction.problems)).toEqual([field]);
});
