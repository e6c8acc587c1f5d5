import { loadTranscript } from '#lib/conversations';
import { error } from '@sveltejs/kit';
import type { PageLoad } from './$types';

export const load: PageLoad = ({ params, untrack }) => {
	// Not awaited: the sheet is shown while it comes. Who shows it says why, if it does not.
	void loadTranscript().catch(() => undefined);
	// Every address below `/c/` is answered with this page, also one that is no conversation's. Not
	// tracked: the code is the same for every conversation.
	if (untrack(() => params.conversationId as string | undefined) === undefined)
		error(404, {
			message: 'There is no page here',
			advice: 'The address may be mistyped or out of date. Your conversations are where they were.'
		});
};
