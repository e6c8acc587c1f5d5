import type { ConnectionId } from '#lib/db/engine';
import { expect, it } from 'vitest';
import { Refusals } from './refusals.ts';

const asked = (modelId: string, keyHint = 'abcd') => ({
	choice: { connectionId: 'c' as ConnectionId, modelId },
	connection: { keyHint }
});
const wait = (retryAfterMs: number) =>
	({ kind: 'rate_limit', message: 'Later.', retryAfterMs }) as const;

it('holds as long as was told, for one model and key', () => {
	const refusals = new Refusals();
	refusals.note(asked('a'), wait(600_000), 1_000);
	expect(refusals.of(asked('a'), 2_000)).toMatchObject({ retryAfterMs: 599_000 });
	expect(refusals.of(asked('b'), 2_000)).toBeUndefined();
	expect(refusals.of(asked('a', 'efgh'), 2_000)).toBeUndefined();
	expect(refusals.of(asked('a'), 601_000)).toBeUndefined();
	expect(refusals.of(asked('a'), 2_000)).toBeUndefined();
});

it('takes no notice of a wait that a request waits through, nor of a clock that was set back', () => {
	const refusals = new Refusals();
	refusals.note(asked('a'), wait(60_000), 1_000_000);
	expect(refusals.of(asked('a'), 1_000_001)).toBeUndefined();
	refusals.note(asked('a'), wait(600_000), 1_000_000);
	expect(refusals.of(asked('a'), 500_000)).toBeUndefined();
});
