import type { App } from '#lib/app';
import {
	bookkeeping,
	Database,
	newId,
	type ConnectionId,
	type ConnectionRow,
	type ConversationId
} from '#lib/db/engine';
import { Live } from '#lib/db';
import { connectionRow } from '#lib/db/testing';
import { settingsFromRows } from '#lib/settings';
import { createSettingsVerbs } from '#lib/settings/engine';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import WithApp from './__fixtures__/WithApp.svelte';
import { addDays, localDay } from './days.ts';
import { usageFile } from './download.ts';
import { createUsageVerbs } from './engine.ts';
import { periodOf } from './report.ts';
import { recordUsage, usageRow, usageTables, type FinishedRequest } from './record.ts';

const now = Date.now();
const today = localDay(now);
const dayMs = 86_400_000;

const finished: FinishedRequest = {
	connectionId: 'connection-1' as ConnectionId,
	connectionLabel: 'OpenAI, personal',
	presetId: 'openai',
	conversationId: 'conversation-1' as ConversationId,
	modelId: 'gpt-5.1',
	purpose: 'answer',
	usage: { inputTokens: 1_000_000, outputTokens: 100_000, cachedInputTokens: 500_000 },
	prices: { input: 1, output: 10, cachedInput: 0 }
};

let db: Database;
let dispose: () => Promise<void>;

beforeEach(async () => {
	await page.viewport(1200, 1400);
	db = new Database(`usage-page-${newId()}`);
	await db.connections.add(
		connectionRow({
			id: finished.connectionId as ConnectionId,
			presetId: 'openai',
			label: 'OpenAI, renamed'
		})
	);
});
afterEach(async () => {
	await dispose();
	db.close();
	await db.delete();
});

function render(): void {
	const app = {
		db,
		engine: {
			usage: createUsageVerbs({ db, now: () => now }),
			settings: createSettingsVerbs({ db, now: () => now })
		},
		settings: new Live(async () => settingsFromRows(await db.settings.toArray()))
	} as unknown as App;
	const component = mount(WithApp, { target: document.body, props: { app } });
	flushSync();
	dispose = () => unmount(component);
}

const record = (request: FinishedRequest, at = now): Promise<void> =>
	db.transaction('rw', [...usageTables(db), ...bookkeeping(db)], () =>
		recordUsage(db, usageRow(request, at))
	);

/** What stands beside a label in the big figures. */
const figure = (label: string) =>
	page.getByRole('term').filter({ hasText: label }).element().parentElement?.textContent;
/** Chooses a segment as the pointer does: on its label. */
const choose = (group: string, segment: string) =>
	page.getByRole('radiogroup', { name: group }).getByText(segment, { exact: true }).click();
const rowNames = () =>
	page
		.getByRole('table', { name: 'Details' })
		.getByRole('rowheader')
		.elements()
		.map((element) => element.querySelector('.words')?.textContent);

test('says what will be here before the first request', async () => {
	render();
	await expect.element(page.getByText('No requests yet')).toBeVisible();
	expect(page.getByRole('button', { name: 'Export CSV' }).query()).toBeNull();
});

test('without a known price it begins with tokens, and says why there is no cost', async () => {
	await record({ ...finished, prices: undefined });
	render();
	await expect.element(page.getByRole('slider', { name: /Tokens by day/ })).toBeVisible();
	await choose('Show', 'Cost');
	await expect.element(page.getByText('No price is known for these requests')).toBeVisible();
	expect(page.getByRole('slider').query()).toBeNull();
});

