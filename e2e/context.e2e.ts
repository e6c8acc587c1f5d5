import type { Page } from '@playwright/test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { AppPage } from './app-page.ts';
import { expect, test } from './fixtures.ts';
import type { ChatRequest, FakeProvider } from './provider.ts';

const conversationId = '01900000-0000-7000-8000-000000000001';
const window = 8_000;
const length = 2_000;

const idOf = (number: number): string =>
	`01900000-0000-7000-9000-${String(number).padStart(12, '0')}`;

/** About 100 tokens, known by its number. */
const textOf = (number: number): string =>
	`Message ${number}. ${'The tide comes in twice a day, and the harbour is deep enough then. '.repeat(6)}`.trim();

interface Change {
	readonly store: 'messages' | 'conversations';
	readonly id: string;
	readonly fields: Readonly<Record<string, unknown>>;
}

/** A conversation far longer than the model's window, straight into the database. */
async function seed(page: Page): Promise<void> {
	const messages = Array.from({ length }, (_, number) => ({
		conversationId,
		parentId: number === 0 ? '' : idOf(number - 1),
		id: idOf(number),
		rid: `e2e-message-${number}`,
		role: number % 2 === 0 ? 'user' : 'assistant',
		parts: [{ type: 'text', text: textOf(number) }],
		state: 'complete',
		deviceId: 'e2e',
		connectionId: '',
		presetId: '',
		connectionLabel: '',
		modelId: '',
		parameters: {},
		createdAt: number,
		vote: 0,
		pinned: 0,
		stamps: {}
	}));
	const conversation = {
		id: conversationId,
		rid: 'e2e-conversation',
		title: 'A long one',
		titleSource: 'person',
		pinned: 0,
		archived: 0,
		folderId: '',
		personaId: '',
		connectionId: '',
		modelId: 'alpha-large',
		systemPrompt: 'Answer as a harbour master.',
		parameters: {},
		activeLeafId: idOf(length - 1),
		contextDividerId: '',
		createdAt: 1,
		lastActivityAt: Date.now(),
		lastAnswerAt: 1,
		readAt: 1,
		trashedAt: 0,
		stamps: {}
	};
	await page.evaluate(
		async ([rows, row]) => {
			const wanted = <T>(request: IDBRequest<T>): Promise<T> =>
				new Promise((resolve, reject) => {
					request.onsuccess = () => {
						resolve(request.result);
					};
					request.onerror = () => {
						reject(new Error('The database refuses.'));
					};
				});
			const database = await wanted(indexedDB.open('parlance'));
			const transaction = database.transaction(
				['messages', 'conversations', 'connections'],
				'readwrite'
			);
			const [connection] = (await wanted(
				transaction.objectStore('connections').getAll()
			)) as readonly { id: string }[];
			transaction.objectStore('conversations').put({ ...row, connectionId: connection?.id });
			for (const message of rows) transaction.objectStore('messages').put(message);
			await new Promise((resolve) => {
				transaction.oncomplete = resolve;
			});
			database.close();
		},
		[messages, conversation] as const
	);
}

/** Changes rows behind the app's back; it sees them after a reload. */
async function change(page: Page, changes: readonly Change[]): Promise<void> {
	await page.evaluate(async (wanted) => {
		const database = await new Promise<IDBDatabase>((resolve) => {
			const opening = indexedDB.open('parlance');
			opening.onsuccess = () => {
				resolve(opening.result);
			};
		});
		const transaction = database.transaction(['messages', 'conversations'], 'readwrite');
		for (const { store, id, fields } of wanted) {
			const rows = transaction.objectStore(store).openCursor();
			rows.onsuccess = () => {
				const cursor = rows.result;
				if (cursor === null) return;
				const row = cursor.value as { id: string };
				if (row.id === id) cursor.update({ ...row, ...fields });
				else cursor.continue();
			};
		}
		await new Promise((resolve) => {
			transaction.oncomplete = resolve;
		});
		database.close();
	}, changes);
	await page.reload();
}

const contentOf = ({ content }: ChatRequest['messages'][number]): string => {
	if (typeof content !== 'string') throw new TypeError('A text was expected.');
	return content;
};

/** The numbers of the seeded messages in a request; every text must be whole. */
function numbersIn(request: ChatRequest): number[] {
	return request.messages.flatMap((message) => {
		const number = /^Message (\d+)\./.exec(contentOf(message))?.[1];
		if (number === undefined) return [];
		expect(contentOf(message)).toBe(textOf(Number(number)));
		expect(message.role).toBe(Number(number) % 2 === 0 ? 'user' : 'assistant');
		return Number(number);
	});
}

const tokensOf = ({ messages }: ChatRequest): number =>
	messages.reduce((sum, message) => sum + countTokens(contentOf(message)) + 4, 3);

