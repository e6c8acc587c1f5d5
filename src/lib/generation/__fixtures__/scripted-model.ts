import { ProviderError, type GenerateRequest, type OpenConnection } from '#lib/providers';
import { SUMMARY_SYSTEM } from '#lib/summaries/engine';
import type { ProviderErrorDetails, StreamEvent } from '#lib/providers';
import type { Generate, GenerateOptions } from '../types.ts';
import { words } from '../words.ts';

type Step =
	| { readonly event: StreamEvent }
	| { readonly error: ProviderErrorDetails }
	| { readonly waitMs: number }
	| 'end';

/** One request to the scripted model, answered by the test step by step. */
export class ScriptedCall {
	readonly request: GenerateRequest;
	readonly connection: OpenConnection;
	readonly options: GenerateOptions;
	readonly #steps: Step[] = [];
	#wake: () => void = () => undefined;

	constructor(request: GenerateRequest, connection: OpenConnection, options: GenerateOptions) {
		this.request = request;
		this.connection = connection;
		this.options = options;
		options.signal.addEventListener('abort', () => {
			this.#wake();
		});
	}

	text(delta: string): this {
		return this.#add({ event: { type: 'text-delta', delta } });
	}

	reasoning(delta: string): this {
		return this.#add({ event: { type: 'reasoning-delta', delta } });
	}

	event(event: StreamEvent): this {
		return this.#add({ event });
	}

	/** Announces a wait and waits as providers do. */
	retry(waitMs: number, error: ProviderErrorDetails): this {
		return this.event({ type: 'retry', waitMs, error }).#add({ waitMs });
	}

	finish(usage: Extract<StreamEvent, { type: 'finish' }>['usage'] = {}): this {
		return this.#add({ event: { type: 'finish', reason: 'stop', usage } });
	}

	fail(error: ProviderErrorDetails): this {
		return this.#add({ error });
	}

	/** The body ends without its end mark. */
	end(): this {
		return this.#add('end');
	}

	async *play(): AsyncGenerator<StreamEvent, void, undefined> {
		const { signal, wait } = this.options;
		while (!signal.aborted) {
			const step = this.#steps.shift();
			if (step === undefined)
				await new Promise<void>((resolve) => {
					this.#wake = resolve;
				});
			else if (step === 'end') return;
			else if ('error' in step) throw new ProviderError(step.error);
			else if ('waitMs' in step) await wait?.(step.waitMs, signal);
			else yield step.event;
		}
	}

	#add(step: Step): this {
		this.#steps.push(step);
		this.#wake();
		return this;
	}
}

/** Requests in their order, to be waited for. */
class Calls {
	readonly all: ScriptedCall[] = [];
	readonly #awaited = new Map<number, (call: ScriptedCall) => void>();

	add(call: ScriptedCall): void {
		this.all.push(call);
		this.#awaited.get(this.all.length - 1)?.(call);
	}

	/** The nth request (from 0), once it is out. */
	nth(n: number): Promise<ScriptedCall> {
		const call = this.all[n];
		if (call !== undefined) return Promise.resolve(call);
		return new Promise((resolve) => {
			this.#awaited.set(n, resolve);
		});
	}
}

/** A model that says what the test tells it to, when it tells it to. */
export class ScriptedModel {
	readonly answers = new Calls();
	readonly titles = new Calls();
	readonly summaries = new Calls();

	readonly generate: Generate = (request, connection, options) => {
		const call = new ScriptedCall(request, connection, options);
		const calls =
			request.system === words.titleSystem
				? this.titles
				: request.system === SUMMARY_SYSTEM
					? this.summaries
					: this.answers;
		calls.add(call);
		return call.play();
	};
}
