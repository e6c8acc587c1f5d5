/**
 * The engine's gate: every order of the page is checked here, whatever its types promised. What a
 * form holds is checked by its feature, which has a sentence for each fault.
 */
import {
	toDatabaseError,
	type ConnectionId,
	type ConversationId,
	type MessageId,
	type SummaryId
} from '#lib/db/engine';
import { strategySchema as strategy } from '#lib/context-window';
import { parametersSchema } from '#lib/providers';
import type { VaultVerbs } from '#lib/vault';
import * as v from 'valibot';
import type { ContextQuery } from './context.ts';
import type { ConnectionForm, ConversationChange, EngineApi, ModelChoice } from './contract.ts';

/** An order that the engine does not understand. Names the place, never the value: it may be a key. */
export class OrderError extends Error {
	override readonly name = 'OrderError';
	readonly kind = 'bad-order';
}

/** Longest message in UTF-16 units: far beyond any context window, far below a crash. */
const LONGEST_TEXT = 16_000_000;

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const conversationId = v.pipe(
	id,
	v.transform((value) => value as ConversationId)
);
const messageId = v.pipe(
	id,
	v.transform((value) => value as MessageId)
);
/** Made by the page: rows sort by it. */
const newMessageId = v.pipe(
	messageId,
	v.regex(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
);
const connectionId = v.pipe(
	id,
	v.transform((value) => value as ConnectionId)
);
const summaryId = v.pipe(
	id,
	v.transform((value) => value as SummaryId)
);
const modelId = v.pipe(v.string(), v.maxLength(256));
const conversationIds = v.pipe(v.array(conversationId), v.maxLength(100_000));
const text = v.pipe(
	v.string(),
	v.maxLength(LONGEST_TEXT),
	v.check((value) => value.trim() !== '')
);
const systemPrompt = v.pipe(v.string(), v.maxLength(1_000_000));
const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger());
const time = v.pipe(whole, v.minValue(0));
const passphrase = v.pipe(v.string(), v.maxLength(4096));

const choice = { connectionId, modelId } satisfies Record<keyof ModelChoice, v.GenericSchema>;
const answerOrder = v.object({ ...choice, answerId: messageId });

const change: v.GenericSchema<unknown, ConversationChange> = v.object({
	title: v.exactOptional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500))),
	pinned: v.exactOptional(v.boolean()),
	archived: v.exactOptional(v.boolean()),
	connectionId: v.exactOptional(connectionId),
	modelId: v.exactOptional(modelId),
	systemPrompt: v.exactOptional(systemPrompt),
	parameters: v.exactOptional(parametersSchema),
	activeLeafId: v.exactOptional(messageId),
	readAt: v.exactOptional(time)
});

const contextQuery: v.GenericSchema<unknown, ContextQuery> = v.object({
	...choice,
	conversationId: v.union([v.literal(''), conversationId]),
	leafId: v.union([v.literal(''), messageId]),
	draftTokens: v.pipe(finite, v.minValue(0), v.maxValue(1e9)),
	draft: v.exactOptional(v.pipe(v.string(), v.maxLength(LONGEST_TEXT))),
	systemPrompt: v.exactOptional(systemPrompt),
	parameters: v.exactOptional(parametersSchema),
	contextStrategy: v.exactOptional(v.nullable(strategy)),
	strategy: v.exactOptional(strategy)
});

const budget = v.object({
	monthlyUsd: v.pipe(finite, v.minValue(0), v.maxValue(1e9)),
	stop: v.boolean()
});

/** An object that its feature checks field by field. */
const checkedByFeature = <T extends object>() =>
	v.custom<T>((value) => typeof value === 'object' && value !== null);

const listener = v.custom<Parameters<VaultVerbs['subscribe']>[0]>(
	(value) => typeof value === 'function'
);

type Verb = (...args: never[]) => unknown;
type Orders = {
	readonly [Group in keyof EngineApi]: {
		readonly [Name in keyof EngineApi[Group]]: EngineApi[Group][Name] extends Verb
			? v.GenericSchema<unknown, Parameters<EngineApi[Group][Name]>>
			: never;
	};
};

type Groups = Readonly<Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>>;

const nothing = v.strictTuple([]);

