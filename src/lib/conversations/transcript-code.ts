import type { Component } from 'svelte';
import type { ConversationId } from '#lib/db';

type TranscriptComponent = Component<{ id: ConversationId }>;

let loaded: TranscriptComponent | undefined;

/** The open conversation, loaded on demand, as it brings Markdown along. */
export async function loadTranscript(): Promise<TranscriptComponent> {
	loaded = (await import('./Transcript.svelte')).default;
	return loaded;
}

/** At once when it is here: a conversation that is begun is shown in the same frame. */
export const transcript = (): TranscriptComponent | Promise<TranscriptComponent> =>
	loaded ?? loadTranscript();
