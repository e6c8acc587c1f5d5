import { expect, it } from 'vitest';
import { DatabaseError } from './errors.ts';
import { failureText } from './words.ts';

it('names a full disk, whatever failed for it, and else what the feature says', () => {
	const full = new DatabaseError('quota', 'QuotaExceededError');
	expect(failureText(full, 'Try again.')).toMatch(/^This device has no room left\./);
	for (const error of [new DatabaseError('unknown', 'Odd.'), new Error('quota'), 'quota', null])
		expect(failureText(error, 'Try again.')).toBe('Try again.');
});
