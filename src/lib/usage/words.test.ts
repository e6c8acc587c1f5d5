import { expect, test } from 'vitest';
import { words } from './words.ts';

test('what requests were for is told in the singular and the plural', () => {
	const totals = [
		{ purpose: 'answer', requests: 1 },
		{ purpose: 'title', requests: 700 },
		{ purpose: 'title', requests: 400 },
		{ purpose: 'summary', requests: 1 }
	] as const;
	expect(words.purposes(totals)).toBe('1 answer, 1,100 titles, 1 summary');
});
