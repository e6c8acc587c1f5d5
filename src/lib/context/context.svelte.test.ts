import '../../app.css';
import type { ConnectionId, ConversationId, MessageId } from '#lib/db';
import type { ContextEntry, ContextMeasure, ContextQuery } from '#lib/engine';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { entryWith, measureWith, messageId, previewWith } from './__fixtures__/measures.ts';
import { ContextTracker, type ContextSource, type OpenQuery } from './context-tracker.svelte.ts';
import ContextCard from './ContextCard.svelte';
import ContextKey from './__fixtures__/KeyWithCard.svelte';
import ContextPanel from './ContextPanel.svelte';
import { shownContext } from './figures.ts';
import UnknownWindow from './UnknownWindow.svelte';

let dispose: (() => Promise<void>) | undefined;

beforeEach(async () => {
	await page.viewport(1000, 900);
});

afterEach(async () => {
	await dispose?.();
	dispose = undefined;
});

const openQuery: OpenQuery = {
	connectionId: 'c' as ConnectionId,
	modelId: 'gpt-5.1',
	conversationId: 'conversation' as ConversationId,
	leafId: messageId(9)
};
const query: ContextQuery = { ...openQuery, draftTokens: 0 };

/** Nobody counts exactly. */
const never = () => Promise.resolve(false);

/** Follows what is open until the test is over. */
function followed(source: ContextSource): ContextTracker {
	const tracker = new ContextTracker(source);
	const stop = $effect.root(() => {
		$effect(() => tracker.follow());
	});
	dispose = () => {
		stop();
		return Promise.resolve();
	};
	return tracker;
}

/** What the engine would say of a conversation with a history, or of a new one. */
function measured({ conversationId, draftTokens, draft }: ContextQuery): ContextMeasure {
	const { parts } = measureWith();
	const history = conversationId === '' ? 0 : parts.history;
	return measureWith({
		isApproximate: draftTokens > 0 && draft === undefined,
		parts: { ...parts, history, draft: draftTokens, input: history + draftTokens }
	});
}

