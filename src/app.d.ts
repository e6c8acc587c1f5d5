/// <reference types="trusted-types" />

declare global {
	namespace App {
		interface Error {
			message: string;
			/** What to do about it, one sentence. */
			advice?: string;
			details?: string;
		}
	}
}

export {};
