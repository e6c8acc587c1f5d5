import { expect, it } from 'vitest';
import { parseAmount } from './form.ts';

it.each([
	['20', 20],
	[' 0.92 ', 0.92],
	['0,92', 0.92],
	['.5', 0.5],
	['20.', 20],
	['', undefined],
	['0', undefined],
	['-5', undefined],
	['1e9', undefined],
	['99999999999', undefined],
	['1,234.50', undefined],
	['twenty', undefined],
	['$20', undefined]
])('“%s” is %s', (text, amount) => {
	expect(parseAmount(text)).toBe(amount);
});
