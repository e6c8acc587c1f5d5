import { loadTranscript } from '#lib/conversations';
import { error } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** The transcript is not awaited: the sheet is shown while its code comes. */
export const load: PageLoad = ({ params, untrack }) => {
	// Every address below `/c/` is answered with this page, also one that is no conversation's. Not
	// tracked: the code is the same for every conversation.
	if (untrack(() => params.conversationId as string | undefined) === undefined)
		error(404, {
			message: 'There is no page here',
			advice: 'The address may be mistyped or out of date. Your conversations are where they were.'
		});
	return { transcript: loadTranscript() };
};
