import type { ConnectionRow } from '#lib/db';
import { presets } from '#lib/providers';

/** Whether its provider will refuse it for want of a key. */
export const lacksKey = (row: ConnectionRow): boolean =>
	row.sealedKey === null &&
	presets[row.presetId].key === 'required' &&
	row.baseUrl === presets[row.presetId].baseUrl;
