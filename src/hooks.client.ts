/** The one place where what goes wrong in a page becomes text for people. */
import type { HandleClientError } from '@sveltejs/kit';

export const handleError: HandleClientError = ({ error, status }) => {
	// A mistyped address is nobody's error.
	if (status === 404)
		return {
			message: 'There is no page here',
			advice: 'The address may be mistyped or out of date. Your conversations are where they were.'
		};
	console.error(error);
	return {
		message: 'This page could not be shown',
		advice: 'Your conversations are safe. Reload, or start from the first page.'
	};
};
