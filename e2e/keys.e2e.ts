import { expect, test } from './fixtures.ts';

const KEY = 'sk-SCANTEST-9f3k2j5h7d1c0b8a6e4g-ZZYYXX';
/** Long enough to be the key's and nothing else. */
const PIECE = KEY.slice(3, 30);

/** Every string and byte array of every database, and all other storage of the origin, as text. */
async function dumpStorage(): Promise<string> {
	const seen: string[] = [];
	const visit = (value: unknown): void => {
		if (typeof value === 'string') seen.push(value);
		else if (value instanceof Uint8Array) seen.push(new TextDecoder('latin1').decode(value));
		else if (value instanceof ArrayBuffer) visit(new Uint8Array(value));
		else if (typeof value === 'object' && value !== null && !(value instanceof CryptoKey))
			for (const inner of Object.values(value)) visit(inner);
	};
	for (const { name } of await indexedDB.databases()) {
		if (name === undefined) continue;
		const database = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = indexedDB.open(name);
			request.onsuccess = () => {
				resolve(request.result);
			};
			request.onerror = () => {
				reject(new Error('The database could not be opened.'));
			};
		});
		for (const store of database.objectStoreNames) {
			const rows = await new Promise<unknown[]>((resolve, reject) => {
				const request = database.transaction(store).objectStore(store).getAll();
				request.onsuccess = () => {
					resolve(request.result as unknown[]);
				};
				request.onerror = () => {
					reject(new Error('The rows could not be read.'));
				};
			});
			for (const row of rows) visit(row);
		}
		database.close();
	}
	for (const key of await caches.keys())
		for (const request of await (await caches.open(key)).keys()) seen.push(request.url);
	visit(Object.entries(localStorage));
	visit(Object.entries(sessionStorage));
	seen.push(document.documentElement.outerHTML, location.href);
	for (const input of document.querySelectorAll('input, textarea'))
		if ('value' in input) visit(input.value);
	return seen.join('\n');
}

test('after a session no key is anywhere but in the request it was saved for', async ({
	app,
	context,
	page,
	provider
}) => {
	const consoleOutput: string[] = [];
	context.on('console', (message) => consoleOutput.push(message.text()));
	const urls: string[] = [];
	context.on('request', (request) => urls.push(request.url()));

	provider.key = KEY;
	await app.addConnection({ baseUrl: provider.baseUrl, label: 'Scanned', key: KEY });
	await expect(page.getByText('ZYYXX'.slice(-4)).first()).toBeVisible();
	await app.open();
	await app.chooseModel('alpha-large');
	await app.ask('Hello');
	await app.settled();
	await expect(app.answerText).toContainText('Hello from the model.');
	provider.key = 'another key';
	await app.ask('This one is refused');
	await app.settled();
	await page.goto('/settings/connections');
	await page.waitForLoadState('networkidle');

	const dump = await page.evaluate(dumpStorage);
	expect(dump).toContain('Scanned');
	expect(dump).not.toContain(PIECE);
	expect(dump).not.toContain(Buffer.from(KEY).toString('base64').slice(4, 30));
	expect(consoleOutput.join('\n')).not.toContain(PIECE);
	expect(urls.join('\n')).not.toContain(PIECE);
	const authorized = provider.requests.filter(({ headers }) =>
		JSON.stringify(headers).includes(PIECE)
	);
	expect(authorized.length).toBeGreaterThan(0);
});
