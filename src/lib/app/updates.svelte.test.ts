import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpdateSource } from './update-source.ts';
import { Updates } from './updates.svelte.ts';

/** A service worker that a test plays. */
class PlayedSource implements UpdateSource {
	waiting: () => void = () => undefined;
	replaced: () => void = () => undefined;
	readonly activate = vi.fn();
	readonly check = vi.fn(() => Promise.resolve());

	start(events: { waiting: () => void; replaced: () => void }): Promise<void> {
		this.waiting = events.waiting;
		this.replaced = events.replaced;
		return Promise.resolve();
	}
}

let source: PlayedSource;
let reload: ReturnType<typeof vi.fn<() => void>>;
let updates: Updates;

beforeEach(async () => {
	source = new PlayedSource();
	reload = vi.fn<() => void>();
	updates = new Updates({
		openSource: () => Promise.resolve(source),
		locks: navigator.locks,
		reload,
		lookMs: 10
	});
	await updates.start(new AbortController().signal);
});

afterEach(async () => {
	await finish();
});

let finish = (): Promise<void> => Promise.resolve();

/** Holds the lock of a running answer until `finish()`. */
async function generate(): Promise<void> {
	const over = Promise.withResolvers<undefined>();
	const begun = Promise.withResolvers<undefined>();
	const held = navigator.locks.request('generation:test', () => {
		begun.resolve(undefined);
		return over.promise;
	});
	await begun.promise;
	finish = async () => {
		over.resolve(undefined);
		await held;
	};
}

const offered = (expected = true) =>
	vi.waitFor(() => {
		expect(updates.available).toBe(expected);
	});
const reloaded = () =>
	vi.waitFor(() => {
		expect(reload).toHaveBeenCalledOnce();
	});
/** Until running answers have been looked for twice. */
async function look(): Promise<void> {
	const query = vi.spyOn(navigator.locks, 'query');
	await vi.waitFor(() => {
		expect(query.mock.settledResults.length).toBeGreaterThanOrEqual(2);
	});
	query.mockRestore();
}

describe('a new version', () => {
	it('is offered, and takes over when chosen', async () => {
		expect(updates.available).toBe(false);
		source.waiting();
		await offered();
		expect(updates.isBehind).toBe(false);

		await updates.apply();
		expect(source.activate).toHaveBeenCalledOnce();
		expect(reload).not.toHaveBeenCalled();
		source.replaced();
		await reloaded();
	});

	it('is offered only while no tab receives an answer', async () => {
		await generate();
		source.waiting();
		await look();
		expect(updates.available).toBe(false);
		await updates.apply();
		expect(source.activate).not.toHaveBeenCalled();

		await finish();
		await offered();

		await generate();
		await offered(false);
	});

	it('is not offered again once put off, but the one after it is', async () => {
		source.waiting();
		await offered();
		updates.putOff();
		expect(updates.available).toBe(false);
		source.waiting();
		await offered();
	});
});

describe('when another tab has changed', () => {
	it('this one saves and reloads if nothing stands against it', async () => {
		const order: string[] = [];
		updates.guard({
			mayReload: () => true,
			beforeReload: async () => {
				await Promise.resolve();
				order.push('saved');
			}
		});
		reload.mockImplementation(() => order.push('reloaded'));
		source.replaced();
		await vi.waitFor(() => {
			expect(order).toEqual(['saved', 'reloaded']);
		});
	});

	it('this one offers the reload if an editor is open', async () => {
		const beforeReload = vi.fn();
		updates.guard({ mayReload: () => Promise.resolve(false), beforeReload });
		source.replaced();
		await offered();
		expect(updates.isBehind).toBe(true);
		expect(reload).not.toHaveBeenCalled();

		await updates.apply();
		expect(beforeReload).toHaveBeenCalledOnce();
		expect(reload).toHaveBeenCalledOnce();
	});

	it('this one waits for a running answer', async () => {
		await generate();
		source.replaced();
		await look();
		expect(updates.available).toBe(false);
		await finish();
		await offered();
		expect(reload).not.toHaveBeenCalled();
	});

	it('a guard that was taken off is not asked', async () => {
		updates.guard({ mayReload: () => false })();
		source.replaced();
		await reloaded();
	});
});

it('asks the server again when the page is shown after an hour, not before', () => {
	const now = vi.spyOn(performance, 'now');
	const shown = performance.now();
	document.dispatchEvent(new Event('visibilitychange'));
	expect(source.check).not.toHaveBeenCalled();
	now.mockReturnValue(shown + 61 * 60 * 1000);
	document.dispatchEvent(new Event('visibilitychange'));
	expect(source.check).toHaveBeenCalledOnce();
	now.mockRestore();
});
