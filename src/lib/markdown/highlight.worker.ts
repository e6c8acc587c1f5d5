import { highlight } from './highlighting.ts';
import type { HighlightJob, HighlightResult } from './runs.ts';

addEventListener('message', ({ data }: MessageEvent<HighlightJob>) => {
	const answer = (runs: Uint32Array | undefined): void => {
		const result: HighlightResult = { id: data.id, runs };
		postMessage(result);
	};
	highlight(data.code, data.grammar).then(answer, () => {
		answer(undefined);
	});
});