describe('the tracker', () => {
	test('holds its figures while the first message becomes a conversation', async () => {
		let conversationId = $state<ConversationId | ''>('');
		let isHere = $state(true);
		let draft = $state('');
		let isSending = $state(false);
		const tracker = followed({
			verbs: { measure: (wanted) => Promise.resolve(measured(wanted)), whenExact: never },
			query: () => (isHere ? { ...openQuery, conversationId } : undefined),
			draft: () => ({ text: draft }),
			isSending: () => isSending,
			modelId: () => 'gpt-5.1',
			version: () => ''
		});
		await vi.waitFor(() => {
			expect(tracker.shown?.input).toBe(0);
		});
		// Sent before the engine was asked about it.
		draft = 'A first message of some length, and it goes out at once.';
		flushSync();
		const typed = tracker.shown?.input ?? 0;
		expect(typed).toBeGreaterThan(10);
		const seen: (number | undefined)[] = [];
		const look = () => {
			flushSync();
			seen.push(tracker.shown?.input);
		};
		draft = '';
		isSending = true;
		look();
		isHere = false;
		look();
		conversationId = 'made' as ConversationId;
		isHere = true;
		look();
		isSending = false;
		look();
		expect(seen).toEqual([typed, typed, typed, typed]);
		await vi.waitFor(() => {
			expect(tracker.shown?.input).toBe(measureWith().parts.history);
		});
	});

	test('measures again when exact counts are there, and a draft that rests is counted', async () => {
		const asked: ContextQuery[] = [];
		let draft = $state('');
		let isThere = false;
		const arrived = Promise.withResolvers<boolean>();
		const tracker = followed({
			verbs: {
				measure(wanted) {
					asked.push(wanted);
					const given = measured(wanted);
					return Promise.resolve({ ...given, isApproximate: !isThere || given.isApproximate });
				},
				whenExact: () => arrived.promise
			},
			query: () => openQuery,
			draft: () => ({ text: draft }),
			isSending: () => false,
			modelId: () => 'gpt-5.1',
			version: () => ''
		});
		await vi.waitFor(() => {
			expect(tracker.shown?.isApproximate).toBe(true);
		});
		isThere = true;
		arrived.resolve(true);
		await vi.waitFor(() => {
			expect(tracker.shown?.isApproximate).toBe(false);
		});
		for (const key of 'Nearly') {
			draft += key;
			flushSync();
			expect(tracker.shown?.isApproximate).toBe(true);
		}
		await vi.waitFor(() => {
			expect(tracker.shown?.isApproximate).toBe(false);
		});
		expect(asked.at(-1)?.draft).toBe('Nearly');
		// The engine was not asked with each key, and is not asked again for what it has said.
		const count = asked.length;
		expect(count).toBeLessThan(6);
		draft += '.';
		flushSync();
		expect(tracker.shown?.isApproximate).toBe(true);
	});

	test('counts the draft with each key, and asks the engine once a moment after the last', async () => {
		const asked: ContextQuery[] = [];
		let draft = $state('');
		let version = $state('');
		const tracker = new ContextTracker({
			verbs: {
				measure(wanted) {
					asked.push(wanted);
					const { draftTokens } = wanted;
					const { parts } = measureWith();
					return Promise.resolve(
						measureWith({
							parts: { ...parts, draft: draftTokens, input: parts.input + draftTokens }
						})
					);
				},
				whenExact: never
			},
			query: () => openQuery,
			draft: () => ({ text: draft }),
			isSending: () => false,
			modelId: () => 'gpt-5.1',
			version: () => version
		});
		const stop = $effect.root(() => {
			$effect(() => tracker.follow());
		});
		dispose = () => {
			stop();
			return Promise.resolve();
		};
		expect(tracker.shown).toBeUndefined();
		await vi.waitFor(() => {
			expect(tracker.shown?.input).toBe(3100);
		});

		for (const key of 'Forty-two letters are about ten tokens, say') {
			draft += key;
			flushSync();
		}
		// On the page at once, before the engine was asked again.
		expect(asked).toHaveLength(1);
		const typed = tracker.shown?.draft ?? 0;
		expect(typed).toBeGreaterThan(8);
		expect(tracker.shown?.input).toBe(3100 + typed);
		await vi.waitFor(() => {
			expect(asked.at(-1)?.draftTokens).toBe(typed);
		});
		expect(asked).toHaveLength(2);

		version = 'another strategy';
		flushSync();
		await vi.waitFor(() => {
			expect(asked).toHaveLength(3);
		});
	});

	test('shows nothing of another conversation, and an answer that comes late is not shown', async () => {
		const answers: ((measure: ContextMeasure) => void)[] = [];
		let conversationId = $state('one' as ConversationId);
		const tracker = new ContextTracker({
			verbs: { measure: () => new Promise((resolve) => answers.push(resolve)), whenExact: never },
			query: () => ({ ...openQuery, conversationId }),
			draft: () => ({ text: '' }),
			isSending: () => false,
			modelId: () => 'gpt-5.1',
			version: () => ''
		});
		const stop = $effect.root(() => {
			$effect(() => tracker.follow());
		});
		dispose = () => {
			stop();
			return Promise.resolve();
		};
		await vi.waitFor(() => {
			expect(answers).toHaveLength(1);
		});
		conversationId = 'two' as ConversationId;
		flushSync();
		await vi.waitFor(() => {
			expect(answers).toHaveLength(2);
		});
		answers[1]?.(measureWith({ leftOutCount: 2 }));
		answers[0]?.(measureWith({ leftOutCount: 1 }));
		await vi.waitFor(() => {
			expect(tracker.shown?.measure.leftOutCount).toBe(2);
		});
		expect(tracker.measureOf('one' as ConversationId)).toBeUndefined();
		conversationId = 'three' as ConversationId;
		flushSync();
		expect(tracker.shown).toBeUndefined();
	});
});

