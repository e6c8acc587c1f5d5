import { expect, it } from 'vitest';
import { once } from './once.ts';

it('loads once, also when asked twice at the same time', async () => {
	let count = 0;
	const load = once(() => Promise.resolve(++count));
	expect(await Promise.all([load(), load()])).toEqual([1, 1]);
	expect(await load()).toBe(1);
});

it('tries again after a failure', async () => {
	let count = 0;
	const load = once(() =>
		++count === 1 ? Promise.reject(new Error('Offline')) : Promise.resolve(count)
	);
	await expect(load()).rejects.toThrow('Offline');
	expect(await load()).toBe(2);
});
