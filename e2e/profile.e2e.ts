import { expect, test } from './fixtures.ts';

test('after kill -9 the profile opens again, with what was stored', async ({
	persistentBrowser
}) => {
	const context = await persistentBrowser.launch();
	const page = await context.newPage();
	await page.goto('/');
	await page.evaluate(async () => {
		await navigator.storage.estimate();
		const opening = indexedDB.open('crash-test', 1);
		await new Promise<void>((resolve, reject) => {
			opening.onupgradeneeded = () => opening.result.createObjectStore('rows');
			opening.onerror = () => {
				reject(new Error('refused'));
			};
			opening.onsuccess = () => {
				const write = opening.result.transaction('rows', 'readwrite', { durability: 'strict' });
				write.objectStore('rows').put('kept', 1);
				write.oncomplete = () => {
					resolve();
				};
			};
		});
	});
	await persistentBrowser.kill();

	const again = await persistentBrowser.launch();
	const other = await again.newPage();
	await other.goto('/');
	const kept = await other.evaluate(
		() =>
			new Promise((resolve) => {
				const opening = indexedDB.open('crash-test', 1);
				opening.onsuccess = () => {
					const read = opening.result.transaction('rows').objectStore('rows').get(1);
					read.onsuccess = () => {
						resolve(read.result);
					};
				};
			})
	);
	expect(kept).toBe('kept');
});
