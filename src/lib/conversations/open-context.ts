/** What of the open conversation a measure of its next request rests on. */
import { ContextTracker, type OpenQuery } from '#lib/context';
import { Live, type ConversationId, type SummaryRow } from '#lib/db';
import type { ModelChoice } from '#lib/engine';
import { readSummaries } from '#lib/summaries';
import type { Desk } from './desk.svelte.ts';
import { outliving } from './outliving.svelte.ts';

/** Measures what is open at a desk, whatever that is. */
export function trackContext(desk: Desk): ContextTracker {
	let watched: { readonly id: ConversationId; readonly rows: Live<SummaryRow[]> } | undefined;
	const summaries = (): readonly SummaryRow[] => {
		const { view } = desk;
		if (view === undefined) return [];
		if (watched?.id !== view.id)
			watched = { id: view.id, rows: new Live(() => readSummaries(desk.db, view.id)) };
		return watched.rows.current ?? [];
	};
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
				draft: () => desk.draft,
				isSending: () => desk.isSending,
				modelId: () => askedModel(desk)?.modelId ?? '',
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
						chosen?.connection.learntLimits,
						chosen?.connection.learntByModel,
						summaries().map(({ id, stamps }) => [id, stamps])
					]);
				}
			})
	);
}

/** The model that is asked: the chosen one, or of a route the one it begins with. */
export function askedModel({
	chosen
}: Desk): (ModelChoice & { readonly name: string }) | undefined {
	if (chosen === undefined) return undefined;
	const { connection, info } = chosen;
	const name = info.id === chosen.modelId ? chosen.name : (info.name ?? info.id);
	return { connectionId: connection.id, modelId: info.id, name };
}

/** Writes how much the chosen model takes in, beside what the person said of it before. */
export async function assumeWindow(desk: Desk, contextWindow: number): Promise<void> {
	const asked = askedModel(desk);
	if (asked === undefined) return;
	const { connectionId, modelId } = asked;
	const user = (await desk.db.models.get([connectionId, modelId]))?.user;
	await desk.engine.connections.updateModel(connectionId, modelId, {
		user: { ...user, id: modelId, contextWindow }
	});
}