describe('with requests', () => {
	const chart = page.getByRole('slider', { name: /Cost by day/ });

	beforeEach(async () => {
		await record(finished);
		await record({ ...finished, modelId: 'small', purpose: 'title' }, now - dayMs);
		await record({ ...finished, modelId: 'small', purpose: 'title' }, now - dayMs);
		await record({
			...finished,
			connectionId: 'connection-2' as ConnectionId,
			connectionLabel: 'Gone',
			modelId: 'mystery',
			prices: undefined
		});
		render();
		await expect.element(chart).toBeVisible();
	});

	test('the figures say what is known and what is not', () => {
		expect(figure('Cost')).toContain('$4.50');
		expect(figure('Cost')).toContain('+ 1 request of unknown price');
		expect(figure('Tokens')).toContain('4.40M');
		expect(figure('Read from cache')).toContain('50%');
		expect(figure('Read from cache')).toContain('$1.50');
		expect(figure('Requests')).toContain('2 answers, 2 titles');
	});

	test('a new request shows without a reload', async () => {
		await record(finished);
		await expect.poll(() => figure('Cost')).toContain('$6.00');
	});

	test('the chart is read with the arrow keys', async () => {
		await expect.element(chart).toHaveAttribute('aria-valuetext', 'No bar chosen');
		await choose('Split by', 'Purpose');
		await userEvent.tab();
		expect(document.activeElement).toBe(chart.element());
		await expect
			.element(chart)
			.toHaveAttribute('aria-valuetext', expect.stringMatching(/^\$1\.50, /));
		await userEvent.keyboard('{ArrowLeft}');
		await expect
			.element(chart)
			.toHaveAttribute('aria-valuetext', expect.stringMatching(/^\$3\.00, .*2 requests$/));
		await userEvent.keyboard('{Home}');
		await expect.element(chart).toHaveAttribute('aria-valuenow', '0');
		await userEvent.keyboard('{Escape}');
		await expect.element(chart).toHaveAttribute('aria-valuetext', 'No bar chosen');
	});

	test('the chart is a table for screen readers', () => {
		const table = page.getByRole('table', { name: 'Cost by day' }).element();
		expect(table.querySelectorAll('tbody tr')).toHaveLength(30);
		expect(table.querySelector('tbody tr:last-child')?.textContent).toContain('$1.50');
	});

	test('an unknown price is no zero, neither in the chart’s table nor beside a budget', async () => {
		await db.connections.add({
			...(await db.connections.toCollection().first()),
			id: 'connection-2' as ConnectionId,
			rid: 'rid-2',
			label: 'Unpriced'
		} as ConnectionRow);
		await expect
			.element(page.getByRole('listitem').filter({ hasText: 'Unpriced' }))
			.toHaveTextContent(/Unknown this month/);
		const table = document.querySelector('figure table');
		const column = [...(table?.querySelectorAll('thead th') ?? [])].findIndex(
			({ textContent }) => textContent === 'mystery'
		);
		const cells = [...(table?.querySelectorAll('tbody tr') ?? [])].map(
			(row) => row.children[column]?.textContent
		);
		expect(cells).toContain('Unknown');
	});

	test('any column sorts the table, there and back', async () => {
		expect(rowNames()).toEqual(['small', 'gpt-5.1', 'mystery']);
		const head = page.getByRole('columnheader', { name: 'Model' });
		await head.getByRole('button').click();
		await expect.element(head).toHaveAttribute('aria-sort', 'ascending');
		expect(rowNames()).toEqual(['gpt-5.1', 'mystery', 'small']);
		await userEvent.keyboard('{Enter}');
		await expect.element(head).toHaveAttribute('aria-sort', 'descending');
		expect(rowNames()).toEqual(['small', 'mystery', 'gpt-5.1']);
	});

	test('a deleted connection keeps its name, a renamed one has its new one', async () => {
		await choose('Group by', 'Connection');
		await expect.poll(rowNames).toEqual(['OpenAI, renamed', 'Gone']);
		await expect.element(page.getByText('Deleted')).toBeVisible();
		await expect
			.element(page.getByRole('table', { name: 'Details' }).getByText('Unknown'))
			.toBeVisible();
	});

	test('titles and summaries are listed like all else', async () => {
		await choose('Group by', 'Purpose');
		await expect.poll(rowNames).toEqual(['Titles', 'Answers']);
	});

	test('a budget is set, warns and stops, and is taken away', async () => {
		await page.getByRole('button', { name: 'Set budget: OpenAI, renamed' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect.element(dialog.getByText('Enter an amount above 0')).toBeVisible();
		await dialog.getByLabelText('Per month').fill('1');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect.element(page.getByText('Stopped')).toBeVisible();
		expect((await db.connections.toArray())[0]?.budget).toEqual({ monthlyUsd: 1, stop: true });
		await page.getByRole('button', { name: 'Change: OpenAI, renamed' }).click();
		await dialog.getByRole('button', { name: 'Remove budget' }).click();
		await expect
			.element(page.getByRole('button', { name: 'Set budget: OpenAI, renamed' }))
			.toBeVisible();
	});

	test('money is shown in the chosen currency, at a dated rate', async () => {
		await page.getByRole('button', { name: 'Change currency' }).click();
		await page.getByLabelText('Currency code').fill('eur');
		await page.getByRole('button', { name: 'Save' }).click();
		await expect.element(page.getByText('Enter a rate above 0')).toBeVisible();
		await page.getByLabelText('For 1 USD').fill('0,5');
		await page.getByRole('button', { name: 'Save' }).click();
		await expect.poll(() => figure('Cost')).toContain('€2.25');
		expect(await db.settings.get('currency')).toMatchObject({
			value: { code: 'EUR', perUsd: 0.5, asOf: today }
		});
	});

	test('a period without requests says so', async () => {
		await db.usageTotals.clear();
		await record(finished, now - 100 * dayMs);
		await expect.element(page.getByText('No requests in this period')).toBeVisible();
		await choose('Period', 'All');
		await expect.poll(() => figure('Requests')).toContain('1');
	});

	test('the export holds every request of its period', async () => {
		const period = periodOf('7d', today, undefined);
		await record(finished, new Date(`${addDays(period.from, -1)}T12:00:00`).getTime());
		const file = await usageFile(db, period, {
			currency: null,
			labelOf: ({ connectionLabel }) => connectionLabel
		});
		const lines = (await file.text()).split('\r\n');
		expect(lines).toHaveLength(1 + 4 + 1);
		expect(lines.filter((line) => line.includes('"OpenAI, personal"'))).toHaveLength(3);
		expect(lines.filter((line) => line.includes(',Gone,openai,mystery,answer,'))).toHaveLength(1);
	});
});
