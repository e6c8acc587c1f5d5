import { shortenTitle } from '#lib/conversations/engine';
import {
	bookkeeping,
	markForSync,
	nextStamp,
	stamped,
	type ConversationId,
	type Database,
	type MessageRow,
	type ModelRow
} from '#lib/db/engine';
import { mergeModel, type GenerateRequest, type ModelInfo, type Usage } from '#lib/providers';
import { limitsInForce, type Limiter } from '#lib/limits/engine';
import { readSetting } from '#lib/settings/engine';
import { checkBudget, recordUsage, usageRow, usageTables } from '#lib/usage/engine';
import { textOf, type KnownModel } from './prompt.ts';

import type { Dependencies } from './types.ts';
import { words } from './words.ts';

const MOST_WORDS = 6;
const LONGEST = 60;
/** Of question and answer, what a title needs (UTF-16 units). */
const EXCERPT = 1200;
/** ≈ tokens that naming a conversation takes, for the limits of a connection. */
const TITLE_TOKENS = 900;
/** A model that has failed to name a conversation is not asked for ever (messages of the branch). */
const LAST_TRY = 6;
/** A model that has not answered by then will not (ms). */
const PATIENCE = 30_000;

/** Models that do not answer in text, or are not for talking. */
const UNSUITABLE =
	/embed|rerank|whisper|transcri|tts|speech|audio|realtime|image|video|vision-preview|dall-e|moderation|guard|ocr|search|codex|robotics|computer-use|veo|imagen|lyria/i;

/**
 * The cheapest model of a connection that can name a conversation: one whose price is known and
 * lower than that of the model that answered, else that model itself.
 */
export function titleModel(models: readonly ModelInfo[], answeredBy: ModelInfo): ModelInfo {
	const priceOf = ({ prices }: ModelInfo): number | undefined =>
		prices?.input === undefined || prices.output === undefined
			? undefined
			: prices.input * 10 + prices.output;
	let best = answeredBy;
	let least = priceOf(answeredBy);
	if (least === undefined) return answeredBy;
	for (const model of models) {
		const price = priceOf(model);
		// Free variants are rationed: a title must not use up what the person may ask for.
		if (price === undefined || price === 0 || price >= least || UNSUITABLE.test(model.id)) continue;
		best = model;
		least = price;
	}
	return best;
}

