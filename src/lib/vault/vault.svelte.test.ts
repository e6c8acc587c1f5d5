import { mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import LockScreen from './LockScreen.svelte';
import SecuritySettings from './SecuritySettings.svelte';
import type { VaultRow, VaultStore } from './store.ts';
import { VaultView } from './vault.svelte.ts';
import type { SecretContext } from './secrets.ts';
import { Vault } from './vault.ts';

const context: SecretContext = { rowId: 'connection-1', origin: 'https://api.example.com' };
const secret = 'sk-live-0123456789';
const passphrase = 'correct horse battery';

const done = (request: IDBRequest | IDBTransaction): Promise<void> =>
	new Promise((resolve, reject) => {
		const fail = () => {
			reject(request.error ?? new Error('aborted'));
		};
		request.addEventListener(request instanceof IDBTransaction ? 'complete' : 'success', () => {
			resolve();
		});
		request.addEventListener('error', fail);
		request.addEventListener('abort', fail);
	});

/** The vault's table in a database of its own, each tab with its own connection. */
async function openStore(name: string): Promise<VaultStore> {
	const request = indexedDB.open(name, 1);
	request.addEventListener('upgradeneeded', () => {
		request.result.createObjectStore('vault', { keyPath: 'id' });
	});
	await done(request);
	const db = request.result;
	return {
		async load() {
			const rows = db.transaction('vault').objectStore('vault').getAll();
			await done(rows);
			return rows.result as unknown[];
		},
		async update(change) {
			const transaction = db.transaction('vault', 'readwrite', { durability: 'strict' });
			const table = transaction.objectStore('vault');
			const finished = done(transaction);
			const rows = table.getAll();
			rows.addEventListener('success', () => {
				const next = change(rows.result as unknown[]);
				if (!next) return;
				table.clear();
				for (const row of next) table.put(row);
			});
			await finished;
		}
	};
}

let name = '';
const vaults: Vault[] = [];
const mounted: Record<string, unknown>[] = [];
beforeEach(() => {
	name = `vault-test-${crypto.randomUUID()}`;
});
afterEach(async () => {
	for (const component of mounted.splice(0)) await unmount(component);
	for (const vault of vaults.splice(0)) vault.dispose();
	indexedDB.deleteDatabase(name);
	document.body.replaceChildren();
});

async function openTab(): Promise<Vault> {
	const vault = new Vault({ store: await openStore(name), channel: new BroadcastChannel(name) });
	vaults.push(vault);
	return vault;
}

async function viewOf(vault: Vault): Promise<VaultView> {
	const view = new VaultView({
		status: () => vault.status(),
		async subscribe(listener) {
			listener(await vault.status());
			vault.onStatus(listener);
		},
		unlock: (text) => vault.unlock(text),
		lock: () => vault.lock(),
		setPassphrase: (text) => vault.setPassphrase(text),
		changePassphrase: (current, next) => vault.changePassphrase(current, next),
		removePassphrase: (current) => vault.removePassphrase(current),
		setAutoLock: (ms) => vault.setAutoLock(ms),
		activity: () => vault.activity(),
		reset: () => vault.reset()
	});
	await view.connect();
	return view;
}

/** A password manager files a passphrase under a name, which nobody else is bothered with. */
function expectUserName(): void {
	const form = document.querySelector('form:has([autocomplete$="-password"])');
	const fields = [...(form?.querySelectorAll('input') ?? [])];
	const [name] = fields;
	expect(name?.autocomplete).toBe('username');
	expect(name).toMatchObject({ value: 'Parlance', readOnly: true, tabIndex: -1 });
	expect(name?.closest('[aria-hidden="true"]')).not.toBeNull();
	expect(name?.getBoundingClientRect().width).toBeLessThanOrEqual(1);
	expect(fields.filter(({ autocomplete }) => autocomplete === 'username')).toHaveLength(1);
}

describe('with real WebCrypto and IndexedDB', () => {
	it('has one key when tabs create it at the same moment', async () => {
		const tabs = await Promise.all([openTab(), openTab(), openTab(), openTab()]);
		const envelopes = await Promise.all(tabs.map((vault) => vault.seal(secret, context)));
		for (const vault of tabs) {
			for (const envelope of envelopes) {
				expect(await vault.open(envelope, context)).toEqual({ ok: true, plaintext: secret });
			}
		}
	});

	it('keeps a device key that cannot be exported, and removes it with a passphrase', async () => {
		const vault = await openTab();
		const envelope = await vault.seal(secret, context);
		const store = await openStore(name);
		const [device] = (await store.load()) as VaultRow[];
		if (!device || !('key' in device)) throw new Error('no device wrap');
		expect(device.key.extractable).toBe(false);
		await expect(crypto.subtle.exportKey('raw', device.key)).rejects.toThrow();

		expect(await vault.setPassphrase(passphrase)).toBe('done');
		const kinds = ((await store.load()) as VaultRow[]).map((row) => row.kind);
		expect(kinds.toSorted()).toEqual(['passphrase-wrap', 'state']);

		const later = await openTab();
		expect(await later.open(envelope, context)).toEqual({ ok: false, reason: 'locked' });
		expect(await later.unlock('wrong horse battery')).toBe('wrong-passphrase');
		expect(await later.unlock(passphrase)).toBe('unlocked');
		expect(await later.open(envelope, context)).toEqual({ ok: true, plaintext: secret });
	});

	it('locks every tab when one locks', async () => {
		const [a, b] = [await openTab(), await openTab()];
		await a.setPassphrase(passphrase);
		await b.unlock(passphrase);
		const view = await viewOf(b);
		expect(view.isLocked).toBe(false);
		await a.lock();
		await expect.poll(() => view.isLocked).toBe(true);
	});
});

describe('lock screen', () => {
	async function showLocked() {
		const vault = await openTab();
		const envelope = await vault.seal(secret, context);
		await vault.setPassphrase(passphrase);
		await vault.lock();
		const view = await viewOf(vault);
		mounted.push(mount(LockScreen, { target: document.body, props: { view } }));
		return { vault, view, envelope };
	}
	const field = page.getByRole('textbox', { name: 'Passphrase' });

	it('starts in the field, refuses a wrong passphrase in words, opens with the right one', async () => {
		const { view } = await showLocked();
		await expect.element(field).toHaveFocus();
		expectUserName();
		const { top } = field.element().getBoundingClientRect();
		await userEvent.type(field, 'wrong horse battery');
		await userEvent.keyboard('{Enter}');
		await expect.element(field).toHaveAccessibleDescription(/not the passphrase/);
		expect(field.element().getBoundingClientRect().top).toBe(top);
		await expect.element(field).toHaveValue('');
		await expect.element(field).toHaveFocus();
		await userEvent.type(field, passphrase);
		await page.getByRole('button', { name: 'Unlock' }).click();
		await expect.poll(() => view.isLocked).toBe(false);
	});

	it('leaves no title of a page where it was announced', async () => {
		const announcer = document.createElement('div');
		announcer.id = 'svelte-announcer';
		announcer.append(new Comment(), 'Divorce – Parlance');
		document.body.append(announcer);
		const text = announcer.lastChild;
		await showLocked();
		await expect.element(field).toHaveFocus();
		expect(announcer.textContent).toBe('');
		expect(announcer.lastChild).toBe(text);
		announcer.remove();
	});

	it('shows or hides what is typed', async () => {
		await showLocked();
		await userEvent.type(field, 'abc');
		await expect.element(field).toHaveAttribute('type', 'password');
		await page.getByRole('button', { name: 'Show' }).click();
		await expect.element(field).toHaveAttribute('type', 'text');
	});

	it('forgets the keys only after a warning, with the safe key first', async () => {
		const { vault, view, envelope } = await showLocked();
		await page.getByRole('button', { name: 'Forgot the passphrase?' }).click();
		const dialog = page.getByRole('alertdialog', { name: 'Delete the saved keys?' });
		await expect.element(dialog).toHaveTextContent(/Conversations, drafts and settings stay/);
		await expect.element(dialog.getByRole('button', { name: 'Keep the keys' })).toHaveFocus();
		await userEvent.keyboard('{Escape}');
		expect(view.isLocked).toBe(true);
		await page.getByRole('button', { name: 'Forgot the passphrase?' }).click();
		await dialog.getByRole('button', { name: 'Delete saved keys' }).click();
		await expect.poll(() => view.status?.state).toBe('empty');
		expect(await vault.open(envelope, context)).toEqual({ ok: false, reason: 'wrong-key-id' });
	});
});

describe('security settings', () => {
	const button = (label: string) => page.getByRole('button', { name: label, exact: true });
	const fill = (label: string, text: string) =>
		page.getByRole('dialog').getByRole('textbox', { name: label }).fill(text);
	const submit = (label: string) =>
		page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();

	it('sets, changes and removes a passphrase, and chooses the time', async () => {
		const view = await viewOf(await openTab());
		mounted.push(mount(SecuritySettings, { target: document.body, props: { view } }));

		await button('Set passphrase').click();
		const next = page.getByRole('dialog').getByRole('textbox', { name: 'New passphrase' });
		await expect.element(next).toHaveFocus();
		expectUserName();
		await fill('New passphrase', 'short');
		await submit('Set passphrase');
		await expect.element(next).toHaveAccessibleDescription(/at least 8 characters/);
		await fill('New passphrase', passphrase);
		await fill('Repeat passphrase', 'another');
		await submit('Set passphrase');
		await expect
			.element(page.getByRole('dialog').getByRole('textbox', { name: 'Repeat passphrase' }))
			.toHaveAccessibleDescription(/not the same/);
		await fill('Repeat passphrase', passphrase);
		await submit('Set passphrase');
		await expect.poll(() => view.status?.protection).toBe('passphrase');

		const time = page.getByRole('combobox', { name: 'Lock after' });
		await expect.element(time).toHaveValue('900000');
		await time.selectOptions('1 hour');
		await expect.poll(() => view.status?.autoLockMs).toBe(60 * 60_000);

		await button('Change passphrase').click();
		await expect.element(page.getByRole('dialog')).toBeVisible();
		expectUserName();
		await fill('Current passphrase', 'wrong horse battery');
		await fill('New passphrase', 'another long one');
		await fill('Repeat passphrase', 'another long one');
		await submit('Change passphrase');
		const current = page.getByRole('dialog').getByRole('textbox', { name: 'Current passphrase' });
		await expect.element(current).toHaveAccessibleDescription(/not the passphrase/);
		await fill('Current passphrase', passphrase);
		await submit('Change passphrase');
		await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();

		await button('Remove passphrase').click();
		await fill('Current passphrase', 'another long one');
		await submit('Remove passphrase');
		await expect.poll(() => view.status?.protection).toBe('device');
	});

	it('locks on request', async () => {
		const vault = await openTab();
		await vault.setPassphrase(passphrase);
		const view = await viewOf(vault);
		mounted.push(mount(SecuritySettings, { target: document.body, props: { view } }));
		await button('Lock now').click();
		await expect.poll(() => view.isLocked).toBe(true);
	});
});

describe('view', () => {
	it('passes on activity at most every five seconds, and looks when shown again', async () => {
		let now = 0;
		const orders: string[] = [];
		const vault = await openTab();
		await vault.setPassphrase(passphrase);
		const real = await viewOf(vault);
		const status = real.status;
		if (!status) throw new Error('not connected');
		const view = new VaultView(
			{
				status: () => (orders.push('status'), Promise.resolve(status)),
				subscribe(listener) {
					listener(status);
					return Promise.resolve();
				},
				unlock: () => Promise.resolve('unlocked'),
				lock: () => Promise.resolve(),
				setPassphrase: () => Promise.resolve('done'),
				changePassphrase: () => Promise.resolve('done'),
				removePassphrase: () => Promise.resolve('done'),
				setAutoLock: () => Promise.resolve(),
				activity: () => (orders.push('activity'), Promise.resolve()),
				reset: () => Promise.resolve()
			},
			() => now
		);
		await view.connect();
		const stop = view.watch(window);
		const press = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
		press();
		now = 4_999;
		press();
		expect(orders).toEqual(['activity']);
		now = 5_000;
		press();
		expect(orders).toEqual(['activity', 'activity']);
		document.dispatchEvent(new Event('visibilitychange'));
		expect(orders).toEqual(['activity', 'activity', 'status']);
		stop();
		now = 20_000;
		press();
		expect(orders).toHaveLength(3);
	});
});
