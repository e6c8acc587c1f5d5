import { newConversationId, newMessageId, type Database } from '#lib/db/engine';
import type { ModelChoice } from '#lib/engine/engine';
import { NOTHING_LIMITED } from '#lib/limits/engine';
import { rehearseCommit, rowsOf, type Turn } from './commit.ts';
import type { InquiryOptions } from './inquiry.ts';
import { Refusals } from './refusals.ts';
import type { Situation } from './requests.ts';
import { Run } from './run.ts';
import type { Generate } from './types.ts';

/** Every place is free, and none is taken. */
const limiter: InquiryOptions['limiter'] = {
	acquire: () => Promise.resolve(NOTHING_LIMITED),
	freeAt: () => Promise.resolve(0),
	unblock: () => Promise.resolve()
};

const nothing = (): void => undefined;

/**
 * Plays one turn from its commit to its last word, by the code that real turns take: nothing of it
 * is stored, shown or sent. Code that has run before runs several times as fast, and the first
 * turn is the one by which an app is judged.
 */
export async function rehearseTurn(
	db: Database,
	choice: ModelChoice,
	{ connection, model, surroundings }: Situation,
	options: InquiryOptions & { readonly rehearse: Generate },
	signal: AbortSignal
): Promise<void> {
	if (connection === undefined) return;
	const at = options.now();
	const turn: Turn = {
		conversationId: newConversationId(),
		parentId: '',
		question: { id: newMessageId(), text: '-' },
		answerId: newMessageId(),
		start: [],
		choice,
		asked: choice,
		connection,
		deviceId: '',
		create: { systemPrompt: '', parameters: {} }
	};
	const rows = rowsOf(turn, undefined, at);
	const { presetId, protocol, baseUrl } = connection;
	const opened = {
		ok: true,
		connection: { presetId, protocol, baseUrl, apiKey: '-' },
		row: { ...connection, enabled: 1, budget: null }
	} as const;
	const run = new Run(
		{
			conversation: rows.conversation,
			answer: rows.answer,
			branch: rows.question === undefined ? [] : [rows.question],
			surroundings,
			steps: [
				{
					choice,
					connection,
					open: () => Promise.resolve(opened),
					model: () => Promise.resolve(model)
				}
			],
			committed: rehearseCommit(db, {
				turn,
				rows,
				stored: undefined,
				at,
				lock: Promise.resolve()
			})
		},
		{
			...options,
			generate: options.rehearse,
			requests: {
				// Over before it begins: no provider is asked to count for it.
				prepare: (input, asking) =>
					options.requests.prepare(input, { ...asking, signal: AbortSignal.abort() })
			},
			limiter,
			refusals: new Refusals(),
			onParameterDropped: nothing,
			onRateLimit: nothing,
			onLimits: nothing
		}
	);
	signal.addEventListener('abort', () => {
		run.discard();
	});
	await run.execute();
}
