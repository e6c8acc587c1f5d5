import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '#lib/providers';
import { cleanTitle, titleModel } from './titles.ts';

const model = (id: string, input?: number, output?: number): ModelInfo => ({
	id,
	...(input !== undefined && output !== undefined && { prices: { input, output } })
});

describe('the model that names a conversation', () => {
	const big = model('big', 3, 15);

	it('is the cheapest whose price is known', () => {
		const models = [big, model('small', 0.1, 0.4), model('middle', 1, 5), model('unknown')];
		expect(titleModel(models, big).id).toBe('small');
	});

	it('is the one that answered when its own price is unknown', () => {
		expect(titleModel([model('small', 0.1, 0.4)], model('local')).id).toBe('local');
	});

	it('is made for talking, and not a rationed free one', () => {
		const models = [model('text-embedding-3', 0.01, 0.01), model('tts-1', 0.01, 0.01)];
		expect(titleModel([...models, model('free:free', 0, 0)], big).id).toBe('big');
	});
});

describe('a reply as a title', () => {
	it.each([
		['"Sourdough for beginners."', 'Sourdough for beginners'],
		['**Title: Moving to Chiang Mai**', 'Moving to Chiang Mai'],
		['\n\n# Fixing the build\nHere is why', 'Fixing the build'],
		['one two three four five six seven eight', 'one two three four five six'],
		['「パンの作り方」', 'パンの作り方'],
		['  ', '']
	])('%j becomes %j', (reply, title) => {
		expect(cleanTitle(reply)).toBe(title);
	});

	it('never gets long, whatever comes', () => {
		expect(Array.from(cleanTitle('ยาว'.repeat(500))).length).toBeLessThanOrEqual(61 * 2);
	});
});
