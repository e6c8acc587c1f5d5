/**
 * A provider for measuring: speaks OpenAI's chat completions with CORS, streams a given number of
 * tokens at a given rate, and keeps the time of what it saw. Also serves the plain-text floor page.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** @typedef {'mixed' | 'prose' | 'dense'} Style */

const mixed = [
	'Nothing fires reliably when a tab is killed, so bound the loss instead of chasing the last event: write at most once a second, and once more when the page is hidden. ',
	'A **throttle** bounds the loss to one interval whatever the hands do, while a *debounce* waits for a pause that steady typing never gives. See `visibilitychange` for the rest. ',
	'- The row and its mark are one transaction\n- A crash leaves both or none\n- The next start finds what is there',
	'Prices fell by half between the first and the third quarter, which moved most of the small jobs to the large models; the large jobs stayed where they were because their cost is in the output. ',
	'```ts\nexport function autosave(write: Write, every = 1000) {\n\tlet pending: string | undefined;\n\tsetInterval(() => pending && write(pending), every);\n}\n```'
];

/** @type {Readonly<Record<Style, readonly string[]>>} */
const styles = {
	mixed,
	prose: mixed.filter((text) => !/[`*-] /.test(text) && !text.startsWith('```')),
	dense: [
		'## What it *costs*',
		'| Way | Reads | Writes | Loses |\n| --- | ---: | ---: | --- |\n| `poll` | 12 | 0 | **up to 1 s** |\n| `push` | 1 | 3 | nothing |\n| *both* | 13 | 3 | nothing |',
		'1. **First** the `row`, then the *mark*\n   - [one](https://example.org/one) or\n   - ~~two~~ three\n2. Then `commit()`',
		'> **Note** that `await` *yields*: see [the text](https://example.org/text).\n>\n> - `a` before `b`',
		'```ts\nconst rows = await table.where({ id }).toArray();\n```',
		'With **bold *and nested* words**, `code`, a [link](https://example.org) and $x^2 + y^2 = z^2$.'
	]
};

/**
 * A Markdown answer of this many tokens, each about four characters.
 * @param {number} count @param {Style} [style]
 */
export function answerTokens(count, style = 'mixed') {
	const paragraphs = styles[style];
	/** @type {string[]} */
	const tokens = [];
	for (let index = 0; tokens.length < count; index += 1) {
		const paragraph = paragraphs[index % paragraphs.length] ?? '';
		tokens.push(...(paragraph.match(/[\s\S]{1,4}/g) ?? []), '\n\n');
	}
	return tokens.slice(0, count);
}

/** @param {string} content */
const chunk = (content) =>
	`data: ${JSON.stringify({ id: 'b', object: 'chat.completion.chunk', model: 'bench', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

/** @param {number} tokens */
const lastChunks = (tokens) =>
	`data: ${JSON.stringify({ id: 'b', object: 'chat.completion.chunk', model: 'bench', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n` +
	`data: ${JSON.stringify({ id: 'b', object: 'chat.completion.chunk', model: 'bench', choices: [], usage: { prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 } })}\n\ndata: [DONE]\n\n`;

const cors = {
	'access-control-allow-origin': '*',
	'access-control-allow-headers': 'authorization, content-type',
	'access-control-allow-methods': 'GET, POST, OPTIONS',
	'access-control-max-age': '600'
};

/**
 * @typedef {object} Next
 * @property {number} tokens
 * @property {number} perSecond
 * @property {string} [opening] stands before the rest, to know this answer by
 * @property {Style} [style]
 */

/**
 * @typedef {object} Provider
 * @property {string} origin
 * @property {Next} next what the next answer will be like
 * @property {{ requestAt: number, firstAt: number, lastAt: number }} seen ms since the epoch
 * @property {() => Promise<void>} stop
 */

const now = () => performance.timeOrigin + performance.now();

/** @returns {Promise<Provider>} */
export async function startProvider() {
	const floor = readFileSync(new URL('./floor.html', import.meta.url));
	const state = {
		next: /** @type {Next} */ ({ tokens: 100, perSecond: 200 }),
		seen: { requestAt: 0, firstAt: 0, lastAt: 0 }
	};

	/** @param {import('node:http').ServerResponse} response */
	function stream(response) {
		const { tokens, perSecond, opening = '', style } = state.next;
		const answer = answerTokens(tokens, style);
		answer[0] = `${opening}${answer[0] ?? ''}`;
		response.writeHead(200, { ...cors, 'content-type': 'text/event-stream' });
		const began = now();
		let sent = 0;
		const timer = setInterval(() => {
			const due = Math.min(tokens, Math.ceil(((now() - began) / 1000) * perSecond));
			if (due > sent) {
				if (sent === 0) state.seen.firstAt = now();
				response.write(answer.slice(sent, due).map(chunk).join(''));
				sent = due;
			}
			if (sent < tokens) return;
			clearInterval(timer);
			state.seen.lastAt = now();
			response.end(lastChunks(tokens));
		}, 5);
		response.on('close', () => {
			clearInterval(timer);
		});
	}

	const server = createServer((request, response) => {
		const path = request.url ?? '/';
		if (request.method === 'OPTIONS') {
			response.writeHead(204, cors).end();
		} else if (path.startsWith('/floor')) {
			response.writeHead(200, { 'content-type': 'text/html' }).end(floor);
		} else if (path.endsWith('/models')) {
			response
				.writeHead(200, { ...cors, 'content-type': 'application/json' })
				.end(JSON.stringify({ object: 'list', data: [{ id: 'bench', object: 'model' }] }));
		} else {
			state.seen.requestAt = now();
			request.resume().on('end', () => {
				stream(response);
			});
		}
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	return Object.assign(state, {
		origin: `http://localhost:${port}`,
		stop: () =>
			/** @type {Promise<void>} */ (
				new Promise((resolve) => {
					server.closeAllConnections();
					server.close(() => {
						resolve();
					});
				})
			)
	});
}
