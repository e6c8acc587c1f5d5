/**
 * Summaries: texts that stand in requests for the older messages of a branch. The messages stay;
 * a summary can be read, edited, removed and brought back, and the newest one counts.
 *
 * Making one is a step of its own: told ahead with its price, in the limiter behind the person's
 * turns, cancellable from any tab. Whoever makes one holds the Web Lock of the conversation; who
 * comes second waits for it and takes what was made.
 */
import type { ConversationId, SummaryId, SummaryProgress, SummaryRow } from '#lib/db/engine';
import type { ContextVerbs, SummaryResult } from '#lib/engine/engine';
import { readSummaries } from './active.ts';
import { SummaryChannel, summaryLock } from './news.ts';
import { changeSummary } from './store.ts';
import type { SummaryOrder, SummaryParts } from './types.ts';

interface Making {
	readonly conversationId: ConversationId;
	readonly stop: AbortController;
	/** Missing while it waits for another one. */
	progress?: SummaryProgress;
}

type Verbs = Pick<
	ContextVerbs,
	'cancelSummary' | 'editSummary' | 'removeSummary' | 'restoreSummary'
>;

export class Summaries implements Verbs {
	readonly #parts: SummaryParts;
	readonly #channel: SummaryChannel;
	readonly #making = new Map<Making, Promise<unknown>>();

	constructor(parts: SummaryParts) {
		this.#parts = parts;
		this.#channel = new SummaryChannel((news) => {
			for (const making of this.#making.keys()) {
				if (making.conversationId !== news.conversationId) continue;
				if (news.type === 'cancel') making.stop.abort();
				else if (news.type === 'ask') this.#tell(making);
			}
		});
	}

	/** Makes a summary, or takes the one that was made of it meanwhile. Never rejects. */
	make(order: SummaryOrder): Promise<SummaryResult> {
		const making: Making = { conversationId: order.conversationId, stop: new AbortController() };
		const done = this.#attempt(order, making).finally(() => {
			this.#making.delete(making);
		});
		this.#making.set(making, done);
		return done;
	}

	cancelSummary(id: ConversationId): Promise<void> {
		for (const { conversationId, stop } of this.#making.keys())
			if (conversationId === id) stop.abort();
		this.#channel.tell({ type: 'cancel', conversationId: id });
		return Promise.resolve();
	}

	editSummary(id: SummaryId, text: string): Promise<void> {
		const { db, now } = this.#parts;
		const edited = text.trim();
		return changeSummary(db, id, now(), (row) =>
			edited === '' || edited === row.text ? {} : { text: edited, source: 'person' }
		);
	}

	removeSummary(id: SummaryId): Promise<void> {
		const { db, now } = this.#parts;
		const at = now();
		return changeSummary(db, id, at, ({ removedAt }) => (removedAt > 0 ? {} : { removedAt: at }));
	}

	restoreSummary(id: SummaryId): Promise<void> {
		const { db, now } = this.#parts;
		return changeSummary(db, id, now(), ({ removedAt }) => (removedAt > 0 ? { removedAt: 0 } : {}));
	}

	/** Gives up what is being made. */
	async close(): Promise<void> {
		for (const { stop } of this.#making.keys()) stop.abort();
		await Promise.all(this.#making.values());
		this.#channel.close();
	}

	async #attempt(order: SummaryOrder, making: Making): Promise<SummaryResult> {
		const { signal } = making.stop;
		const both = order.signal === undefined ? signal : AbortSignal.any([order.signal, signal]);
		try {
			const { id } = await this.#parts.locks.request(
				summaryLock(order.conversationId),
				{ signal: both },
				async () => (await this.#madeMeanwhile(order)) ?? (await this.#make(order, making, both))
			);
			return { ok: true, id };
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			return { ok: false, isCancelled: both.aborted, message };
		}
	}

	/** Another tab, or another turn, was first. */
	async #madeMeanwhile({
		conversationId,
		messages,
		previous
	}: SummaryOrder): Promise<SummaryRow | undefined> {
		const wanted = new Set(messages.map(({ id }) => id));
		return (await readSummaries(this.#parts.db, conversationId)).findLast(
			({ id, upToId, removedAt }) =>
				removedAt === 0 && wanted.has(upToId) && (previous === undefined || id > previous.id)
		);
	}

	async #make(order: SummaryOrder, making: Making, signal: AbortSignal): Promise<SummaryRow> {
		// Rarely needed, and of no use without a model.
		const { makeSummary } = await import('./make.ts');
		return makeSummary(order, this.#parts, signal, (progress) => {
			making.progress = progress;
			order.onProgress?.(progress);
			this.#tell(making);
		});
	}

	#tell({ conversationId, progress }: Making): void {
		if (progress !== undefined) this.#channel.tell({ type: 'progress', conversationId, progress });
	}
}
