import type { App } from '#lib/app';
import { Live, openDatabase, type ConnectionId, type Database } from '#lib/db';
import type {
	ConnectionForm as Form,
	ConnectionTestResult,
	ModelChoice,
	SaveConnectionResult
} from '#lib/engine';
import { defaultSettings } from '#lib/settings';
import { VaultView } from '#lib/vault';
import { mount, unmount, type Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import Screen from './__fixtures__/Screen.svelte';
import AddModelDialog from './AddModelDialog.svelte';
import ConnectionForm from './ConnectionForm.svelte';
import { demoConnection } from './demo.ts';
import ModelPicker from './ModelPicker.svelte';
import { newModelRow } from './model-list.ts';

let db: Database;
let forms: Form[];
let saveResult: SaveConnectionResult;
let testResult: ConnectionTestResult;
let events: unknown[];
let addFailure: Error | undefined;
/** Lists come after it. */
let fetching: Promise<unknown>;
let dispose: (() => Promise<void>) | undefined;

const connectionId = 'c' as ConnectionId;
const row = {
	...demoConnection,
	id: connectionId,
	presetId: 'openai',
	protocol: 'openai-responses',
	label: 'OpenAI, personal',
	baseUrl: 'https://api.openai.com/v1',
	position: 1,
	sealedKey: new Uint8Array(3),
	keyHint: 'Vw2A'
} as const;

/** An engine that writes down what it is asked, as far as these screens ask. */
function createApp(): App {
	const connections = {
		test: (form: Form) => {
			forms.push(form);
			return Promise.resolve(testResult);
		},
		save: (form: Form) => {
			forms.push(form);
			return Promise.resolve(saveResult);
		},
		updateModel: (...args: unknown[]) => {
			events.push(args);
			return Promise.resolve();
		},
		addModel: (...args: unknown[]) => {
			events.push(args);
			return addFailure === undefined ? Promise.resolve() : Promise.reject(addFailure);
		},
		refreshModels: () => fetching.then(() => testResult)
	};
	const engine = { connections } as unknown as App['engine'];
	return {
		db,
		engine,
		vault: new VaultView(engine.vault),
		settings: new Live(() => Promise.resolve(defaultSettings))
	};
}

function show(screen: unknown, props: Record<string, unknown>): void {
	const mounted = mount(Screen as unknown as Component<Record<string, unknown>>, {
		target: document.body,
		props: { app: createApp(), screen, props }
	});
	dispose = () => unmount(mounted);
}

beforeEach(async () => {
	await page.viewport(900, 800);
	db = await openDatabase(`screens-${crypto.randomUUID()}`);
	forms = [];
	events = [];
	addFailure = undefined;
	fetching = Promise.resolve();
	saveResult = { ok: true, id: connectionId };
	testResult = { ok: true, ms: 212, models: [{ id: 'a' }, { id: 'b' }] };
});

afterEach(async () => {
	await dispose?.();
	db.close();
	await db.delete();
});

describe('the form', () => {
	const save = page.getByRole('button', { name: 'Save' });
	const apiKey = page.getByLabelText('API key', { exact: true });
	const baseUrl = page.getByLabelText('Base URL');

	const open = (props: { row?: typeof row; taken?: readonly string[] } = {}) => {
		show(ConnectionForm, {
			taken: [],
			...props,
			onsaved: (label: string) => events.push(`saved ${label}`),
			oncancel: () => events.push('cancelled')
		});
	};

	test('choosing a provider fills in its address and name; a test says what happened', async () => {
		open();
		await page.getByLabelText('Provider').selectOptions('Mistral');
		await expect.element(page.getByLabelText('Label')).toHaveValue('Mistral');
		await expect.element(baseUrl).toHaveValue('https://api.mistral.ai/v1');
		await apiKey.fill('key-of-mistral-7Qx4');
		await page.getByRole('button', { name: 'Test' }).click();
		await expect
			.element(page.getByText('The key works. 2 models, answered in 212 ms.'))
			.toBeVisible();
		expect(forms).toMatchObject([{ presetId: 'mistral', apiKey: 'key-of-mistral-7Qx4' }]);
		await apiKey.fill('another-key-of-mistral');
		await expect.element(page.getByText('The key works.')).not.toBeInTheDocument();
	});

	test('the key field is masked, kept from password managers and empty after saving', async () => {
		open();
		await expect.element(apiKey).toHaveAttribute('type', 'password');
		await expect.element(apiKey).toHaveAttribute('autocomplete', 'off');
		const field = apiKey.element() as HTMLInputElement;
		await apiKey.fill('key-of-openai-9dKe');
		await save.click();
		await expect.poll(() => events).toEqual(['saved OpenAI']);
		expect(field.value).toBe('');
	});

	test('a key with spaces around it is taken without them, and the form says so', async () => {
		open();
		await apiKey.fill('  key-of-openai-9dKe ');
		await expect.element(apiKey).toHaveAccessibleDescription(/left out/);
		await apiKey.fill('Bearer key-of-openai-9dKe');
		await expect.element(apiKey).toHaveAccessibleDescription(/“Bearer” .* left out/);
	});

	test('faults stand at their fields, the first gets the focus, nothing typed is lost', async () => {
		open();
		await baseUrl.fill('api.example.com');
		await save.click();
		await expect.element(baseUrl).toHaveAttribute('aria-invalid', 'true');
		await expect.element(baseUrl).toHaveFocus();
		await expect.element(baseUrl).toHaveAccessibleDescription(/https:\/\//);
		await baseUrl.fill('https://api.openai.com/v1');
		await save.click();
		await expect.element(apiKey).toHaveFocus();
		await expect.element(apiKey).toHaveAccessibleDescription(/needs a key/);
		expect(forms).toEqual([]);
	});

	test('a label that another connection has gets a number, and the field says why', async () => {
		const label = page.getByLabelText('Label');
		open({ taken: ['Second', 'Second 2'] });
		await label.fill(' Second ');
		await apiKey.fill('key-of-openai-9dKe');
		await expect.element(label).toHaveValue('Second 3');
		await expect.element(label).toHaveAccessibleDescription(/is called “Second”/);
		await label.fill('Second');
		await userEvent.keyboard('{Enter}');
		await expect.poll(() => events).toEqual(['saved Second 3']);
		expect(forms[0]?.label).toBe('Second 3');
	});

	test('what is cut from an address is gone from its field, and named', async () => {
		open();
		await baseUrl.fill('https://api.openai.com/v1/chat/completions?x=1#f');
		await apiKey.click();
		await expect.element(baseUrl).toHaveValue('https://api.openai.com/v1');
		await expect
			.element(baseUrl)
			.toHaveAccessibleDescription(/“\/chat\/completions\?x=1#f” is left out/);
		await baseUrl.fill('https://api.openai.com/v2/');
		await expect.element(baseUrl).not.toHaveAccessibleDescription(/left out/);
		await apiKey.fill('key-of-openai-9dKe');
		await expect.element(baseUrl).toHaveValue('https://api.openai.com/v2');
		await expect.element(baseUrl).not.toHaveAccessibleDescription(/left out/);
		await baseUrl.fill('https://api.openai.com/v1/models');
		await userEvent.keyboard('{Enter}');
		await expect.poll(() => forms.length).toBe(1);
		expect(forms[0]?.baseUrl).toBe('https://api.openai.com/v1');
	});

	test('an address with a space in it is refused in words', async () => {
		open();
		await baseUrl.fill('https://exa mple.com');
		await save.click();
		await expect.element(baseUrl).toHaveAccessibleDescription(/has no spaces/);
		await expect.element(baseUrl).toHaveValue('https://exa mple.com');
		expect(forms).toEqual([]);
	});

	test('a saved key shows its last four characters and is kept unless replaced', async () => {
		open({ row });
		await expect.element(page.getByText('key ····Vw2A')).toBeVisible();
		await expect.element(page.getByRole('button', { name: 'Replace key' })).toBeVisible();
		await save.click();
		await expect.poll(() => forms.length).toBe(1);
		expect(forms[0]).not.toHaveProperty('apiKey');
	});

	test('another address asks for the key again', async () => {
		open({ row });
		await baseUrl.fill('https://proxy.example/v1');
		await save.click();
		expect(forms).toEqual([]);
		await expect.element(apiKey).toHaveFocus();
		await expect
			.element(apiKey)
			.toHaveAccessibleDescription(/belongs to https:\/\/api\.openai\.com/);
	});

	test('a locked vault is named, and what is typed stays', async () => {
		saveResult = { ok: false, error: { kind: 'locked', message: 'The vault is locked.' } };
		open();
		await apiKey.fill('key-of-openai-9dKe');
		await save.click();
		await expect.element(page.getByRole('alert')).toHaveTextContent('The vault is locked.');
		await expect.element(apiKey).toHaveValue('key-of-openai-9dKe');
	});

	test('a refused key is told with the provider’s own sentence behind Details', async () => {
		const error = { kind: 'auth', message: 'Incorrect API key provided.', status: 401 } as const;
		testResult = { ok: false, error };
		open();
		await apiKey.fill('key-of-openai-9dKe');
		await page.getByRole('button', { name: 'Test' }).click();
		await expect.element(page.getByText('“OpenAI” refused the key.')).toBeVisible();
		await page.getByText('Details').click();
		await expect.element(page.getByText('Incorrect API key provided.')).toBeVisible();
	});

	test('a server that wants a key is not said to have refused one', async () => {
		testResult = { ok: false, error: { kind: 'auth', message: 'Missing token.', status: 401 } };
		open();
		await page.getByLabelText('Provider').selectOptions('Custom (OpenAI-compatible)');
		await baseUrl.fill('https://api.example.com/v1');
		await page.getByRole('button', { name: 'Test' }).click();
		await expect.element(page.getByText(/wants a key\.$/)).toBeVisible();
		await expect.element(page.getByText(/refused/)).not.toBeInTheDocument();
	});
});

describe('the picker', () => {
	const search = page.getByRole('combobox', { name: 'Search models' });

	const active = (): string | null => {
		const id = document.activeElement?.getAttribute('aria-activedescendant');
		return document.getElementById(id ?? '')?.getAttribute('aria-label') ?? null;
	};

	beforeEach(async () => {
		await db.connections.put({ ...row });
		const model = (id: string, change: object = {}) => ({
			...newModelRow(connectionId, { id }),
			seenAt: Date.now(),
			...change
		});
		await db.models.bulkPut([
			model('claude-sonnet-4-5', { favourite: 1 }),
			model('gpt-5.1', { listed: { id: 'gpt-5.1', capabilities: { vision: true } } }),
			...Array.from({ length: 500 }, (_, at) => model(`model-${at}`))
		]);
		await open();
	});

	async function open() {
		show(ModelPicker, {
			value: null,
			onchoose: (choice: ModelChoice) => events.push(choice.modelId),
			onclose: () => events.push('closed')
		});
		await expect.element(page.getByRole('option', { name: 'gpt-5.1' })).toBeVisible();
	}

	test('the keyboard does everything: search, move, choose', async () => {
		await expect.element(search).toHaveFocus();
		expect(active()).toBe('claude-sonnet-4-5');
		await userEvent.keyboard('{ArrowDown}');
		expect(active()).toBe('gpt-5.1');
		await userEvent.keyboard('{ArrowUp}{ArrowUp}');
		await expect.poll(active).toBe('Demo tour');
		await userEvent.keyboard('sonnet 4.5');
		await expect.poll(active).toBe('claude-sonnet-4-5');
		await userEvent.keyboard('{Enter}');
		expect(events.slice(0, 2)).toEqual(['claude-sonnet-4-5', 'closed']);
	});

	test('500 models cost what is in view, and the marked one is always in view', async () => {
		expect(document.querySelectorAll('[role="option"]').length).toBeLessThan(60);
		await userEvent.keyboard('{PageDown}{PageDown}{PageDown}');
		await expect.poll(active).toMatch(/^model-/);
		const id = document.activeElement?.getAttribute('aria-activedescendant');
		const box = document.getElementById(id ?? '')?.getBoundingClientRect();
		const list = page.getByRole('listbox').element().getBoundingClientRect();
		expect(box?.bottom).toBeLessThanOrEqual(list.bottom + 1);
		expect(box?.top).toBeGreaterThanOrEqual(list.top - 1);
	});

	test('filters keep models with an ability; the count is announced', async () => {
		await page.getByRole('button', { name: 'Vision' }).click();
		await expect.element(page.getByText('1 model of 503')).toBeVisible();
		await expect.element(page.getByRole('option')).toHaveAccessibleName('gpt-5.1');
		await expect.element(page.getByRole('option')).toHaveAccessibleDescription(/OpenAI, personal/);
	});

	test('an id that no list names is added and chosen', async () => {
		await userEvent.keyboard('my-own:7b');
		await expect.poll(active).toBe('Add “my-own:7b” to OpenAI, personal');
		await expect.element(page.getByText('No model fits.')).toBeVisible();
		await expect.element(page.getByText('0 models of 503')).toBeVisible();
		await userEvent.keyboard('{Enter}');
		await expect
			.poll(() => events.slice(0, 3))
			.toEqual([[connectionId, 'my-own:7b'], 'my-own:7b', 'closed']);
	});

	test('nothing is to be added while a list is on its way, in which it may be', async () => {
		await dispose?.();
		const list = Promise.withResolvers<undefined>();
		fetching = list.promise;
		await db.connections.put({ ...row, id: 'd' as ConnectionId, rid: 'd', label: 'New' });
		await open();
		await userEvent.keyboard('my-own:7b');
		await expect.element(page.getByText('No model fits.')).toBeVisible();
		expect(page.getByRole('option').elements()).toEqual([]);
		list.resolve(undefined);
		await expect.poll(active).toBe('Add “my-own:7b” to OpenAI, personal');
	});

	test('an id that could not be added is not chosen, and that is said', async () => {
		addFailure = new Error('No room.');
		await userEvent.keyboard('my-own:7b');
		await page.getByRole('option', { name: /^Add “my-own:7b”/ }).click();
		await expect.element(page.getByText(/nothing was changed/)).toBeVisible();
		expect(events).toEqual([[connectionId, 'my-own:7b']]);
	});

	test('Ctrl D marks a favourite, Esc closes, a click chooses', async () => {
		await userEvent.keyboard('{ArrowDown}{Control>}d{/Control}');
		expect(events).toEqual([[connectionId, 'gpt-5.1', { favourite: true }]]);
		await page.getByRole('option', { name: 'model-1', exact: true }).click();
		expect(events.slice(1, 3)).toEqual(['model-1', 'closed']);
		await userEvent.keyboard('{Escape}');
		expect(events.at(-1)).toBe('closed');
	});
});

test('a model that is there already is not added again, and the field says so', async () => {
	show(AddModelDialog, {
		connections: [row],
		chosenId: '',
		isKnown: (_: ConnectionId, modelId: string) => modelId === 'gpt-5.1',
		onadded: (modelId: string) => events.push(`added ${modelId}`),
		onclose: () => undefined
	});
	const field = page.getByLabelText('Model id');
	await field.fill(' gpt-5.1 ');
	await userEvent.keyboard('{Enter}');
	await expect.element(field).toHaveAttribute('aria-invalid', 'true');
	await expect.element(field).toHaveAccessibleDescription(/personal” has “gpt-5.1” already/);
	expect(events).toEqual([]);
	await field.fill('gpt-5.1-mini');
	await expect.element(field).not.toHaveAttribute('aria-invalid');
	await userEvent.keyboard('{Enter}');
	await expect.poll(() => events.at(-1)).toBe('added gpt-5.1-mini');
});
