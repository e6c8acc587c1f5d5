import { describe, expect, it } from 'vitest';
import { meaningOfEnter } from './enter.ts';

const enter = {
	key: 'Enter',
	keyCode: 13,
	isComposing: false,
	shiftKey: false,
	altKey: false,
	ctrlKey: false,
	metaKey: false
};

describe('the Enter key', () => {
	it('sends with a keyboard and makes a new line on touch', () => {
		expect(meaningOfEnter(enter, 'auto', false)).toBe('send');
		expect(meaningOfEnter(enter, 'auto', true)).toBe('new-line');
		expect(meaningOfEnter(enter, 'enter', true)).toBe('send');
		expect(meaningOfEnter(enter, 'mod-enter', false)).toBe('new-line');
	});

	it('makes a new line with Shift, and always sends with Ctrl or Command', () => {
		expect(meaningOfEnter({ ...enter, shiftKey: true }, 'enter', false)).toBe('new-line');
		expect(meaningOfEnter({ ...enter, ctrlKey: true }, 'mod-enter', true)).toBe('send');
		expect(meaningOfEnter({ ...enter, metaKey: true }, 'auto', true)).toBe('send');
	});

	it('belongs to the input method while that composes', () => {
		expect(meaningOfEnter({ ...enter, isComposing: true }, 'enter', false)).toBeUndefined();
		expect(meaningOfEnter({ ...enter, keyCode: 229 }, 'enter', false)).toBeUndefined();
	});

	it('is one key only', () => {
		expect(meaningOfEnter({ ...enter, key: 'a', keyCode: 65 }, 'enter', false)).toBeUndefined();
	});
});
