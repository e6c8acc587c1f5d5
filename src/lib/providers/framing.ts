import { isRecord, parseJson } from './json.ts';

/**
 * Turns the bytes of a streamed answer into whole frames, whatever the network did to them, and
 * writes them again in the one form that every SDK reads right. The SDKs decode too, each with gaps
 * of its own: @google/genai drops an event that begins with a comment and fails on a last one
 * without its blank line, the Anthropic SDK ignores events whose `event:` line a proxy removed,
 * ollama logs what it cannot parse.
 */
export interface Framer {
	/** Whole frames in `chunk`, rewritten. May set `fault`; what it returns then came before it. */
	push(chunk: Uint8Array): string;
	/** The rest, once the body has ended. */
	end(): string;
	/** Why no further frame can come. */
	readonly fault: FrameFault | undefined;
	/** Whether the stream's own end mark was among the frames (`[DONE]`). */
	readonly sawEnd: boolean;
}

/** An error that the provider sent inside the stream, or a body that is no stream. */
export interface FrameFault {
	readonly type: 'error' | 'broken' | 'not-a-stream';
	/** The error frame, or the beginning of the body. */
	readonly body: string;
}

/** Longest part of a foreign body that is kept to explain it, in characters. */
const longestStray = 16_384;

/** Whether a frame or body is an error, in any family's shape. */
export const saysError = (value: unknown): boolean =>
	isRecord(value) &&
	(value.type === 'error' ||
		(value.error !== undefined && value.error !== null && value.error !== false));

abstract class LineFramer implements Framer {
	fault: FrameFault | undefined;
	sawEnd = false;
	protected framed = false;
	protected stray = '';
	readonly #decoder = new TextDecoder('utf-8');
	#rest = '';
	#afterReturn = false;

	push(chunk: Uint8Array): string {
		return this.#take(this.#decoder.decode(chunk, { stream: true }), false);
	}

	end(): string {
		const out = this.#take(this.#decoder.decode(), true) + (this.fault ? '' : this.flush());
		if (!this.framed && this.fault === undefined && this.stray.trim() !== '')
			this.fault = {
				type: saysError(parseJson(this.stray)) ? 'error' : 'not-a-stream',
				body: this.stray
			};
		return out;
	}

	/** One whole line without its end. Returns frames that became complete. */
	protected abstract line(line: string): string;
	protected abstract flush(): string;

	protected keepStray(line: string): void {
		if (this.stray.length < longestStray) this.stray += `${line}\n`;
		if (!this.framed && this.stray.trimStart().startsWith('<'))
			this.fault ??= { type: 'not-a-stream', body: this.stray };
	}

	/** LF, CRLF and CR end a line; a CR at the end of a chunk may be half of a CRLF. */
	#take(text: string, last: boolean): string {
		let out = '';
		let start = 0;
		const buffer = this.#rest + text;
		for (let at = this.#rest.length; at < buffer.length; at++) {
			const code = buffer.charCodeAt(at);
			const returned = this.#afterReturn;
			this.#afterReturn = code === 13;
			if (code === 10 && returned) {
				start = at + 1;
				continue;
			}
			if (code !== 10 && code !== 13) continue;
			const line = buffer.slice(start, at);
			start = at + 1;
			if (this.fault === undefined) out += this.line(line);
		}
		this.#rest = buffer.slice(start);
		if (last && this.#rest !== '' && this.fault === undefined) {
			out += this.line(this.#rest);
			this.#rest = '';
		}
		return out;
	}
}

/** Server-sent events whose data is JSON or `[DONE]`. */
export class SseFramer extends LineFramer {
	#data: string[] = [];
	#event = '';
	#ended = false;

	override end(): string {
		this.#ended = true;
		return super.end();
	}

	protected line(line: string): string {
		if (line === '') return this.flush();
		if (line.startsWith(':')) return '';
		const colon = line.indexOf(':');
		const field = colon < 0 ? line : line.slice(0, colon);
		const value =
			colon < 0 ? '' : line.slice(line.startsWith(' ', colon + 1) ? colon + 2 : colon + 1);
		if (field === 'data') {
			this.#data.push(value);
			this.framed = true;
		} else if (field === 'event') this.#event = value;
		else if (field !== 'id' && field !== 'retry') this.keepStray(line);
		return '';
	}

	protected flush(): string {
		// Line breaks inside JSON are white space: one line is the same value.
		const data = this.#data.join(' ').trim();
		const event = this.#event;
		this.#data = [];
		this.#event = '';
		if (data === '') return '';
		if (data === '[DONE]') {
			this.sawEnd = true;
			return 'data: [DONE]\n\n';
		}
		const value = parseJson(data);
		if (value === undefined) {
			// A last event cut in the middle is a cut stream; elsewhere text would be lost unnoticed.
			if (event === 'error') this.fault = { type: 'error', body: data };
			else if (!this.#ended) this.fault = { type: 'broken', body: data };
			return '';
		}
		if (saysError(value) || event === 'error') {
			this.fault = { type: 'error', body: data };
			return '';
		}
		const name = isRecord(value) && typeof value.type === 'string' ? value.type : event;
		return `${name === '' ? '' : `event: ${name}\n`}data: ${data}\n\n`;
	}
}

/** One JSON value a line. */
export class NdjsonFramer extends LineFramer {
	#ended = false;

	override end(): string {
		this.#ended = true;
		return super.end();
	}

	protected line(line: string): string {
		if (line.trim() === '') return '';
		const value = parseJson(line);
		if (!isRecord(value)) {
			if (!this.framed) this.keepStray(line);
			else if (!this.#ended) this.fault = { type: 'broken', body: line };
			return '';
		}
		this.framed = true;
		if (saysError(value)) {
			this.fault = { type: 'error', body: line };
			return '';
		}
		if (value.done === true) this.sawEnd = true;
		return `${line.trim()}\n`;
	}

	protected flush(): string {
		return '';
	}
}
