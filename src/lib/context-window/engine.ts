/** Exact counting runs in the engine only. */
import type { Tokenizer } from './tokenizers.ts';

export { Tokenizers, type Tokenizer } from './tokenizers.ts';

/** Fetches the tokenizer of OpenAI's models: a chunk of its own that is not kept for offline use. */
export async function loadO200k(): Promise<Tokenizer> {
	// A failed import is an error in the console, and this one would be no news.
	if (!navigator.onLine) throw new Error('Offline.');
	return (await import('./o200k.ts')).countO200k;
}
