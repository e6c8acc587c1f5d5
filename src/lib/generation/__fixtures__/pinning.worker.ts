/** Another tab, as far as storage is concerned: pins a message and says when that is done. */
import { createConversationVerbs } from '#lib/conversations/engine';
import { openDatabase, type MessageId } from '#lib/db/engine';

onmessage = async ({ data }: MessageEvent<{ name: string; messageId: MessageId }>) => {
	const db = await openDatabase(data.name);
	const stopAnswer = (): Promise<void> => Promise.resolve();
	await createConversationVerbs({ db, now: Date.now, stopAnswer }).pinMessage(data.messageId, true);
	postMessage('done');
};