/** The arguments of every verb. */
export const orders: Orders = {
	lifecycle: { start: nothing, hidden: nothing, deleteEverything: nothing },
	generation: {
		send: v.strictTuple([
			v.object({
				...choice,
				conversationId,
				parentId: v.union([v.literal(''), messageId]),
				isNew: v.exactOptional(v.literal(true)),
				ids: v.exactOptional(v.object({ questionId: newMessageId, answerId: newMessageId })),
				text,
				systemPrompt: v.exactOptional(systemPrompt),
				parameters: v.exactOptional(parametersSchema),
				contextStrategy: v.exactOptional(v.nullable(strategy))
			})
		]),
		regenerate: v.strictTuple([answerOrder]),
		continueAnswer: v.strictTuple([answerOrder]),
		edit: v.strictTuple([v.object({ ...choice, messageId, text })]),
		stop: v.strictTuple([messageId]),
		retryNow: v.strictTuple([messageId]),
		warm: v.strictTuple([contextQuery])
	},
	context: {
		measure: v.strictTuple([contextQuery]),
		preview: v.strictTuple([contextQuery]),
		whenExact: v.strictTuple([contextQuery]),
		copyRequest: v.strictTuple([contextQuery, v.pipe(v.string(), v.maxLength(LONGEST_TEXT))]),
		excludeMessage: v.strictTuple([messageId, v.boolean()]),
		clearUpTo: v.strictTuple([conversationId, v.union([v.literal(''), messageId])]),
		setStrategy: v.strictTuple([conversationId, v.nullable(strategy)]),
		summarise: v.strictTuple([contextQuery]),
		cancelSummary: v.strictTuple([conversationId]),
		editSummary: v.strictTuple([summaryId, text]),
		removeSummary: v.strictTuple([summaryId]),
		restoreSummary: v.strictTuple([summaryId])
	},
	conversations: {
		update: v.strictTuple([conversationId, change]),
		trash: v.strictTuple([conversationIds]),
		restore: v.strictTuple([conversationIds]),
		remove: v.strictTuple([conversationIds]),
		vote: v.strictTuple([messageId, v.picklist([-1, 0, 1])]),
		pinMessage: v.strictTuple([messageId, v.boolean()])
	},
	connections: {
		save: v.strictTuple([checkedByFeature<ConnectionForm>()]),
		test: v.strictTuple([checkedByFeature<{ readonly id: ConnectionId } | ConnectionForm>()]),
		remove: v.strictTuple([connectionId]),
		setEnabled: v.strictTuple([connectionId, v.boolean()]),
		move: v.strictTuple([connectionId, v.nullable(connectionId)]),
		refreshModels: v.strictTuple([connectionId]),
		addModel: v.strictTuple([connectionId, modelId]),
		removeModel: v.strictTuple([connectionId, modelId]),
		updateModel: v.strictTuple([connectionId, modelId, checkedByFeature<object>()]),
		warm: v.strictTuple([connectionId])
	},
	vault: {
		status: nothing,
		subscribe: v.strictTuple([listener]),
		unlock: v.strictTuple([passphrase]),
		lock: nothing,
		setPassphrase: v.strictTuple([passphrase]),
		changePassphrase: v.strictTuple([passphrase, passphrase]),
		removePassphrase: v.strictTuple([passphrase]),
		setAutoLock: v.strictTuple([v.nullable(v.pipe(whole, v.minValue(1)))]),
		activity: nothing,
		reset: nothing
	},
	settings: { set: v.strictTuple([v.pipe(v.string(), v.maxLength(100)), v.unknown()]) },
	usage: { setBudget: v.strictTuple([connectionId, v.nullable(budget)]) }
};

/**
 * An engine behind its gate. Each verb first checks what it was given, then waits for the engine;
 * what it throws has a kind.
 * @param engine called for each order; may reject when the engine cannot start
 */
export function guard(engine: () => Promise<EngineApi>): EngineApi {
	const groups = Object.entries(orders).map(([group, verbs]) => [
		group,
		Object.fromEntries(
			Object.entries(verbs).map(([name, schema]) => [
				name,
				async (...args: unknown[]): Promise<unknown> => {
					const checked = check(schema as v.GenericSchema<unknown, unknown[]>, args, name);
					const target = (await engine()) as unknown as Groups;
					try {
						return await target[group]?.[name]?.(...checked);
					} catch (error) {
						throw hasKind(error) ? error : toDatabaseError(error);
					}
				}
			])
		)
	]);
	return Object.fromEntries(groups) as EngineApi;
}

const hasKind = (error: unknown): boolean =>
	typeof error === 'object' && error !== null && 'kind' in error;

function check(
	schema: v.GenericSchema<unknown, unknown[]>,
	args: readonly unknown[],
	name: string
): unknown[] {
	const parsed = v.safeParse(schema, args);
	if (parsed.success) return parsed.output;
	const place = v.getDotPath(parsed.issues[0]) ?? 'its arguments';
	throw new OrderError(`The engine does not understand “${name}”: ${place} does not fit.`);
}
