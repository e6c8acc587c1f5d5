import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handleError } from './hooks.client.ts';

const logged = vi.fn();
beforeEach(() => {
	vi.spyOn(console, 'error').mockImplementation(logged);
});
afterEach(() => {
	vi.restoreAllMocks();
	logged.mockClear();
});

const textOf = (error: Error, status: number) =>
	handleError({ error, status, message: 'Internal Error', event: {} as never });

describe('what becomes of an error of a page', () => {
	it('an address that leads nowhere is no error: it is said, and not logged', () => {
		expect(textOf(new Error('Not found: /nope'), 404)).toMatchObject({
			message: 'There is no page here'
		});
		expect(logged).not.toHaveBeenCalled();
	});

	it('any other is logged as it is, and said in our words alone', () => {
		const error = new TypeError('sk-secret-key');
		const said = textOf(error, 500);
		expect(said).toMatchObject({ message: 'This page could not be shown' });
		expect(JSON.stringify(said)).not.toContain('sk-secret-key');
		expect(logged).toHaveBeenCalledExactlyOnceWith(error);
	});
});
