/**
 * Data for measuring, written straight into the app's database in the shape of its first schema.
 */

/** @typedef {import('playwright').Page} Page */

const stamp = '0190000000000000-bench';

const tables = { connection: 1, conversation: 2, message: 3, usage: 4 };

/**
 * A UUIDv7 that sorts by its number.
 * @param {keyof typeof tables} table @param {number} number @param {number} [owner]
 */
export function idOf(table, number, owner = 0) {
	const hex = (/** @type {number} */ value, /** @type {number} */ length) =>
		value.toString(16).padStart(length, '0');
	return `0190000${tables[table]}-${hex(owner >> 12, 4)}-7${hex(owner & 0xfff, 3)}-8000-${hex(number, 12)}`;
}

/** @param {Page} page @param {string} store @param {unknown[]} rows */
async function put(page, store, rows) {
	for (let start = 0; start < rows.length; start += 5000) {
		await page.evaluate(
			async ({ name, batch }) => {
				const database = await new Promise((resolve, reject) => {
					const request = indexedDB.open('parlance');
					request.onsuccess = () => resolve(request.result);
					request.onerror = () => reject(request.error);
				});
				await new Promise((resolve, reject) => {
					const transaction = database.transaction(name, 'readwrite');
					for (const row of batch) transaction.objectStore(name).put(row);
					transaction.oncomplete = () => resolve(undefined);
					transaction.onerror = () => reject(transaction.error);
				});
				database.close();
			},
			{ name: store, batch: rows.slice(start, start + 5000) }
		);
	}
}

/** A connection to the measuring provider, chosen for new conversations. @param {Page} page @param {string} origin */
export async function seedConnection(page, origin) {
	const id = idOf('connection', 1);
	await put(page, 'connections', [
		{
			id,
			rid: 'bench-connection',
			presetId: 'custom',
			protocol: 'openai-chat',
			label: 'Bench',
			baseUrl: `${origin}/v1`,
			enabled: 1,
			position: 1,
			sealedKey: null,
			keyHint: '',
			limits: {},
			createdAt: 1,
			stamps: {}
		}
	]);
	await put(page, 'models', [
		{
			connectionId: id,
			id: 'bench',
			listed: { id: 'bench', contextWindow: 1_000_000 },
			manual: 1,
			favourite: 0,
			lastUsedAt: 1,
			seenAt: Date.now(),
			refusedParameters: []
		}
	]);
	await put(page, 'settings', [
		{ key: 'lastChoice', value: { connectionId: id, modelId: 'bench' }, stamp },
		{ key: 'modelTitles', value: false, stamp }
	]);
}

/**
 * @param {number} number
 * @param {string} leaf
 */
function conversation(number, leaf) {
	const at = Date.now() - number * 3_600_000;
	return {
		id: idOf('conversation', number),
		rid: `bench-conversation-${number}`,
		title: `Conversation number ${number}`,
		titleSource: 'person',
		pinned: 0,
		archived: 0,
		folderId: '',
		personaId: '',
		connectionId: idOf('connection', 1),
		modelId: 'bench',
		systemPrompt: '',
		parameters: {},
		activeLeafId: leaf,
		contextDividerId: '',
		createdAt: at,
		lastActivityAt: at,
		lastAnswerAt: at,
		readAt: at,
		trashedAt: 0,
		stamps: {}
	};
}

/**
 * @param {number} conversationNumber
 * @param {number} number
 * @param {string} text
 */
function message(conversationNumber, number, text) {
	const isAnswer = number % 2 === 1;
	return {
		conversationId: idOf('conversation', conversationNumber),
		parentId: number === 0 ? '' : idOf('message', number - 1, conversationNumber),
		id: idOf('message', number, conversationNumber),
		rid: `bench-message-${conversationNumber}-${number}`,
		role: isAnswer ? 'assistant' : 'user',
		parts: [{ type: 'text', text }],
		state: 'complete',
		deviceId: 'bench',
		connectionId: isAnswer ? idOf('connection', 1) : '',
		presetId: isAnswer ? 'custom' : '',
		connectionLabel: isAnswer ? 'Bench' : '',
		modelId: isAnswer ? 'bench' : '',
		parameters: {},
		...(isAnswer && { usage: { inputTokens: 100, outputTokens: 80 }, finishReason: 'stop' }),
		createdAt: 1_700_000_000_000 + number,
		vote: 0,
		pinned: 0,
		stamps: {}
	};
}

const question = 'Which options do I have, and which would you ship? A short table, then code.';
const answer =
	'### Flush on a clock\n\nNothing fires reliably when a tab is killed, so **bound** the loss: write at most once a second, and on `visibilitychange`.\n\n- Debounce waits for a pause\n- Throttle bounds the loss\n\n```ts\nsetInterval(flush, 1000);\n```\n';

/**
 * Conversations 1 … count, of two messages each.
 * @param {Page} page @param {number} count
 */
export async function seedConversations(page, count) {
	const numbers = Array.from({ length: count }, (_, index) => index + 1);
	await put(
		page,
		'conversations',
		numbers.map((number) => conversation(number, idOf('message', 1, number)))
	);
	await put(
		page,
		'messages',
		numbers.flatMap((number) => [message(number, 0, question), message(number, 1, answer)])
	);
}

