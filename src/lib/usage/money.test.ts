import { expect, it } from 'vitest';
import { formatMoney } from './money.ts';

it.each([
	[0, '$0.00'],
	[18.42, '$18.42'],
	[1234567.891, '$1,234,567.89'],
	[1.005, '$1.01'],
	[0.996, '$1.00'],
	[0.5, '$0.50'],
	[0.137, '$0.14'],
	[0.0996, '$0.10'],
	[0.0994, '$0.099'],
	[0.0132, '$0.013'],
	[0.000_04, '$0.00004'],
	[0.000_000_2, '<$0.000001'],
	[-0.2, '-$0.20']
])('%d USD is %s', (usd, text) => {
	expect(formatMoney(usd, null)).toBe(text);
});

it('uses the chosen currency and its own number of digits', () => {
	expect(formatMoney(10, { code: 'EUR', perUsd: 0.92, asOf: '2026-09-01' })).toBe('€9.20');
	expect(formatMoney(10, { code: 'JPY', perUsd: 151.4, asOf: '2026-09-01' })).toBe('¥1,514');
	expect(formatMoney(0.001, { code: 'JPY', perUsd: 150, asOf: '2026-09-01' })).toBe('¥0.15');
	// A code that nobody has assigned is still money.
	expect(formatMoney(1, { code: 'XQZ', perUsd: 2, asOf: '2026-09-01' })).toContain('2.00');
});
