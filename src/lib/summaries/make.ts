/**
 * Making one summary: request after request until all messages are covered, then one row. Loaded
 * when it is first needed. The caller holds the conversation's summary lock meanwhile.
 */
import { calibrated, estimateTokens, UNCALIBRATED } from '#lib/context-window';
import type {
	ConnectionRow,
	MessagePart,
	SummaryProgress,
	SummaryRow,
	UsageRow
} from '#lib/db/engine';
import {
	countedModel,
	LimitError,
	limitsInForce,
	tightest,
	type Limits,
	type LimitsInForce
} from '#lib/limits/engine';
import {
	describeProviderError,
	ProviderError,
	type OpenConnection,
	type Usage
} from '#lib/providers';
import { readSetting } from '#lib/settings/engine';
import { checkBudget, describeStop, usageRow } from '#lib/usage/engine';
import { chunksOf, cutMiddle, planSummary, type Count, type SummaryPlan } from './plan.ts';
import { CUT, fixedTokens, summaryPrompt, summaryRequest } from './prompt.ts';
import { addSummary, addUsage } from './store.ts';
import type { SummaryOrder, SummaryParts } from './types.ts';
import { reasons } from './words.ts';

/** One request with its waits takes no longer (ms). */
const PATIENCE = 5 * 60_000;
/** Our counts are estimates, and nobody corrects a summary that did not fit. */
const CAUTION = 1.1;
/** A model that writes this many times what it was asked for is stopped. */
const FAR_TOO_LONG = 3;

/** Why there is no summary, in a sentence for people. */
export class NotMade extends Error {
	override readonly name = 'NotMade';
}

interface Reply {
	readonly text: string;
	/** ≈ Of all that came, reasoning too. */
	readonly tokens: number;
	/** Missing when it was cut before the report. */
	readonly usage: Usage | undefined;
}

const materialText = (parts: readonly MessagePart[]): string =>
	parts
		.map((part) => {
			if (part.type === 'text') return part.text;
			return part.type === 'reasoning' ? '' : `[${part.type}]`;
		})
		.join('')
		.trim();

/** Tokens of a text, rather too many than too few. */
function countFor({ model }: SummaryOrder): Count {
	const calibration = model.calibration ?? UNCALIBRATED;
	return (text) =>
		Math.ceil(calibrated(estimateTokens(text, model.info.id), calibration) * CAUTION);
}

/**
 * Makes the summary and writes it.
 * @throws NotMade; anything else is a fault
 */
export async function makeSummary(
	order: SummaryOrder,
	parts: SummaryParts,
	signal: AbortSignal,
	onProgress: (progress: SummaryProgress) => void
): Promise<SummaryRow> {
	const { db, now } = parts;
	const { conversationId, connectionId, messages, previous, model } = order;
	const last = messages.at(-1);
	if (last === undefined) throw new NotMade(reasons.nothing);
	const opened = await parts.openConnection(connectionId);
	if (!opened.ok) throw new NotMade(opened.error.message);
	if (opened.row.enabled === 0) throw new NotMade(reasons.connectionOff);
	if (opened.row.presetId === 'demo') throw new NotMade(reasons.demo);

	const count = countFor(order);
	const limits = limitsInForce(opened.row, model.info.id, now());
	const { plan, chunks } = divide(order, tightest(limits), count);
	const requests = new Requests({ ...opened, order, parts, limits, plan, count, signal });
	const progress: SummaryProgress = {
		count: messages.length + (previous?.count ?? 0),
		modelId: model.info.id,
		part: 1,
		parts: chunks.length,
		...(order.costUsd !== undefined && { costUsd: order.costUsd })
	};
	let soFar = previous?.text.trim() ?? '';
	let usage: Usage | undefined = {};
	let costUsd: number | undefined = 0;
	for (const [index, chunk] of chunks.entries()) {
		const step: SummaryProgress = { ...progress, part: index + 1 };
		onProgress(step);
		await refuseOverspent(parts, opened.row);
		const prompt = summaryPrompt({
			soFar: cutMiddle(soFar, plan.carry, count, CUT),
			messages: chunk,
			target: plan.target
		});
		const reply = await requests.ask(prompt, (waitingUntil) => {
			onProgress(waitingUntil === undefined ? step : { ...step, waitingUntil });
		});
		const spent = requests.usageRow(prompt, reply);
		costUsd = sum(costUsd, spent.costUsd);
		usage = added(usage, reply.usage);
		soFar = cutMiddle(reply.text.trim(), plan.carry, count, CUT);
		if (index < chunks.length - 1) {
			await addUsage(db, spent);
			continue;
		}
		return addSummary(
			db,
			{
				conversationId,
				upToId: last.id,
				...(order.fromId !== undefined && { fromId: order.fromId }),
				...(order.without !== undefined && { without: order.without }),
				count: progress.count,
				text: soFar,
				source: 'model',
				connectionId,
				connectionLabel: opened.row.label,
				modelId: model.info.id,
				...(usage !== undefined && { usage }),
				...(costUsd !== undefined && { costUsd })
			},
			spent,
			now()
		);
	}
	throw new NotMade(reasons.nothing);
}

