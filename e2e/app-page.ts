import { expect, type Locator, type Page } from '@playwright/test';

export interface NewConnection {
	readonly provider?: string;
	readonly label?: string;
	readonly key?: string;
	readonly baseUrl: string;
}

/** The app by the roles and names that people with assistive technology use. */
export class AppPage {
	readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	get message(): Locator {
		return this.page.getByRole('textbox', { name: 'Message', exact: true });
	}

	get send(): Locator {
		return this.page.getByRole('button', { name: 'Send', exact: true });
	}

	get stop(): Locator {
		return this.page.getByRole('button', { name: 'Stop', exact: true });
	}

	get transcript(): Locator {
		return this.page.getByRole('log', { name: 'Transcript' });
	}

	/** All messages on show. */
	get articles(): Locator {
		return this.transcript.getByRole('article');
	}

	/** The newest answer on show. */
	get answer(): Locator {
		return this.articles.last();
	}

	get answerText(): Locator {
		return this.answer.locator('[data-part="text"]');
	}

	get conversations(): Locator {
		return this.page.getByRole('navigation', { name: 'Conversations' });
	}

	get modelKey(): Locator {
		return this.page.getByRole('button', { name: /^Model/ });
	}

	/** A key of the newest answer. */
	key(name: string): Locator {
		return this.answer.getByRole('button', { name, exact: true });
	}

	async open(path = '/'): Promise<void> {
		await this.page.goto(path);
		await this.message.waitFor();
	}

	/** Settings → Connections → Add connection, filled in and saved. */
	async addConnection(connection: NewConnection): Promise<void> {
		await this.fillConnection(connection);
		await this.saveConnection();
	}

	/** Settings → Connections → Add connection, filled in. */
	async fillConnection(connection: NewConnection): Promise<void> {
		const { page } = this;
		await page.goto('/settings/connections');
		await page.getByRole('button', { name: 'Add connection' }).first().click();
		await this.chooseProvider(connection.provider ?? 'Custom (OpenAI-compatible)');
		if (connection.label !== undefined) await page.getByLabel('Label').fill(connection.label);
		if (connection.key !== undefined)
			await page.getByRole('textbox', { name: 'API key' }).fill(connection.key);
		await page.getByLabel('Base URL').fill(connection.baseUrl);
	}

	/** “Save” in the connection's form. */
	async saveConnection(): Promise<void> {
		const save = this.page.getByRole('button', { name: 'Save', exact: true });
		await save.click();
		await save.waitFor({ state: 'hidden' });
	}

	/** Chooses in the form's “Provider”, be it a native select or a listbox. */
	async chooseProvider(name: string): Promise<void> {
		const field = this.page.getByLabel('Provider', { exact: true });
		if ((await field.evaluate((element) => element.tagName)) === 'SELECT') {
			await field.selectOption({ label: name });
			return;
		}
		await field.click();
		await this.page.getByRole('option', { name, exact: true }).click();
	}

	async chooseModel(name: string): Promise<void> {
		await this.modelKey.click();
		await this.page.getByLabel('Search models').fill(name);
		await this.page.getByRole('option', { name }).first().click();
	}

	/** Settings → Models: how requests are cut, where nothing else says. */
	async chooseStrategy(kind: 'summarise' | 'newest'): Promise<void> {
		const { page } = this;
		await page.goto('/settings/models');
		await page.getByLabel('When room runs out').first().selectOption(kind);
		const stored = () =>
			page.evaluate(
				() =>
					new Promise<unknown>((resolve) => {
						const opening = indexedDB.open('parlance');
						opening.onsuccess = () => {
							const database = opening.result;
							const reading = database
								.transaction('settings')
								.objectStore('settings')
								.get('contextStrategy');
							reading.onsuccess = () => {
								database.close();
								resolve((reading.result as { value: unknown } | undefined)?.value);
							};
						};
					})
			);
		await expect.poll(stored).toEqual({ kind });
	}

	/** Types and sends with the keyboard. */
	async ask(text: string): Promise<void> {
		await this.message.fill(text);
		await this.message.press('Enter');
	}

	/** Asks, and waits until the answer to it has settled. */
	async turn(text: string): Promise<void> {
		const questions = this.transcript.getByRole('article', { name: 'You', exact: true });
		const before = await questions.count();
		await this.ask(text);
		await expect(questions).toHaveCount(before + 1);
		await this.settled();
	}

	/** Waits until the newest answer has settled. */
	async settled(): Promise<void> {
		await this.transcript.locator('article[aria-busy="true"]').waitFor({ state: 'detached' });
		await this.answer.waitFor();
	}

	/** Texts of all stored drafts. */
	storedDrafts(): Promise<string[]> {
		return this.page.evaluate(
			() =>
				new Promise<string[]>((resolve, reject) => {
					const opening = indexedDB.open('parlance');
					opening.onerror = () => {
						reject(new Error('The database could not be opened.'));
					};
					opening.onsuccess = () => {
						const database = opening.result;
						const reading = database.transaction('drafts').objectStore('drafts').getAll();
						reading.onsuccess = () => {
							database.close();
							resolve((reading.result as { text: string }[]).map(({ text }) => text));
						};
					};
				})
		);
	}
}
