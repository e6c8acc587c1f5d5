import { openDatabase } from '#lib/db/engine';
import { messageRow } from '#lib/db/testing';
import { generationLock } from '#lib/engine';
import { expect, it } from 'vitest';
import { readGenerating } from './lists.ts';

it('shows as answering what somebody generates, not what a crash left behind', async () => {
	const db = await openDatabase(`lists-${crypto.randomUUID()}`);
	try {
		const alive = messageRow({ state: 'streaming' });
		const dead = messageRow({ state: 'streaming' });
		const over = messageRow({ state: 'complete' });
		await db.messages.bulkAdd([alive, dead, over]);
		const generating = await navigator.locks.request(generationLock(alive.id), () =>
			readGenerating(db)
		);
		expect([...generating]).toEqual([alive.conversationId]);
		expect([...(await readGenerating(db))]).toEqual([]);
	} finally {
		await db.delete();
	}
});
