import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { median, spread } from '../measure.js';

const source = fileURLToPath(new URL('../../src/lib/context-window/fit.ts', import.meta.url));

/**
 * What goes into a request, of a very long branch: the pure decision, with every count known.
 * @type {import('../run.js').Row}
 */
export async function fit({ runs }) {
	/** @type {{ module: typeof import('../../src/lib/context-window/fit.ts') }} */
	const { module } = await runnerImport(source);
	const count = 10_000;
	const budget = 10;
	const messages = Array.from({ length: count }, (_, number) => ({
		id: `message-${number}`,
		role: /** @type {'user' | 'assistant'} */ (number % 2 === 0 ? 'user' : 'assistant'),
		tokens: 20 + ((number * 7919) % 400),
		pinned: number % 997 === 0,
		excluded: number % 101 === 0
	}));
	/** @type {number[]} */
	const times = [];
	for (let run = 0; run < runs * 10; run += 1) {
		const start = performance.now();
		module.fit({
			messages,
			systemTokens: 500,
			budget: 1_000_000 - run,
			strategy: { kind: 'newest' },
			step: 16_000,
			summary: { upToId: 'message-999', tokens: 800 }
		});
		times.push(performance.now() - start);
	}
	return [
		{
			what: `fit of ${count} messages, ms`,
			value: spread(times, 1),
			budget: `≤ ${budget}`,
			met: median(times) <= budget
		}
	];
}
