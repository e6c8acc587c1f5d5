import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DraftCount } from './draft-count.ts';
import { estimateTokens } from './estimate.ts';

/** Texts of all scripts, surrogate pairs included, that repeat themselves often. */
const text = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.string({ unit: fc.constantFrom('a', '1', ' ', 'é', 'ก', '漢', 'я', '👍') })
);

describe('DraftCount', () => {
	it('counts, edit by edit, what counting the whole text at once counts', () => {
		fc.assert(
			fc.property(
				fc.array(text),
				fc.constantFrom('gpt-5.1', 'claude-sonnet-4-5'),
				(texts, model) => {
					const count = new DraftCount();
					for (const next of texts) {
						count.update(next);
						expect(count.tokens(model)).toBe(estimateTokens(next, model));
					}
				}
			)
		);
	});

	it('follows an edit anywhere in a long text', () => {
		const long = 'All work and no play, 1234. '.repeat(4000);
		fc.assert(
			fc.property(fc.nat(long.length), fc.nat(9000), text, (at, length, inserted) => {
				const count = new DraftCount();
				count.update(long);
				const edited = long.slice(0, at) + inserted + long.slice(at + length);
				count.update(edited);
				expect(count.tokens('gpt-5.1')).toBe(estimateTokens(edited, 'gpt-5.1'));
			}),
			{ numRuns: 50 }
		);
	});
});
