import { loadTranscript } from '#lib/conversations';

/** Not awaited: the sheet is shown while the transcript's code comes. */
export const load = () => ({ transcript: loadTranscript() });