/**
 * Conversation 0, of this many messages.
 * @param {Page} page @param {number} count
 */
export async function seedLongConversation(page, count) {
	await put(
		page,
		'messages',
		Array.from({ length: count }, (_, number) =>
			message(0, number, number % 2 === 0 ? `${number}: ${question}` : `${number}: ${answer}`)
		)
	);
	await put(page, 'conversations', [conversation(0, idOf('message', count - 1, 0))]);
}

/** A number from 0 to 1 that is the same in every run. @param {number} number */
const scattered = (number) => ((number * 2_654_435_761) % 4_294_967_296) / 4_294_967_296;

/** @param {number} at */
function localDay(at) {
	const date = new Date(at);
	const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const usedModels = [
	{ presetId: 'anthropic', modelId: 'claude-sonnet-4-5', weight: 40, input: 3, output: 15 },
	{ presetId: 'openai', modelId: 'gpt-5.1', weight: 24, input: 1.25, output: 10 },
	{ presetId: 'gemini', modelId: 'gemini-2.5-flash', weight: 18, input: 0.3, output: 2.5 },
	{ presetId: 'mistral', modelId: 'mistral-medium-latest', weight: 9, input: 0.4, output: 2 },
	{ presetId: 'ollama', modelId: 'qwen3:32b', weight: 7 },
	{ presetId: 'openrouter', modelId: 'a-lab/new-model', weight: 2 }
];
const usedLabels = /** @type {Record<string, string>} */ ({
	anthropic: 'Anthropic',
	openai: 'OpenAI, personal',
	gemini: 'Gemini',
	mistral: 'Mistral',
	ollama: 'Ollama',
	openrouter: 'OpenRouter'
});

/** @param {number} number @param {number} count */
function finishedRequest(number, count) {
	const random = scattered(number + 1);
	// Busier towards today, quieter at weekends.
	const age = Math.floor(730 * (number / count) ** 1.6);
	const at = new Date();
	at.setHours(9, 0, number % 60);
	at.setDate(at.getDate() - age);
	const isWeekend = at.getDay() % 6 === 0;
	if (isWeekend && random > 0.25) at.setDate(at.getDate() - 2);
	const purpose = number % 9 === 0 ? 'title' : number % 31 === 0 ? 'summary' : 'answer';
	let place = scattered(number * 7 + 3) * 100;
	const model =
		usedModels.find(({ weight }) => (place -= weight) < 0) ??
		/** @type {(typeof usedModels)[number]} */ (usedModels[0]);
	const isShort = purpose === 'title';
	const inputTokens = Math.round((isShort ? 300 : 2_400) * (0.3 + 1.6 * scattered(number * 3)));
	const outputTokens = Math.round((isShort ? 12 : 480) * (0.2 + 1.8 * scattered(number * 5)));
	const cachedInputTokens = isShort ? 0 : Math.round(inputTokens * 0.7 * random);
	const { input, output, presetId, modelId } = model;
	const isPriced = input !== undefined;
	return {
		id: idOf('usage', number),
		rid: `bench-usage-${number}`,
		day: localDay(at.getTime()),
		at: at.getTime(),
		connectionId: `connection-${presetId}`,
		connectionLabel: usedLabels[presetId],
		presetId,
		modelId,
		purpose,
		usage: { inputTokens, outputTokens, cachedInputTokens },
		...(isPriced && {
			costUsd:
				((inputTokens - 0.9 * cachedInputTokens) * input + outputTokens * output) / 1_000_000,
			savedUsd: (0.9 * cachedInputTokens * input) / 1_000_000
		}),
		...(number % 97 === 0 && { estimated: 1 })
	};
}

/**
 * This many finished requests over two years, with their totals.
 * @param {Page} page @param {number} count
 */
export async function seedUsage(page, count) {
	const requests = Array.from({ length: count }, (_, number) => finishedRequest(number, count));
	/** @type {Map<string, Record<string, string | number>>} */
	const totals = new Map();
	for (const request of requests) {
		const { connectionId, modelId, purpose, day, usage } = request;
		for (const [span, start] of /** @type {const} */ ([
			['day', day],
			['month', day.slice(0, 7)]
		])) {
			const name = [span, start, connectionId, modelId, purpose].join('|');
			const total = totals.get(name);
			const sum = (/** @type {string} */ field, /** @type {number | undefined} */ value) => ({
				[field]: Number(total?.[field] ?? 0) + (value ?? 0)
			});
			totals.set(name, {
				span,
				start,
				connectionId,
				modelId,
				purpose,
				connectionLabel: request.connectionLabel ?? '',
				presetId: request.presetId,
				...sum('requests', 1),
				...sum('unpriced', request.costUsd === undefined ? 1 : 0),
				...sum('estimated', request.estimated),
				...sum('inputTokens', usage.inputTokens),
				...sum('outputTokens', usage.outputTokens),
				...sum('cachedInputTokens', usage.cachedInputTokens),
				...sum('reasoningTokens', 0),
				...sum('costNano', Math.round((request.costUsd ?? 0) * 1e9)),
				...sum('savedNano', Math.round((request.savedUsd ?? 0) * 1e9))
			});
		}
	}
	await put(page, 'usage', requests);
	await put(page, 'usageTotals', [...totals.values()]);
}
