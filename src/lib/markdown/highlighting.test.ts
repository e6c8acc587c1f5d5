import { expect, test } from 'vitest';
import { highlight } from './highlighting.ts';
import { findLanguage } from './languages.ts';
import { kinds } from './runs.ts';

/** Pieces of code with their kinds. */
async function coloured(code: string, grammar: string): Promise<[string, string | undefined][]> {
	const runs = (await highlight(code, grammar)) ?? new Uint32Array();
	let from = 0;
	return Array.from({ length: runs.length / 2 }, (_, index) => {
		const length = runs[index * 2] ?? 0;
		from += length;
		return [code.slice(from - length, from), kinds[runs[index * 2 + 1] ?? 0]];
	});
}

test('keywords, strings, numbers and comments have their kinds', async () => {
	expect(await coloured("const a = '<b>&amp;'; // 1", 'typescript')).toEqual([
		['const', 'keyword'],
		[' a = ', 'plain'],
		["'<b>&amp;'", 'string'],
		['; ', 'plain'],
		['// 1', 'comment']
	]);
});

test('the runs cover the code, whatever its characters', async () => {
	const code = '<p class="a">&quot; \u0e01 😀 <script>let a = `${b}`</script>\n';
	const parts = await coloured(code, 'xml');
	expect(parts.map(([text]) => text).join('')).toBe(code);
});

test('an unknown grammar gives nothing', async () => {
	expect(await highlight('x', 'constructor')).toBeUndefined();
	expect(findLanguage('constructor')).toBeUndefined();
	expect(findLanguage('tsx')?.label).toBe('TypeScript');
});
