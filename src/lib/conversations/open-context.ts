/** What of the open conversation a measure of its next request rests on. */
import { ContextTracker, type OpenQuery } from '#lib/context';
import { Live } from '#lib/db';
import type { Desk } from './desk.svelte.ts';
import { outliving } from './outliving.svelte.ts';

/** Measures what is open at a desk, whatever that is. */
export function trackContext(desk: Desk): ContextTracker {
	const summaries = new Live(() =>
		desk.db.summaries
			.where('conversationId')
			.equals(desk.view?.id ?? '')
			.toArray()
	);
	return outliving(
		() =>
			new ContextTracker({
				verbs: desk.engine.context,
				query: (): OpenQuery | undefined => {
					const { chosen, view } = desk;
					if (chosen === undefined || (view !== undefined && view.step !== 'shown'))
						return undefined;
					const { connectionId, modelId } = chosen;
					if (view !== undefined)
						return { connectionId, modelId, conversationId: view.id, leafId: view.leafId };
					return { connectionId, modelId, conversationId: '', leafId: '', ...desk.setup };
				},
				draft: () => desk.draft.text,
				version: () => {
					const { chosen, view, settings } = desk;
					const row = view?.conversation;
					return JSON.stringify([
						view?.leaf?.state,
						row?.contextDividerId,
						row?.contextStrategy,
						row?.systemPrompt,
						row?.parameters,
						settings?.contextStrategy,
						chosen?.contextStrategy,
						chosen?.info,
						chosen?.connection.limits,
						summaries.current?.map(({ id, removedAt, text }) => [id, removedAt, text.length])
					]);
				}
			})
	);
}

/** Writes how much the chosen model takes in, beside what the person said of it before. */
export async function assumeWindow(desk: Desk, contextWindow: number): Promise<void> {
	const { chosen } = desk;
	if (chosen === undefined) return;
	const { connectionId, modelId } = chosen;
	const user = (await desk.db.models.get([connectionId, modelId]))?.user;
	await desk.engine.connections.updateModel(connectionId, modelId, {
		user: { ...user, id: modelId, contextWindow }
	});
}
