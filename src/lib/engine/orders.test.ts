import { newMessageId } from '#lib/db';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineApi } from './contract.ts';
import { guard, orders } from './orders.ts';

/** An engine that notes what reaches it. */
function recorder() {
	const reached: { verb: string; args: unknown[] }[] = [];
	const groups = Object.entries(orders).map(([group, verbs]) => [
		group,
		Object.fromEntries(
			Object.keys(verbs).map((name) => [
				name,
				(...args: unknown[]) => {
					reached.push({ verb: `${group}.${name}`, args });
					return Promise.resolve();
				}
			])
		)
	]);
	const engine = Object.fromEntries(groups) as EngineApi;
	return { reached, api: guard(() => Promise.resolve(engine)) };
}

type Loose = Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>>;

const order = {
	conversationId: 'c',
	parentId: '',
	text: 'Hi',
	connectionId: 'k',
	modelId: 'm'
};

describe('the gate of the engine', () => {
	it('lets a well-formed order through, without what does not belong to it', async () => {
		const { api, reached } = recorder();
		await (api as unknown as Loose).generation?.send?.({
			...order,
			parameters: { temperature: 1, surprise: true },
			baseUrl: 'https://evil.example'
		});
		expect(reached).toEqual([
			{ verb: 'generation.send', args: [{ ...order, parameters: { temperature: 1 } }] }
		]);
	});

	it('takes the ids that the page has made', async () => {
		const { api, reached } = recorder();
		const ids = { questionId: newMessageId(), answerId: newMessageId() };
		await (api as unknown as Loose).generation?.send?.({ ...order, ids });
		expect(reached).toEqual([{ verb: 'generation.send', args: [{ ...order, ids }] }]);
	});

	it.each([
		['an empty message', 'generation', 'send', [{ ...order, text: '  \n' }]],
		['a missing model', 'generation', 'send', [{ ...order, modelId: undefined }]],
		[
			'an id that nobody made for a message',
			'generation',
			'send',
			[{ ...order, ids: { questionId: newMessageId(), answerId: 'a' } }]
		],
		[
			'an id that does not sort by its time',
			'generation',
			'send',
			[{ ...order, ids: { questionId: crypto.randomUUID(), answerId: newMessageId() } }]
		],
		[
			'an infinite temperature',
			'generation',
			'send',
			[{ ...order, parameters: { temperature: Infinity } }]
		],
		['a vote of two', 'conversations', 'vote', ['m', 2]],
		['an empty title', 'conversations', 'update', ['c', { title: ' ' }]],
		['too many arguments', 'vault', 'lock', ['now']],
		['no listener', 'vault', 'subscribe', [{}]],
		['a number for a passphrase', 'vault', 'unlock', [1234]]
	])('refuses %s', async (_what, group, verb, args) => {
		const { api, reached } = recorder();
		await expect((api as unknown as Loose)[group]?.[verb]?.(...args)).rejects.toMatchObject({
			kind: 'bad-order'
		});
		expect(reached).toEqual([]);
	});

	it('never repeats what it was given: it may be a key', async () => {
		const { api } = recorder();
		const names = Object.entries(orders).flatMap(([group, verbs]) =>
			Object.keys(verbs).map((verb) => [group, verb] as const)
		);
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...names),
				fc.array(fc.constantFrom<unknown>('sk-secret-key', { apiKey: 'sk-secret-key' }, 7), {
					maxLength: 4
				}),
				async ([group, verb], args) => {
					const result = await Promise.resolve(
						(api as unknown as Loose)[group]?.[verb]?.(...args)
					).catch((error: unknown) => error);
					expect(String(result)).not.toContain('sk-secret-key');
				}
			)
		);
	});

	it('gives every failure a kind', async () => {
		const { api: working } = recorder();
		const broken = guard(() =>
			Promise.resolve({
				...working,
				conversations: {
					...working.conversations,
					vote: () => Promise.reject(new DOMException('Full.', 'QuotaExceededError'))
				}
			})
		);
		await expect((broken as unknown as Loose).conversations?.vote?.('m', 1)).rejects.toMatchObject({
			kind: 'quota'
		});
	});
});