describe('the meter', () => {
	const show = (measure: ContextMeasure, typed = 0, isSmall = false) => {
		const shown = mount(ContextKey, {
			target: document.body,
			props: { shown: shownContext(measure, typed), isSmall }
		});
		dispose = () => unmount(shown);
	};
	const key = () => page.getByRole('button', { name: /^Context/ });

	test('says how full the request is and what it costs, and opens its parts', async () => {
		show(measureWith({ isApproximate: true, leftOutCount: 14 }));
		await expect
			.element(key())
			.toHaveAccessibleName('Context, ≈ 3.1k of 8k tokens ≈ $0.0093 to send');
		await key().click();
		const card = page.getByRole('dialog', { name: 'Context' });
		await expect.element(card).toHaveTextContent(/Left out\s*14 messages/);
		await expect.element(card.getByRole('meter')).toHaveAttribute('aria-valuenow', '3100');
		await userEvent.keyboard('{Escape}');
		await expect.element(card).not.toBeInTheDocument();
		await expect.element(key()).toHaveFocus();
	});

	test('is a ring on a phone, with the same name', async () => {
		show(measureWith(), 0, true);
		await expect
			.element(key())
			.toHaveAccessibleName('Context, 3.1k of 8k tokens ≈ $0.0093 to send');
		expect(document.querySelector('svg circle')).not.toBeNull();
		await key().click();
		await expect.element(page.getByRole('dialog', { name: 'Context' })).toBeVisible();
	});

	test('says by how much it is too long, and what helps', async () => {
		show(measureWith({ failure: { kind: 'message-too-long', overBy: 4210 } }));
		await expect.element(key()).toHaveAccessibleName(/4\.2k too long/);
		await key().click();
		await expect
			.element(page.getByRole('dialog', { name: 'Context' }))
			.toHaveTextContent(
				'This is 4,210 tokens too long for qwen3:32b. Shorten it, or choose a model with more room.'
			);
		await expect.element(page.getByRole('button', { name: 'Choose a model' })).toBeVisible();
	});
});

describe('the card', () => {
	test('changes the strategy of the conversation', async () => {
		const chosen: unknown[] = [];
		const shown = mount(ContextCard, {
			target: document.body,
			props: {
				shown: shownContext(measureWith(), 0),
				modelName: 'qwen3:32b',
				currency: null,
				ownStrategy: null,
				spentUsd: undefined,
				onstrategy: (strategy) => chosen.push(strategy),
				onwindow: () => Promise.resolve(),
				onpanel: () => chosen.push('panel'),
				onmodel: () => undefined
			}
		});
		dispose = () => unmount(shown);
		const select = page.getByLabelText('When room runs out');
		await expect.element(select).toHaveTextContent('As in settings: Newest that fit');
		await select.selectOptions('Last messages');
		await select.selectOptions('As in settings: Newest that fit');
		await page.getByRole('button', { name: 'What will be sent' }).click();
		expect(chosen).toEqual([{ kind: 'last', count: 20 }, null, 'panel']);
	});

	test('asks for a context window that nobody knows; the default is an answer too', async () => {
		const saved: number[] = [];
		const shown = mount(UnknownWindow, {
			target: document.body,
			props: {
				modelName: 'new-model',
				assumed: 8192,
				onsave: (tokens: number) => {
					saved.push(tokens);
					return Promise.resolve();
				}
			}
		});
		dispose = () => unmount(shown);
		const field = page.getByLabelText('Context window', { exact: true }).getByRole('textbox');
		await field.fill('plenty');
		await page.getByRole('button', { name: 'Save' }).click();
		await expect.element(field).toHaveAccessibleDescription(/such as 128000/);
		await field.fill('128k');
		await userEvent.keyboard('{Enter}');
		await page.getByRole('button', { name: 'Keep 8,192' }).click();
		expect(saved).toEqual([128_000, 8192]);
	});
});