/** The messages as requests, and the room in each. */
function divide(
	{ messages, previous, model }: SummaryOrder,
	{ tokensPerMinute }: Limits,
	count: Count
): { readonly plan: SummaryPlan; readonly chunks: readonly string[] } {
	const material = messages
		.map(({ role, parts }) => ({ role, text: materialText(parts) }))
		.filter(({ text }) => text !== '');
	const plan = planSummary({
		info: model.info,
		tokensPerMinute,
		fixed: fixedTokens(count),
		tokens: material.reduce((total, { text }) => total + count(text), 0),
		previousTokens: count(previous?.text ?? '')
	});
	if (plan === undefined) throw new NotMade(reasons.tooSmall);
	const chunks = chunksOf(material, plan.room, count, CUT);
	if (chunks.length === 0) throw new NotMade(reasons.nothing);
	return { plan, chunks };
}

async function refuseOverspent({ db, now }: SummaryParts, row: ConnectionRow): Promise<void> {
	if (row.budget == null) return;
	const check = await checkBudget(db, row.id, now());
	if (check.state === 'stop')
		throw new NotMade(describeStop(row.label, check, await readSetting(db, 'currency')));
}

interface RequestsOptions {
	readonly order: SummaryOrder;
	readonly parts: SummaryParts;
	readonly connection: OpenConnection;
	readonly row: ConnectionRow;
	readonly limits: LimitsInForce;
	readonly plan: SummaryPlan;
	readonly count: Count;
	readonly signal: AbortSignal;
}

/** The requests of one summary. */
class Requests {
	readonly #options: RequestsOptions;

	constructor(options: RequestsOptions) {
		this.#options = options;
	}

	/**
	 * Waits for its place, asks, and takes in the reply. What was begun in vain is written down.
	 * @param onWait told until when it waits (ms since the epoch), undefined when it goes on
	 * @throws NotMade
	 */
	async ask(prompt: string, onWait: (until: number | undefined) => void): Promise<Reply> {
		const { order, parts, connection, row, limits, plan, count } = this.#options;
		const patience = AbortSignal.timeout(PATIENCE);
		const signal = AbortSignal.any([this.#options.signal, patience]);
		const request = summaryRequest(order.model.info, order.model.refusedParameters, prompt);
		const reply = { text: '', tokens: 0, usage: undefined as Usage | undefined };
		let isDone = false;
		try {
			const grant = await parts.limiter.acquire({
				connectionId: row.id,
				limits,
				tokens: count(prompt) + plan.fixed + plan.target,
				priority: 'background',
				signal,
				onWait
			});
			onWait(undefined);
			for await (const event of parts.generate(request, connection, { signal })) {
				if (event.type === 'retry') {
					const until = parts.now() + event.waitMs;
					onWait(until);
					const modelId = countedModel(row.presetId, order.model.info.id);
					if (event.error.kind === 'rate_limit') await parts.limiter.block(row.id, until, modelId);
				} else if (event.type === 'finish') {
					reply.usage = event.usage;
					isDone = true;
				} else if (event.type === 'text-delta' || event.type === 'reasoning-delta') {
					if (reply.tokens === 0) onWait(undefined);
					reply.tokens += count(event.delta);
					if (event.type === 'text-delta') reply.text += event.delta;
					isDone = count(reply.text) > FAR_TOO_LONG * plan.target;
				}
				if (isDone) break;
			}
			const { inputTokens, outputTokens } = reply.usage ?? {};
			if (inputTokens !== undefined && outputTokens !== undefined)
				await grant.settle(inputTokens + outputTokens);
			if (!isDone) throw new NotMade(reasons.cutOff);
			if (reply.text.trim() === '') throw new NotMade(reasons.empty);
			return reply;
		} catch (error) {
			if (reply.tokens > 0 || reply.usage !== undefined)
				await addUsage(parts.db, this.usageRow(prompt, reply));
			throw patience.aborted ? new NotMade(reasons.tooSlow) : this.#explained(error);
		}
	}

	/** What a request has taken, to be written down. */
	usageRow(prompt: string, { tokens, usage }: Reply): UsageRow {
		const { order, parts, row, plan, count } = this.#options;
		return usageRow(
			{
				connectionId: row.id,
				connectionLabel: row.label,
				presetId: row.presetId,
				conversationId: order.conversationId,
				modelId: order.model.info.id,
				purpose: 'summary',
				usage,
				estimate: { inputTokens: count(prompt) + plan.fixed, outputTokens: tokens },
				prices: order.model.info.prices
			},
			parts.now()
		);
	}

	#explained(error: unknown): unknown {
		if (error instanceof LimitError) return new NotMade(reasons.neverFits);
		if (!(error instanceof ProviderError)) return error;
		const { row, order } = this.#options;
		const { title } = describeProviderError(error.details, {
			connectionLabel: row.label,
			presetId: row.presetId,
			pageOrigin: self.location.origin,
			modelId: order.model.info.id
		});
		return new NotMade(title, { cause: error });
	}
}

/** Unknown as soon as one of them is. */
const sum = (a: number | undefined, b: number | undefined): number | undefined =>
	a === undefined || b === undefined ? undefined : a + b;

function added(a: Usage | undefined, b: Usage | undefined): Usage | undefined {
	if (a === undefined || b === undefined) return undefined;
	const fields = [
		'inputTokens',
		'outputTokens',
		'cachedInputTokens',
		'cacheWriteTokens',
		'reasoningTokens',
		'costUsd'
	] as const;
	const total: { -readonly [Field in keyof Usage]: number } = {};
	for (const field of fields) {
		const [one, other] = [a[field], b[field]];
		if (one !== undefined || other !== undefined) total[field] = (one ?? 0) + (other ?? 0);
	}
	return total;
}