/** A model's reply as a title: its first line without decoration, at most six words; `''` if none. */
export function cleanTitle(reply: string): string {
	const line =
		reply
			.split('\n')
			.map((raw) => raw.trim())
			.find((raw) => raw !== '') ?? '';
	const bare = line
		.replace(/[*_`#]+/g, '')
		.replace(/^\s*(?:title|titel|titre|título|titolo)\s*:\s*/i, '')
		.replace(/^["'“”„«»「『‘’\s]+|["'“”«»」』‘’\s.。]+$/g, '')
		.replace(/\s+/g, ' ');
	return shortenTitle(bare.split(' ').slice(0, MOST_WORDS).join(' '), LONGEST);
}

/** A conversation as it is named. */
export interface TitleTask {
	/** Root to the message that was answered. */
	readonly branch: readonly MessageRow[];
	/** The model that answered. */
	readonly model: Promise<KnownModel>;
}

export interface TitleOptions extends Pick<Dependencies, 'generate' | 'openConnection'> {
	readonly db: Database;
	readonly now: () => number;
	readonly limiter: Pick<Limiter, 'acquire'>;
	readonly signal: AbortSignal;
}

/**
 * Asks for a title after an answer, and writes it unless a person chose one meanwhile. Whatever
 * goes wrong, the title from the first line stays. Never rejects.
 */
export async function suggestTitle(
	task: TitleTask,
	answer: MessageRow,
	options: TitleOptions
): Promise<void> {
	try {
		if (await isWanted(task, answer, options)) await askForTitle(task, answer, options);
	} catch {
		// A title is not worth an error message.
	}
}

async function isWanted(
	{ branch }: TitleTask,
	answer: MessageRow,
	{ db, signal }: TitleOptions
): Promise<boolean> {
	if (signal.aborted || answer.state !== 'complete' || textOf(answer.parts) === '') return false;
	if (answer.presetId === 'demo' || branch.length > LAST_TRY) return false;
	const conversation = await db.conversations.get(answer.conversationId);
	return conversation?.titleSource === 'heuristic' && (await readSetting(db, 'modelTitles'));
}

async function askForTitle(
	task: TitleTask,
	answer: MessageRow,
	{ db, now, signal, generate, openConnection, limiter }: TitleOptions
): Promise<void> {
	const { connectionId } = answer;
	if (connectionId === '') return;
	const opened = await openConnection(connectionId);
	if (!opened.ok) return;
	if ((await checkBudget(db, connectionId, now())).state === 'stop') return;
	const { info } = await task.model;
	const rows = await db.models
		.where('[connectionId+id]')
		.between([connectionId], [connectionId, []])
		.toArray();
	const model = titleModel(rows.map(mergedInfo), info);
	const refused = rows.find(({ id }) => id === model.id)?.refusedParameters ?? [];
	const request = titleRequest(task, answer, model, refused);
	const both = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
	const grant = await limiter.acquire({
		connectionId,
		limits: limitsInForce(opened.row, model.id, now()),
		tokens: TITLE_TOKENS,
		priority: 'background',
		signal: both
	});
	let reply = '';
	let usage: Usage | undefined;
	for await (const event of generate(request, opened.connection, { signal: both })) {
		if (event.type === 'text-delta') reply += event.delta;
		// Busy: the heuristic title is good enough to wait no longer.
		else if (event.type === 'retry') return;
		else if (event.type === 'finish') {
			usage = event.usage;
			break;
		}
	}
	if (usage === undefined) return;
	const { inputTokens, outputTokens } = usage;
	if (inputTokens !== undefined && outputTokens !== undefined)
		await grant.settle(inputTokens + outputTokens);
	const row = usageRow(
		{
			connectionId,
			connectionLabel: opened.row.label,
			presetId: opened.row.presetId,
			conversationId: answer.conversationId,
			modelId: model.id,
			purpose: 'title',
			usage,
			prices: model.prices
		},
		now()
	);
	const tables = [db.conversations, ...usageTables(db), ...bookkeeping(db)];
	await db.transaction('rw', tables, async () => {
		await recordUsage(db, row);
		await writeTitle(db, answer.conversationId, cleanTitle(reply), now());
	});
}

const mergedInfo = ({ catalog, listed, user }: ModelRow): ModelInfo =>
	mergeModel(catalog, listed, user);

function titleRequest(
	{ branch }: TitleTask,
	answer: MessageRow,
	model: ModelInfo,
	refusedParameters: ModelRow['refusedParameters']
): GenerateRequest {
	const question = textOf(branch.find(({ role }) => role === 'user')?.parts ?? []);
	const text = words.titlePrompt(
		question.slice(0, EXCERPT),
		textOf(answer.parts).slice(0, EXCERPT)
	);
	return {
		modelId: model.id,
		system: words.titleSystem,
		messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
		parameters: { reasoningEffort: 'off' },
		refusedParameters,
		...(model.capabilities !== undefined && { capabilities: model.capabilities }),
		...(model.maxOutput !== undefined && { modelMaxOutput: model.maxOutput })
	};
}

/** Must run inside a readwrite transaction that holds `conversations` and the bookkeeping. */
async function writeTitle(
	db: Database,
	id: ConversationId,
	title: string,
	at: number
): Promise<void> {
	const row = await db.conversations.get(id);
	if (title === '' || row?.titleSource !== 'heuristic') return;
	const fields = { title, titleSource: 'model' } as const;
	const stamps = stamped(row.stamps, fields, await nextStamp(db, at));
	await db.conversations.put({ ...row, ...fields, stamps });
	await markForSync(db, 'conversations', row, id, at);
}