/** Asks, and gives the request once its answer is there. */
async function request(app: AppPage, provider: FakeProvider, text: string): Promise<ChatRequest> {
	const before = provider.chats.length;
	await app.ask(text);
	await expect.poll(() => provider.chats.length).toBe(before + 1);
	await app.settled();
	const [sent] = provider.chats.slice(before);
	if (sent === undefined) throw new Error('Nothing was asked.');
	return sent;
}

const between = (first: number, last: number): number[] =>
	Array.from({ length: last - first + 1 }, (_, index) => first + index);

test.beforeEach(async ({ app, page, provider }) => {
	provider.models = ['alpha-large', 'gpt-4o'];
	provider.windows = { 'alpha-large': window, 'gpt-4o': window };
	await app.addConnection({ baseUrl: provider.baseUrl, key: 'sk-context-0123456789' });
	await seed(page);
	await app.open(`/c/${conversationId}`);
	await expect(app.articles.last()).toContainText(`Message ${length - 1}.`);
});

test('a conversation of 200,000 tokens fits a model with 8,000, turn after turn', async ({
	app,
	provider
}) => {
	test.slow();
	expect(countTokens(textOf(7)) * length).toBeGreaterThan(190_000);
	const starts: number[] = [];
	for (let turn = 1; turn <= 6; turn += 1) {
		provider.reply({ text: [`Answer ${turn}. `, 'Ships wait outside for the tide. '.repeat(30)] });
		const sent = await request(app, provider, `Question ${turn}?`);
		expect(tokensOf(sent)).toBeLessThanOrEqual(window * 0.75);

		const [system, ...messages] = sent.messages;
		expect(system).toMatchObject({ role: 'system', content: 'Answer as a harbour master.' });
		expect(messages.map(({ role }) => role)).toEqual(
			messages.map((_, index) => (index % 2 === 0 ? 'user' : 'assistant'))
		);
		// The end of the conversation without a gap, then all that was said since, then the question.
		const numbers = numbersIn(sent);
		const start = numbers[0] ?? length;
		expect(numbers).toEqual(between(start, length - 1));
		const since = messages.slice(numbers.length).map(contentOf);
		expect(since.at(-1)).toBe(`Question ${turn}?`);
		expect(since).toHaveLength(2 * turn - 1);
		starts.push(start);
	}
	// It moves in steps: most turns begin as the one before, so that a prompt cache hits.
	expect(starts).toEqual(starts.toSorted((a, b) => a - b));
	expect(new Set(starts).size).toBeLessThanOrEqual(3);
});

test('what is pinned goes along, what is left out stays, and a divider forgets', async ({
	app,
	page,
	provider
}) => {
	const plain = numbersIn(await request(app, provider, 'First?'));
	expect(plain).not.toContain(10);
	expect(plain).toContain(length - 5);

	await change(page, [
		{ store: 'messages', id: idOf(10), fields: { pinned: 1 } },
		{ store: 'messages', id: idOf(length - 6), fields: { excluded: 1 } }
	]);
	const chosen = numbersIn(await request(app, provider, 'Second?'));
	// A question and its answer go, or stay, together.
	expect(chosen.slice(0, 2)).toEqual([10, 11]);
	expect(chosen).not.toContain(length - 6);
	expect(chosen).not.toContain(length - 5);
	expect(chosen.slice(-4)).toEqual(between(length - 4, length - 1));

	await change(page, [
		{ store: 'conversations', id: conversationId, fields: { contextDividerId: idOf(length - 3) } }
	]);
	const third = await request(app, provider, 'Third?');
	expect(numbersIn(third)).toEqual([length - 2, length - 1]);
	expect(third.messages.slice(-5).map(contentOf)[0]).toBe('First?');
});

test('a message that is too long is told by how much, and what helps', async ({
	app,
	provider
}) => {
	await app.ask('word '.repeat(9_000));
	await expect(app.answer).toContainText(
		/The message is about [\d,]+ tokens too long for this model’s context window of 8,000 tokens\. Shorten it, or choose a model with more room\./
	);
	expect(provider.chats).toHaveLength(0);
});

test('the tokens of OpenAI’s models are counted exactly, once their tokenizer is there', async ({
	app,
	page,
	provider
}) => {
	const meter = page.getByRole('button', { name: /^Context,/ });
	await request(app, provider, 'Hello?');
	await expect(meter).toHaveAccessibleName(/≈/);
	// The dictionary is a megabyte: it comes in a quiet moment, and only for a model that has it.
	const dictionary = page.waitForResponse(
		async (response) =>
			response.url().includes('/workers/chunks/') && (await response.body()).length > 1_000_000
	);
	await app.chooseModel('gpt-4o');
	await dictionary;
	// Without a key press, and a draft as soon as the keys rest.
	await expect(meter).toHaveAccessibleName(/^[^≈]+$/);
	await app.message.fill('How deep is the harbour?');
	await expect(meter).toHaveAccessibleName(/≈/);
	await expect(meter).toHaveAccessibleName(/^[^≈]+$/);
	await request(app, provider, 'And now?');
	await expect(meter).toHaveAccessibleName(/^[^≈]+$/);
});
