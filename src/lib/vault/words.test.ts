import { describe, expect, it } from 'vitest';
import {
	describeDuration,
	describeLock,
	describeProtection,
	describeRefusal,
	passphraseStrength
} from './words.ts';

describe('words', () => {
	it.each([
		[60_000, '1 minute'],
		[15 * 60_000, '15 minutes'],
		[60 * 60_000, '1 hour'],
		[90_000, '1.5 minutes'],
		[null, 'Never']
	])('says %s as “%s”', (ms, text) => {
		expect(describeDuration(ms)).toBe(text);
	});

	it('says why it locked, and nothing after a fresh start', () => {
		const status = { state: 'locked', protection: 'passphrase', autoLockMs: 900_000 } as const;
		expect(describeLock({ ...status, lockedBy: 'idle' })).toBe(
			'Locked after 15 minutes without use.'
		);
		expect(describeLock({ ...status, lockedBy: 'person' })).toBe('Locked on request.');
		expect(describeLock({ ...status, lockedBy: null })).toBeUndefined();
	});

	it.each([
		['', 'short'],
		['abcdefg', 'short'],
		['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
		['abababababababababababab', 'weak'],
		['hunter2!', 'weak'],
		['horse battery', 'fair'],
		['correct horse battery staple', 'strong'],
		['正确的马电池订书钉密码短语十二字', 'fair']
	])('calls “%s” %s', (passphrase, strength) => {
		expect(passphraseStrength(passphrase)).toBe(strength);
	});

	it('has a sentence for every refusal and none for success', () => {
		expect(describeRefusal('unlocked')).toBeUndefined();
		expect(describeRefusal('done')).toBeUndefined();
		for (const result of ['wrong-passphrase', 'too-short', 'conflict'] as const) {
			expect(describeRefusal(result)).toMatch(/^[A-Z].*\.$/);
		}
	});

	it('always says what is not protected', () => {
		for (const protection of ['device', 'passphrase'] as const) {
			expect(describeProtection(protection).some(({ holds }) => !holds)).toBe(true);
		}
	});
});
