import type { StartFailure } from './app.svelte.ts';

export interface StartFailureWords {
	readonly title: string;
	readonly text: string;
	readonly steps: readonly string[];
}

/** What a person reads when the app cannot run here, and the way out. */
export function describeStartFailure(failure: StartFailure): StartFailureWords {
	switch (failure.kind) {
		case 'insecure-context':
			return {
				title: 'This address is not secure enough',
				text: `Browsers switch off encryption, offline use and background work on plain http addresses such as ${failure.message}. Parlance keeps your keys encrypted, so it does not run without them.`,
				steps: [
					'On the machine that serves Parlance, open it at http://localhost instead.',
					'For other devices, put it behind https, with a certificate of your own or a tunnel.'
				]
			};
		case 'unavailable':
			return {
				title: 'This browser keeps nothing for this page',
				text: 'Conversations and keys live in the browser’s own storage, and it is refused here.',
				steps: [
					'Allow cookies and site data for this address, then reload.',
					'In Firefox, leave “Delete cookies and site data when Firefox is closed” off for it.',
					'Some strict private modes refuse storage: use a normal window.'
				]
			};
		case 'newer-version':
			return {
				title: 'A newer Parlance has been here',
				text: 'The conversations on this device were saved by a newer version. Nothing has been read or changed.',
				steps: [
					'Reload to get the newer version.',
					'If you run your own server, update it to the version you used before.'
				]
			};
		case 'quota':
			return {
				title: 'This device has no room left',
				text: 'The browser could not open its storage because the disk is full. Nothing has been lost.',
				steps: ['Free some space on the disk, then reload.']
			};
		case 'engine':
			return {
				title: 'A part of Parlance could not be loaded',
				text: 'The part that talks to providers and keeps your keys did not start. Your conversations are safe.',
				steps: [
					'Reload the page.',
					'If you are offline and it is your first visit, connect once so that everything is stored.',
					'Switch off extensions that block scripts for this address.'
				]
			};
		case 'unknown':
			return {
				title: 'Parlance could not open its storage',
				text: 'Something unexpected happened while opening the conversations on this device. Nothing has been changed.',
				steps: ['Close other tabs of Parlance, then reload.', 'Restart the browser.']
			};
	}
}

/** What the offer of a new version says. */
export const updateWords = {
	title: 'Update',
	ready: 'A new version of Parlance is ready.',
	behind: 'Parlance was updated in another tab. Reload when it suits: drafts are kept.',
	reload: 'Reload',
	later: 'Later'
} as const;

/** What is said once in a private window. */
export const privateWords = {
	title: 'Private window',
	text: 'This is a private window. Everything works, but conversations and keys are gone when it is closed.',
	understood: 'Understood'
} as const;
