import {
	type RecordedRequest,
	type ReplayReply,
	type ReplayServer,
	type ReplayStep,
	startReplayServer
} from '../src/lib/providers/testing/replay-server.ts';

const chunk = (delta: object, finish: string | null = null): string =>
	`data: ${JSON.stringify({ id: 'e2e', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

export interface Answer {
	/** Pieces of text, each one event. */
	readonly text: readonly string[];
	readonly reasoning?: readonly string[];
	readonly usage?: { readonly input: number; readonly output: number };
	/** The stream stays open after the text until this settles. */
	readonly hold?: Promise<unknown>;
	/** How it goes wrong after the text. */
	readonly end?: 'stall' | 'reset' | 'cut';
	/** Pause between two pieces, ms. */
	readonly pause?: number;
}

/** A promise that a test settles when it wants to: keeps an answer open. */
export function held(): { until: Promise<void>; release: () => void } {
	let release = (): void => undefined;
	const until = new Promise<void>((resolve) => {
		release = resolve;
	});
	return { until, release };
}

/** The bytes of an answer in chat completions. */
export function answerBody(answer: Answer): ReplayStep[] {
	const { text, reasoning = [], usage = { input: 12, output: 34 }, hold, end, pause } = answer;
	const steps: ReplayStep[] = [];
	const add = (step: ReplayStep): void => {
		steps.push(step);
		if (pause !== undefined) steps.push({ pause });
	};
	for (const delta of reasoning) add(chunk({ reasoning_content: delta }));
	for (const delta of text) add(chunk({ content: delta }));
	if (hold !== undefined) steps.push({ until: hold });
	if (end === 'stall' || end === 'reset') return [...steps, { end }];
	if (end === 'cut') return steps;
	const counted = {
		prompt_tokens: usage.input,
		completion_tokens: usage.output,
		total_tokens: usage.input + usage.output
	};
	return [
		...steps,
		chunk({}, 'stop'),
		`data: ${JSON.stringify({ id: 'e2e', object: 'chat.completion.chunk', model: 'm', choices: [], usage: counted })}\n\n`,
		'data: [DONE]\n\n'
	];
}

type Reply = Answer | ReplayReply;

const isAnswer = (reply: Reply): reply is Answer => 'text' in reply;

/** What a chat request said, as far as journeys look at it. */
export interface ChatRequest {
	readonly model: string;
	readonly messages: readonly { readonly role: string; readonly content: unknown }[];
	readonly [parameter: string]: unknown;
}

const isChat = ({ path }: RecordedRequest): boolean => path.endsWith('/chat/completions');
const isTitle = (request: RecordedRequest): boolean =>
	isChat(request) && request.body.includes('You name conversations');
const isSummary = (request: RecordedRequest): boolean =>
	isChat(request) && request.body.includes('You write summaries');
const isConnectionTest = (request: RecordedRequest): boolean =>
	isChat(request) && /"max_(?:completion_)?tokens":16\b/.test(request.body);
const isQuestion = (request: RecordedRequest): boolean =>
	isChat(request) && !isTitle(request) && !isSummary(request) && !isConnectionTest(request);

const streamed = (answer: Answer): ReplayReply => ({
	headers: { 'content-type': 'text/event-stream' },
	body: answerBody(answer)
});

/** Tokens of a request and of what answers it, at four characters each. */
export const countedUsage = (
	{ json }: RecordedRequest,
	text: readonly string[]
): NonNullable<Answer['usage']> => ({
	input: Math.ceil(JSON.stringify((json as ChatRequest).messages).length / 4),
	output: Math.ceil(text.join('').length / 4)
});

/** An OpenAI-compatible provider for journeys, over real HTTP with strict CORS. */
export class FakeProvider {
	readonly #server: ReplayServer;
	/** What answers the next requests, in order; the last one stays. */
	#replies: Reply[] = [{ text: ['Hello', ' from', ' the', ' model.'] }];
	/** Ids in the model list. */
	models: readonly string[] = ['alpha-large', 'beta-mini'];
	/** Context windows that the list states, by id (tokens). */
	windows: Readonly<Record<string, number>> = {};
	/** What is answered when a title is asked for; empty leaves the first words of the question. */
	title = '';
	/** What is answered when a summary is asked for. */
	summary: Reply = { text: ['The summary.'] };
	/** Whether it reports what requests and answers really hold, see `countedUsage`. */
	counts = false;
	/** Only this key is accepted; undefined accepts all. */
	key: string | undefined;

	private constructor(server: ReplayServer) {
		this.#server = server;
		server.handle((request) => this.#answer(request));
	}

	/** @param origin of the page that may call it */
	static async start(origin: string): Promise<FakeProvider> {
		return new FakeProvider(
			await startReplayServer(() => ({ status: 404 }), {
				cors: { origin, allowHeaders: ['authorization', 'content-type'], maxAge: 600 }
			})
		);
	}

	/** For “Base URL”. */
	get baseUrl(): string {
		return `${this.#server.url}/v1`;
	}

	/** Every question so far, calls in the background left out. */
	get chats(): readonly ChatRequest[] {
		return this.#server.requests.filter(isQuestion).map(({ json }) => json as ChatRequest);
	}

	/** Every request for a title so far. */
	get titles(): readonly ChatRequest[] {
		return this.#server.requests.filter(isTitle).map(({ json }) => json as ChatRequest);
	}

	/** Every request for a summary so far. */
	get summaries(): readonly ChatRequest[] {
		return this.#server.requests.filter(isSummary).map(({ json }) => json as ChatRequest);
	}

	/** The headers that each preflight asked for. */
	get preflights(): readonly (readonly string[])[] {
		return this.#server.preflights;
	}

	get requests(): readonly RecordedRequest[] {
		return this.#server.requests;
	}

	/** Sets what is answered from now on; the last reply is repeated. */
	reply(...replies: readonly Reply[]): void {
		this.#replies = [...replies];
	}

	close(): Promise<void> {
		return this.#server.close();
	}

	#answer(request: RecordedRequest): ReplayReply {
		if (this.key !== undefined && request.headers['authorization'] !== `Bearer ${this.key}`)
			return {
				status: 401,
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({
					error: {
						message: 'Incorrect API key provided.',
						type: 'invalid_request_error',
						code: 'invalid_api_key'
					}
				})
			};
		if (request.path.endsWith('/models'))
			return {
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({
					object: 'list',
					data: this.models.map((id) => ({
						id,
						object: 'model',
						context_window: this.windows[id]
					}))
				})
			};
		const given = (reply: Reply): ReplayReply => {
			if (!isAnswer(reply)) return reply;
			return streamed(this.counts ? { ...reply, usage: countedUsage(request, reply.text) } : reply);
		};
		if (isTitle(request)) return given({ text: [this.title] });
		if (isSummary(request)) return given(this.summary);
		if (isConnectionTest(request)) return streamed({ text: ['Hi'] });
		const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
		return reply === undefined ? { status: 500 } : given(reply);
	}
}
