import { expect, test } from 'vitest';
import { readFormula } from './maths-syntax.ts';

test.each([
	['$x$', 'x', false],
	['$5$', '5', false],
	['$a \\$ b$', 'a \\$ b', false],
	['$$a\nb$$', 'a\nb', true],
	['\\(a\\)', 'a', false],
	['\\[ a \\]', 'a', true],
	['$n$-th', 'n', false]
])('%s is a formula', (source, tex, display) => {
	expect(readFormula(source)).toMatchObject({ tex, display });
});

test.each([
	['$5 and $10', ''],
	['$5/$10', ''],
	['$5 or 10$ more', ''],
	['$3 million to US$', ''],
	['$1,000-$2,000', ''],
	['$ x$', ''],
	['$x', ''],
	['$$', ''],
	['$$a\n\nb$$', ''],
	['\\(a', ''],
	['$4 $', 'S']
])('%s is not', (source, previous) => {
	expect(readFormula(source, previous)).toBeUndefined();
});

test('a formula longer than anyone reads is left as text', () => {
	expect(readFormula(`$$${'x'.repeat(5000)}$$`)).toBeUndefined();
});
