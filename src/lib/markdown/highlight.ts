/**
 * The page's way to the highlight worker: one job at a time, newest wish first. A grammar that
 * does not come back is ended with its worker; the block then stays plain.
 */
import { scriptURL } from '#lib/trusted';
import workerUrl from './highlight.worker.ts?worker&url';
import type { HighlightJob, HighlightResult } from './runs.ts';

/** Characters beyond which code stays plain. */
const maxLength = 200_000;
const timeLimit = 10_000;

interface Job {
	readonly code: string;
	readonly grammar: string;
	readonly signal: AbortSignal;
	readonly done: (runs: Uint32Array) => void;
}

const waiting: Job[] = [];
let running: { readonly id: number; readonly job: Job; readonly timer: number } | undefined;
let worker: Worker | undefined;
let lastId = 0;

function start(): Worker {
	const started = new Worker(scriptURL(workerUrl), { type: 'module' });
	started.addEventListener('message', ({ data }: MessageEvent<HighlightResult>) => {
		if (running?.id !== data.id) return;
		clearTimeout(running.timer);
		const { job } = running;
		running = undefined;
		if (data.runs instanceof Uint32Array && !job.signal.aborted) job.done(data.runs);
		next();
	});
	started.addEventListener('error', giveUp);
	return started;
}

function giveUp(): void {
	if (running !== undefined) clearTimeout(running.timer);
	running = undefined;
	worker?.terminate();
	worker = undefined;
	next();
}

function next(): void {
	if (running !== undefined) return;
	for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) {
		if (job.signal.aborted) continue;
		worker ??= start();
		const id = ++lastId;
		running = { id, job, timer: window.setTimeout(giveUp, timeLimit) };
		const message: HighlightJob = { id, code: job.code, grammar: job.grammar };
		worker.postMessage(message);
		return;
	}
}

/** Colours `code` off the main thread; `done` is not called when that is not possible or `signal` aborts. */
export function requestHighlight(job: Job): void {
	if (job.code.length > maxLength) return;
	waiting.push(job);
	next();
}
