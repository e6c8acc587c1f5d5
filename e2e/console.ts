import type { BrowserContext, ConsoleMessage } from '@playwright/test';

/** Watches all pages of a context for what a user's console should never show. */
export class ConsoleWatch {
	readonly #allowed: readonly RegExp[];
	readonly #complaints: string[] = [];

	constructor(context: BrowserContext, allowed: readonly RegExp[] = []) {
		this.#allowed = allowed;
		context.on('console', (message) => {
			if (message.type() === 'error' || message.type() === 'warning') this.#add(describe(message));
		});
		context.on('weberror', (error) => {
			this.#add(`page error: ${error.error().message}`);
		});
	}

	/** Errors and warnings so far that are not allowed. */
	get complaints(): readonly string[] {
		return this.#complaints;
	}

	#add(text: string): void {
		if (!this.#allowed.some((pattern) => pattern.test(text))) this.#complaints.push(text);
	}
}

function describe(message: ConsoleMessage): string {
	const { url, lineNumber } = message.location();
	return `console ${message.type()}: ${message.text()} (${url}:${lineNumber})`;
}