describe('what will be sent', () => {
	let entries: ContextEntry[];
	let asked: ContextQuery[];
	let orders: unknown[];

	function show(given: ContextEntry[]) {
		entries = given;
		asked = [];
		orders = [];
		const change = (id: string, fields: Partial<ContextEntry>) => {
			entries = entries.map((entry) => (entry.id === id ? { ...entry, ...fields } : entry));
		};
		const shown = mount(ContextPanel, {
			target: document.body,
			props: {
				verbs: {
					preview(wanted: ContextQuery) {
						asked.push(wanted);
						return Promise.resolve(
							previewWith(entries, wanted.strategy && { strategy: wanted.strategy })
						);
					},
					excludeMessage(id: MessageId, excluded: boolean) {
						orders.push(['exclude', id, excluded]);
						change(id, { excluded });
						return Promise.resolve();
					},
					copyRequest: () => Promise.reject(new Error('The demo sends no request.'))
				},
				query,
				version: 0,
				draft: 'A draft',
				currency: null,
				onstrategy(strategy) {
					orders.push(strategy);
					return Promise.resolve();
				},
				onpin(id: MessageId, pinned: boolean) {
					orders.push(['pin', id, pinned]);
					change(id, { pinned });
					return Promise.resolve();
				},
				onchange: () => undefined,
				onclose: () => orders.push('closed')
			}
		});
		dispose = () => unmount(shown);
	}
	const item = (text: string) => page.getByRole('listitem').filter({ hasText: text });

	test('lists every message, in or out and why, and pins or leaves out at once', async () => {
		show([
			entryWith(0, { leftOut: 'no-room' }),
			entryWith(1, { leftOut: 'no-room' }),
			entryWith(2),
			entryWith(3, { isApproximate: true })
		]);
		await expect.element(item('number 0')).toHaveTextContent('No room');
		await expect.element(item('number 3')).toHaveTextContent('Goes along');
		await expect.element(item('number 3')).toHaveTextContent('≈ 100 tokens');
		await expect.element(page.getByText('2 messages go along, 2 stay behind.')).toBeVisible();
		await item('number 0').getByRole('button', { name: 'Pin' }).click();
		await item('number 2').getByRole('button', { name: 'Leave out' }).click();
		await expect
			.element(item('number 2').getByRole('button', { name: 'Leave out' }))
			.toHaveAttribute('aria-pressed', 'true');
		expect(orders).toEqual([
			['pin', messageId(0), true],
			['exclude', messageId(2), true]
		]);
	});

	test('looks at another strategy, and makes it the conversation’s own only when told', async () => {
		show([entryWith(0), entryWith(1)]);
		const select = page.getByLabelText('When room runs out');
		await select.selectOptions('First and newest');
		await expect.element(page.getByText(/^A preview\./)).toBeVisible();
		expect(asked.at(-1)?.strategy).toEqual({ kind: 'first-and-newest' });
		expect(orders).toEqual([]);
		await page.getByRole('button', { name: 'Use for this conversation' }).click();
		expect(orders).toEqual([{ kind: 'first-and-newest' }]);
		await vi.waitFor(() => {
			expect(asked.at(-1)?.strategy).toBeUndefined();
		});
	});

	test('ten thousand messages are a few elements, reached with the keyboard', async () => {
		show(Array.from({ length: 10_000 }, (_, number) => entryWith(number)));
		await expect.element(item('number 9999')).toBeVisible();
		expect(document.querySelectorAll('[role="dialog"] *, dialog *').length).toBeLessThan(900);
		const last = item('number 9999').getByRole('button', { name: 'Pin' });
		(last.element() as HTMLElement).focus();
		await userEvent.keyboard('{ArrowUp}');
		await expect.element(item('number 9998').getByRole('button', { name: 'Pin' })).toHaveFocus();
		await userEvent.keyboard('{Home}');
		await expect
			.element(page.getByRole('listitem').first().getByRole('button', { name: 'Pin' }))
			.toHaveFocus();
		expect(document.activeElement?.closest('[data-row]')?.textContent).toContain('number 0');
		expect(document.activeElement?.closest('li')?.getAttribute('aria-setsize')).toBe('10000');
	});

	test('a request that cannot be copied says why', async () => {
		show([entryWith(0)]);
		await expect.element(item('number 0')).toBeVisible();
		await page.getByRole('button', { name: 'Copy request' }).click();
		await expect.element(page.getByRole('alert')).toHaveTextContent('The demo sends no request.');
	});
});
